/**
 * A complete field section on a client: a response's head, or its trailers (RFC 9113 §8.1, §8.3.2).
 *
 * @module
 */

import { responseHasBody } from "@avx/semantics/framing";
import {
  CANCEL,
  COMPRESSION_ERROR,
  ENHANCE_YOUR_CALM,
  PROTOCOL_ERROR,
} from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { onTrailers } from "./on_trailers.ts";
import { type Http2ResponseHead, readResponseHead } from "./response_head.ts";
import { HEAD_RECEIVED, IS_CONNECT, IS_HEAD, type Stream } from "./stream.ts";
import * as life from "./stream_state.ts";

/** Takes in a section. */
export function onResponseSection(
  connection: Connection,
  streamId: number,
  endStream: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): Http2Event | undefined {
  const lines: string[] = [];
  const failure = connection.decoder.decode(bytes, start, end, lines);
  if (failure !== undefined && failure.kind === "compression") {
    return connection.fail(COMPRESSION_ERROR, failure.reason);
  }
  const stream = connection.streams.find(streamId);
  if (stream === undefined) return connection.judgeMissing(streamId, life.RECEIVE_HEADERS);
  if (stream.has(HEAD_RECEIVED)) return onTrailers(connection, stream, endStream, lines, failure);
  const state = life.transition(stream.state, life.RECEIVE_HEADERS);
  if (state >= life.FIRST_VERDICT) return connection.judge(state, streamId);
  stream.state = state;
  const head = failure === undefined ? readResponseHead(lines, !endStream) : failure.reason;
  if (typeof head === "string") {
    const details = failure !== undefined && failure.kind === "size"
      ? { limit: "maxHeaderListBytes" } as const
      : undefined;
    return connection.failStream(streamId, PROTOCOL_ERROR, head, details);
  }
  if (head.status < 200) return onInformational(connection, stream, head);
  return onFinal(connection, stream, head, endStream);
}

function onInformational(
  connection: Connection,
  stream: Stream,
  head: Http2ResponseHead,
): Http2Event {
  const { id } = stream;
  const { maxInformational } = connection.limits;
  if (++stream.informational > maxInformational) {
    const reason = `More than ${maxInformational} interim responses came`;
    return connection.failStream(id, ENHANCE_YOUR_CALM, reason, { limit: "maxInformational" });
  }
  return { type: "informational", streamId: id, head };
}

function onFinal(
  connection: Connection,
  stream: Stream,
  head: Http2ResponseHead,
  endStream: boolean,
): Http2Event {
  const { id } = stream;
  stream.flags |= HEAD_RECEIVED;
  const tunnel = stream.has(IS_CONNECT) && head.status >= 200 && head.status < 300;
  if (!tunnel) stream.flags &= ~IS_CONNECT;
  const empty = !responseHasBody(stream.has(IS_HEAD) ? "HEAD" : "GET", head.status);
  const { contentLength } = head;
  if (empty) stream.expectedBytes = 0;
  else if (contentLength !== undefined && !tunnel) stream.expectedBytes = contentLength;
  if (contentLength !== undefined && contentLength > connection.limits.maxBodyBytes && !empty) {
    const reason = `The content has ${contentLength} bytes`;
    return connection.failStream(id, CANCEL, reason, { limit: "maxBodyBytes" });
  }
  if (endStream) {
    if (stream.expectedBytes > 0) {
      return connection.failStream(id, PROTOCOL_ERROR, "Content was declared and none follows");
    }
    stream.state = life.transition(stream.state, life.RECEIVE_END);
    if (life.isClosed(stream.state)) connection.close(stream, stream.state);
  } else connection.awaitBody(stream);
  return { type: "response", streamId: id, head };
}
