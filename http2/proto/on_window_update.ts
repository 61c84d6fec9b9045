/**
 * WINDOW_UPDATE (RFC 9113 §6.9).
 *
 * @module
 */

import { FLOW_CONTROL_ERROR, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { noteConnectionRoom, noteRoom } from "./flow_stalls.ts";
import { widen } from "./flow_window.ts";
import { FIRST_VERDICT, RECEIVE_WINDOW_UPDATE, transition } from "./stream_state.ts";

/** Takes in the frame just read. */
export function onWindowUpdate(connection: Connection): Http2Event | undefined {
  const { frames } = connection;
  if (frames.length !== 4) {
    return connection.fail(FRAME_SIZE_ERROR, `WINDOW_UPDATE has ${frames.length} bytes, not 4`);
  }
  const failure = connection.count("maxWindowUpdates");
  if (failure !== undefined) return failure;
  const increment = frames.u32(frames.start) & 0x7fff_ffff;
  return frames.streamId === 0
    ? onConnection(connection, increment)
    : onStream(connection, frames.streamId, increment);
}

function onConnection(connection: Connection, increment: number): Http2Event | undefined {
  if (increment === 0) return connection.fail(PROTOCOL_ERROR, "WINDOW_UPDATE gives no room");
  if (!widen(connection, increment)) {
    return connection.fail(FLOW_CONTROL_ERROR, "WINDOW_UPDATE makes a window beyond 2^31-1");
  }
  if (connection.stalled) noteConnectionRoom(connection);
  return undefined;
}

function onStream(
  connection: Connection,
  streamId: number,
  increment: number,
): Http2Event | undefined {
  const { scheduler, streams } = connection;
  const stream = streams.find(streamId);
  if (stream === undefined) return connection.judgeMissing(streamId, RECEIVE_WINDOW_UPDATE);
  const verdict = transition(stream.state, RECEIVE_WINDOW_UPDATE);
  if (verdict >= FIRST_VERDICT) return connection.judge(verdict, streamId);
  if (increment === 0) {
    return connection.failStream(streamId, PROTOCOL_ERROR, "WINDOW_UPDATE gives no room");
  }
  if (!widen(stream, increment)) {
    const reason = "WINDOW_UPDATE makes a window beyond 2^31-1";
    return connection.failStream(streamId, FLOW_CONTROL_ERROR, reason);
  }
  if (stream.sendWindow > 0 && stream.queuedBytes > 0) scheduler.add(stream);
  noteRoom(connection, stream);
  return undefined;
}
