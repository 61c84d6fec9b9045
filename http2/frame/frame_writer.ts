/**
 * Frames into a queue of bytes (RFC 9113 §4.1).
 *
 * @module
 */

import type { OutputQueue } from "@avx/runtime/output-queue";
import {
  ACK,
  FRAME_HEAD_BYTES,
  GOAWAY,
  PING,
  PRIORITY_UPDATE,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from "./frame_type.ts";
import { SETTING_BYTES } from "./settings.ts";

/** Writes a frame's head at `at`, for which there must be room. */
export function writeFrameHead(
  into: Uint8Array,
  at: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): void {
  into[at] = length >>> 16;
  into[at + 1] = length >>> 8;
  into[at + 2] = length;
  into[at + 3] = type;
  into[at + 4] = flags;
  writeU32(into, at + 5, streamId);
}

/** Writes a number of four bytes at `at`. */
export function writeU32(into: Uint8Array, at: number, value: number): void {
  into[at] = value >>> 24;
  into[at + 1] = value >>> 16;
  into[at + 2] = value >>> 8;
  into[at + 3] = value;
}

/** Writes SETTINGS: id, value, id, value … */
export function writeSettings(out: OutputQueue, parameters: readonly number[]): void {
  const length = (parameters.length / 2) * SETTING_BYTES;
  let at = begin(out, length, SETTINGS, 0, 0);
  const { buffer } = out;
  for (let index = 0; index < parameters.length; index += 2) {
    buffer[at] = parameters[index] >>> 8;
    buffer[at + 1] = parameters[index];
    writeU32(buffer, at + 2, parameters[index + 1]);
    at += SETTING_BYTES;
  }
  out.length = at;
}

/** Acknowledges SETTINGS. */
export function writeSettingsAck(out: OutputQueue): void {
  begin(out, 0, SETTINGS, ACK, 0);
}

/** Writes PING with eight bytes as two numbers. */
export function writePing(out: OutputQueue, flags: number, high: number, low: number): void {
  const at = begin(out, 8, PING, flags, 0);
  writeU32(out.buffer, at, high);
  writeU32(out.buffer, at + 4, low);
  out.length = at + 8;
}

/** Writes RST_STREAM. */
export function writeReset(out: OutputQueue, streamId: number, code: number): void {
  const at = begin(out, 4, RST_STREAM, 0, streamId);
  writeU32(out.buffer, at, code);
  out.length = at + 4;
}

/** Writes WINDOW_UPDATE; on the connection if `streamId` is 0. */
export function writeWindowUpdate(out: OutputQueue, streamId: number, increment: number): void {
  const at = begin(out, 4, WINDOW_UPDATE, 0, streamId);
  writeU32(out.buffer, at, increment);
  out.length = at + 4;
}

/** Writes GOAWAY with a text, a byte a character, for whoever debugs the peer. */
export function writeGoaway(
  out: OutputQueue,
  lastStreamId: number,
  code: number,
  debugText: string,
): void {
  const at = begin(out, 8 + debugText.length, GOAWAY, 0, 0);
  writeU32(out.buffer, at, lastStreamId);
  writeU32(out.buffer, at + 4, code);
  out.length = at + 8;
  if (debugText !== "") out.ascii(debugText);
}

/** Writes PRIORITY_UPDATE with a priority field value (RFC 9218 §7.1). */
export function writePriorityUpdate(out: OutputQueue, streamId: number, value: string): void {
  const at = begin(out, 4 + value.length, PRIORITY_UPDATE, 0, 0);
  writeU32(out.buffer, at, streamId);
  out.length = at + 4;
  out.ascii(value);
}

/** Makes room for a whole frame and writes its head. Returns the offset behind it. */
function begin(
  out: OutputQueue,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): number {
  out.ensure(FRAME_HEAD_BYTES + length);
  const at = out.length;
  writeFrameHead(out.buffer, at, length, type, flags, streamId);
  return out.length = at + FRAME_HEAD_BYTES;
}
