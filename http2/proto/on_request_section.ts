/**
 * A complete field section on a server: a request's head, or its trailers (RFC 9113 §8.1, §8.3.1).
 *
 * @module
 */

import {
  COMPRESSION_ERROR,
  NO_ERROR,
  PROTOCOL_ERROR,
  REFUSED_STREAM,
} from "../frame/error_code.ts";
import { END_STREAM, HEADERS } from "../frame/frame_type.ts";
import type { HpackFailure } from "../hpack/mod.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event, Http2LimitName } from "./events.ts";
import { failed } from "./failure.ts";
import { beginBlock, endBlock } from "./header_writer.ts";
import { onTrailers } from "./on_trailers.ts";
import type { Http2RequestHead } from "./request_head.ts";
import { EXPECTS_CONTINUE, HEAD_RECEIVED, IS_CONNECT, IS_HEAD } from "./stream.ts";
import * as life from "./stream_state.ts";

/** Takes in a section. */
export function onRequestSection(
  connection: Connection,
  streamId: number,
  endStream: boolean,
  selfDependent: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): Http2Event | undefined {
  const { decoder, requestHeads, streams } = connection;
  // Whatever becomes of it, both ends' tables must stay the same (RFC 9113 §4.3).
  const lines = requestHeads.take();
  const failure = decoder.decode(bytes, start, end, lines);
  if (failure !== undefined && failure.kind === "compression") {
    return connection.fail(COMPRESSION_ERROR, failure.reason);
  }
  if (streamId <= streams.lastPeerId || streams.isOwn(streamId)) {
    const stream = streams.find(streamId);
    if (stream === undefined) return connection.judgeMissing(streamId, life.RECEIVE_HEADERS);
    return onTrailers(connection, stream, endStream, lines.slice(), failure);
  }
  const refusal = refuse(connection, streamId, endStream, selfDependent, failure);
  if (refusal !== ACCEPTED) return refusal;
  const head = requestHeads.read(lines, !endStream, connection.connectProtocol);
  if (head === undefined) {
    return connection.failStream(streamId, PROTOCOL_ERROR, requestHeads.fault);
  }
  const { contentLength } = head;
  if (contentLength !== undefined && contentLength > connection.limits.maxBodyBytes) {
    return answer(connection, streamId, endStream, 413, "maxBodyBytes");
  }
  return open(connection, streamId, endStream, head);
}

const ACCEPTED = null;

/** What speaks against a new stream, before its head is looked at. */
function refuse(
  connection: Connection,
  streamId: number,
  endStream: boolean,
  selfDependent: boolean,
  failure: HpackFailure | undefined,
): Http2Event | undefined | typeof ACCEPTED {
  const { goaway, limits, settings, streams } = connection;
  if (goaway.refuses(streamId)) {
    // RFC 9113 §6.8: what comes behind the last stream is ignored.
    streams.skip(streamId, life.CLOSED_BY_US);
    return undefined;
  }
  if (streams.peerCount >= limits.maxConcurrentStreams) {
    const reason = `The peer has more than ${limits.maxConcurrentStreams} streams open`;
    const details = { limit: "maxConcurrentStreams", statusHint: 503 } as const;
    if (settings.acknowledged) {
      return connection.failStream(streamId, REFUSED_STREAM, reason, details);
    }
    // It cannot know the limit yet: this is no fault of its.
    connection.sendReset(streamId, REFUSED_STREAM);
    streams.skip(streamId, life.CLOSED_BY_US);
    return connection.crossed(failed(streamId, REFUSED_STREAM, reason, details));
  }
  if (failure !== undefined) {
    if (failure.kind === "size") {
      return answer(connection, streamId, endStream, 431, "maxHeaderListBytes");
    }
    return connection.failStream(streamId, PROTOCOL_ERROR, failure.reason);
  }
  if (selfDependent) {
    return connection.failStream(streamId, PROTOCOL_ERROR, "The stream depends on itself");
  }
  return ACCEPTED;
}

function open(
  connection: Connection,
  streamId: number,
  endStream: boolean,
  head: Http2RequestHead,
): Http2Event {
  const { abuse, clock, earlyPriorities, settings } = connection;
  const stream = connection.streams.add(
    streamId,
    life.transition(life.IDLE, life.RECEIVE_HEADERS),
    settings.remote.initialWindowBytes,
    settings.initialWindowBytes,
  );
  clock.endIdle();
  abuse.streamOpened();
  const { method } = head;
  stream.flags |= HEAD_RECEIVED | (method === "HEAD" ? IS_HEAD : 0) |
    (method === "CONNECT" ? IS_CONNECT : 0) | (head.expectsContinue ? EXPECTS_CONTINUE : 0);
  let { priority } = head;
  if (earlyPriorities.size > 0) {
    priority = earlyPriorities.get(streamId) ?? priority;
    earlyPriorities.delete(streamId);
  }
  stream.urgency = priority.urgency;
  stream.incremental = priority.incremental;
  if (endStream) stream.state = life.transition(stream.state, life.RECEIVE_END);
  else {
    stream.expectedBytes = head.contentLength ?? -1;
    connection.awaitBody(stream);
  }
  return { type: "request", streamId, head };
}

/** Answers a request that is not handed over, and takes nothing further of it. */
function answer(
  connection: Connection,
  streamId: number,
  endStream: boolean,
  status: number,
  limit: Http2LimitName,
): Http2Event {
  const { encoder, output, settings, streams } = connection;
  const start = beginBlock(output, 0, 64);
  encoder.startBlock(output);
  encoder.writeStatus(status, output);
  endBlock(output, start, HEADERS, END_STREAM, streamId, settings.remote.maxFrameBytes);
  if (!endStream) connection.sendReset(streamId, NO_ERROR);
  streams.skip(streamId, endStream ? life.CLOSED_ENDED : life.CLOSED_BY_US);
  const reason = `The request goes over ${limit}`;
  const details = { limit, statusHint: status } as const;
  const failure = connection.crossed(failed(streamId, NO_ERROR, reason, details));
  return connection.count("maxProvokedResets") ?? failure;
}
