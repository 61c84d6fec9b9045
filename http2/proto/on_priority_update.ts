/**
 * PRIORITY_UPDATE (RFC 9218 §7.1).
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import { FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { parsePriority } from "@avx/semantics/priority";
import { IDLE } from "./stream_state.ts";

const MAX_VALUE_BYTES = 1024;

/** Takes in the frame just read. */
export function onPriorityUpdate(connection: Connection): Http2Event | undefined {
  const { earlyPriorities, frames, streams } = connection;
  if (!connection.isServer) {
    return connection.fail(PROTOCOL_ERROR, "PRIORITY_UPDATE came from a server");
  }
  if (frames.streamId !== 0) {
    return connection.fail(PROTOCOL_ERROR, "PRIORITY_UPDATE came on a stream other than 0");
  }
  if (frames.length < 4) {
    return connection.fail(FRAME_SIZE_ERROR, "PRIORITY_UPDATE is too short");
  }
  const failure = connection.count("maxPriorities");
  if (failure !== undefined) return failure;
  const streamId = frames.u32(frames.start) & 0x7fff_ffff;
  if (streamId === 0) return connection.fail(PROTOCOL_ERROR, "PRIORITY_UPDATE names stream 0");
  const valueAt = frames.start + 4;
  const valueEnd = Math.min(frames.end, valueAt + MAX_VALUE_BYTES);
  const priority = parsePriority(latin1(frames.bytes, valueAt, valueEnd));
  const { urgency, incremental } = priority;
  connection.witness?.priority("received", streamId, urgency, incremental);
  const stream = streams.find(streamId);
  if (stream !== undefined) {
    connection.scheduler.change(stream, urgency, incremental);
    return undefined;
  }
  if (streams.stateOf(streamId) !== IDLE) return undefined; // too late
  if (streams.isOwn(streamId)) {
    return connection.fail(PROTOCOL_ERROR, "PRIORITY_UPDATE names a push that was not promised");
  }
  // RFC 9218 §7.1: kept for as many streams as there may be; the oldest gives way.
  earlyPriorities.delete(streamId);
  earlyPriorities.set(streamId, priority);
  if (earlyPriorities.size > Math.min(connection.limits.maxConcurrentStreams, 1000)) {
    for (const oldest of earlyPriorities.keys()) {
      earlyPriorities.delete(oldest);
      break;
    }
  }
  return undefined;
}
