/**
 * HEADERS (RFC 9113 §6.2).
 *
 * @module
 */

import { FRAME_SIZE_ERROR, PROTOCOL_ERROR } from "../frame/error_code.ts";
import { unpad } from "../frame/frame_reader.ts";
import { END_HEADERS, END_STREAM, HAS_PRIORITY, PADDED } from "../frame/frame_type.ts";
import type { Connection } from "./connection.ts";
import type { Http2Event } from "./events.ts";
import { onRequestSection } from "./on_request_section.ts";
import { onResponseSection } from "./on_response_section.ts";

const PRIORITY_BYTES = 5;

/** Takes in the frame just read. */
export function onHeaders(connection: Connection): Http2Event | undefined {
  const { frames } = connection;
  const { flags, streamId } = frames;
  if (streamId === 0) return connection.fail(PROTOCOL_ERROR, "HEADERS came on stream 0");
  if ((flags & PADDED) !== 0 && !unpad(frames)) {
    return connection.fail(PROTOCOL_ERROR, "HEADERS has more padding than content");
  }
  let selfDependent = false;
  if ((flags & HAS_PRIORITY) !== 0) {
    if (frames.end - frames.start < PRIORITY_BYTES) {
      return connection.fail(FRAME_SIZE_ERROR, "HEADERS is too short for its priority");
    }
    selfDependent = (frames.u32(frames.start) & 0x7fff_ffff) === streamId;
    frames.start += PRIORITY_BYTES;
  }
  const endStream = (flags & END_STREAM) !== 0;
  if ((flags & END_HEADERS) !== 0) {
    const { bytes, start, end } = frames;
    return onSection(connection, streamId, endStream, selfDependent, bytes, start, end);
  }
  connection.block.begin(frames, 0, endStream, selfDependent);
  connection.clock.headAt = connection.now + connection.timeouts.headMs;
  return frames.start === frames.end ? connection.count("maxEmptyFrames") : undefined;
}

/** Takes in a complete field section of HEADERS. */
export function onSection(
  connection: Connection,
  streamId: number,
  endStream: boolean,
  selfDependent: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): Http2Event | undefined {
  return connection.isServer
    ? onRequestSection(connection, streamId, endStream, selfDependent, bytes, start, end)
    : onResponseSection(connection, streamId, endStream, bytes, start, end);
}
