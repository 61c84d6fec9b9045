/**
 * PUSH_PROMISE on its way out (RFC 9113 §6.6, §8.4).
 *
 * @module
 */

import { LocalProtocolError } from "@avx/semantics/errors";
import { isCacheable, isSafe } from "@avx/semantics/method";
import { PUSH_PROMISE } from "../frame/frame_type.ts";
import { writeU32 } from "../frame/frame_writer.ts";
import type { Connection } from "./connection.ts";
import { beginBlock, endBlock } from "./header_writer.ts";
import { type RequestParts, REQUESTS } from "./outgoing_request.ts";
import { HEAD_RECEIVED, IS_HEAD, type Stream } from "./stream.ts";
import * as life from "./stream_state.ts";

/** The request that a pushed response answers. */
export type Http2Push = RequestParts;

/** Promises a response. Returns the stream that it will be sent on. */
export function sendPush(connection: Connection, parent: Stream, push: Http2Push): number {
  // RFC 9113 §8.4.
  if (!isSafe(push.method) || !isCacheable(push.method)) {
    throw new LocalProtocolError(
      `Cannot push as the method must be safe and cacheable: it is ${push.method}`,
    );
  }
  const request = REQUESTS.find(push);
  if (life.transition(parent.state, life.SEND_PUSH) >= life.FIRST_VERDICT) {
    const current = life.stateName(parent.state);
    throw new LocalProtocolError(
      `Cannot push on stream ${parent.id}: current state is "${current}"`,
    );
  }
  const { clock, encoder, output, settings, streams } = connection;
  const promisedId = streams.lastOwnId + 2;
  const start = beginBlock(output, 4, request.roomBytes);
  writeU32(output.buffer, output.length - 4, promisedId);
  encoder.startBlock(output);
  encoder.writeLines(request.lines, output);
  endBlock(output, start, PUSH_PROMISE, 0, parent.id, settings.remote.maxFrameBytes);
  const stream = streams.add(
    promisedId,
    life.transition(life.IDLE, life.SEND_PROMISE),
    settings.remote.initialWindowBytes,
    0,
  );
  stream.flags |= HEAD_RECEIVED | (push.method === "HEAD" ? IS_HEAD : 0);
  stream.urgency = parent.urgency;
  clock.endIdle();
  connection.witness?.push("sent", parent.id, promisedId, push.method, push.path ?? "");
  return promisedId;
}
