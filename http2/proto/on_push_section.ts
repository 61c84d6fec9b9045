/**
 * The complete field section of PUSH_PROMISE: a request that the server has thought up
 * (RFC 9113 §8.4.1).
 *
 * @module
 */

import { isCacheable, isSafe } from "@avx/semantics/method";
import { COMPRESSION_ERROR, PROTOCOL_ERROR, REFUSED_STREAM } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { failed } from "./failure.ts";
import { IS_HEAD } from "./stream.ts";
import * as life from "./stream_state.ts";

/** Takes in a section. */
export function onPushSection(
  connection: Connection,
  streamId: number,
  promisedId: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): Http2Event | undefined {
  const { decoder, goaway, limits, requestHeads, settings, streams } = connection;
  const lines = requestHeads.take();
  const failure = decoder.decode(bytes, start, end, lines);
  if (failure !== undefined && failure.kind === "compression") {
    return connection.fail(COMPRESSION_ERROR, failure.reason);
  }
  const parent = streams.find(streamId);
  if (parent === undefined) {
    // Promised before the server knew that we have reset the stream: not wanted either.
    if (streams.stateOf(streamId) === life.CLOSED_BY_US) return refuse(connection, promisedId);
    return connection.judge(life.CONNECTION_PROTOCOL_ERROR, streamId);
  }
  // RFC 9113 §8.4: a promise belongs to a request, and no push has pushes of its own.
  const verdict = streams.isOwn(streamId)
    ? life.transition(parent.state, life.RECEIVE_PUSH)
    : life.CONNECTION_PROTOCOL_ERROR;
  if (verdict >= life.FIRST_VERDICT) return connection.judge(verdict, streamId);
  if (goaway.refuses(promisedId)) {
    // RFC 9113 §6.8: the server has given it up, or will once our GOAWAY is there.
    streams.skip(promisedId, life.CLOSED_BY_US);
    return undefined;
  }
  if (streams.peerCount >= limits.maxPushes) {
    refuse(connection, promisedId);
    const reason = `The server has more than ${limits.maxPushes} pushes open`;
    return connection.crossed(
      failed(promisedId, REFUSED_STREAM, reason, { limit: "maxPushes" }),
    );
  }
  if (failure !== undefined) {
    return connection.failStream(promisedId, PROTOCOL_ERROR, failure.reason);
  }
  const head = requestHeads.read(lines, false, false);
  // RFC 9113 §8.4: safe, cacheable, without content.
  if (head === undefined || !isSafe(head.method) || !isCacheable(head.method)) {
    const reason = head === undefined
      ? requestHeads.fault
      : `A promised request must be safe and cacheable: its method is ${head.method}`;
    return connection.failStream(promisedId, PROTOCOL_ERROR, reason);
  }
  const stream = streams.add(
    promisedId,
    life.transition(life.IDLE, life.RECEIVE_PROMISE),
    0,
    settings.initialWindowBytes,
  );
  connection.clock.endIdle();
  if (head.method === "HEAD") stream.flags |= IS_HEAD;
  connection.witness?.push("received", streamId, promisedId, head.method, head.target);
  return { type: "push", streamId, promisedId, head };
}

function refuse(connection: Connection, promisedId: number): undefined {
  connection.sendReset(promisedId, REFUSED_STREAM);
  connection.streams.skip(promisedId, life.CLOSED_BY_US);
}
