/**
 * PRIORITY, the priorities of RFC 7540: read and ignored (RFC 9113 §5.3.2, §6.3).
 *
 * @module
 */

import { FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";

/** Takes in the frame just read. */
export function onPriority(connection: Connection): Http2Event | undefined {
  const { frames } = connection;
  const { streamId } = frames;
  if (streamId === 0) return connection.fail(PROTOCOL_ERROR, "PRIORITY came on stream 0");
  const failure = connection.count("maxPriorities");
  if (failure !== undefined) return failure;
  if (frames.length !== 5) {
    return fault(connection, FRAME_SIZE_ERROR, `PRIORITY has ${frames.length} bytes, not 5`);
  }
  // RFC 7540 §5.3.1; RFC 9113 has dropped the meaning, not the rule.
  if ((frames.u32(frames.start) & 0x7fff_ffff) === streamId) {
    return fault(connection, PROTOCOL_ERROR, "The stream depends on itself");
  }
  return undefined;
}

/** A stream error where there is a stream to reset. */
function fault(connection: Connection, code: number, reason: string): Http2Event {
  const { streamId } = connection.frames;
  return connection.streams.find(streamId) === undefined
    ? connection.fail(code, reason)
    : connection.failStream(streamId, code, reason);
}
