/**
 * Field sections we send: HEADERS or PUSH_PROMISE, and CONTINUATION where one frame is too small
 * (RFC 9113 §4.3, §6.2, §6.6, §6.10).
 *
 * @module
 */

import type { OutputQueue } from "@avx/runtime/output-queue";
import { CONTINUATION, END_HEADERS, FRAME_HEAD_BYTES } from "../frame/frame_type.ts";
import { writeFrameHead } from "../frame/frame_writer.ts";

/**
 * Makes room for a frame that begins with `prefixBytes` bytes of its own. A block of at most
 * `roomBytes` can be encoded behind them at once.
 *
 * @returns Where the frame starts.
 */
export function beginBlock(out: OutputQueue, prefixBytes: number, roomBytes: number): number {
  out.ensure(FRAME_HEAD_BYTES + prefixBytes + roomBytes);
  const start = out.length;
  out.length = start + FRAME_HEAD_BYTES + prefixBytes;
  return start;
}

/** Ends the frame that started at `start`: writes its head, and splits it if it is too large. */
export function endBlock(
  out: OutputQueue,
  start: number,
  type: number,
  flags: number,
  streamId: number,
  maxFrameBytes: number,
): void {
  const length = out.length - start - FRAME_HEAD_BYTES;
  if (length <= maxFrameBytes) {
    writeFrameHead(out.buffer, start, length, type, flags | END_HEADERS, streamId);
    return;
  }
  const payload = out.buffer.slice(start + FRAME_HEAD_BYTES, out.length);
  out.length = start;
  for (let at = 0; at < length; at += maxFrameBytes) {
    const size = Math.min(maxFrameBytes, length - at);
    out.ensure(FRAME_HEAD_BYTES + size);
    writeFrameHead(
      out.buffer,
      out.length,
      size,
      at === 0 ? type : CONTINUATION,
      (at === 0 ? flags : 0) | (at + size === length ? END_HEADERS : 0),
      streamId,
    );
    out.length += FRAME_HEAD_BYTES;
    out.bytes(payload.subarray(at, at + size));
  }
}
