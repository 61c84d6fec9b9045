/**
 * Frames out of bytes (RFC 9113 §4.1), where they lie.
 *
 * @module
 */

import { InputQueue } from "@avx/runtime/input-queue";
import { FRAME_HEAD_BYTES, MIN_MAX_FRAME_BYTES } from "./frame_type.ts";

/** The rest of a frame is still to come. */
export const INCOMPLETE = 0;
/** A frame is there. */
export const COMPLETE = 1;
/** A frame says that it is larger than it may be; its payload was not waited for. */
export const TOO_LARGE = 2;

/**
 * Reads frames one after the other. The fields describe the newest one; its payload stays in the
 * bytes it was received in, which must never change.
 */
export class FrameReader {
  /** Where the bytes come from. */
  readonly input: InputQueue = new InputQueue();
  /** The largest payload that is taken, in bytes. */
  maxFrameBytes: number = MIN_MAX_FRAME_BYTES;

  /** The type. */
  type = 0;
  /** The flags. */
  flags = 0;
  /** The stream; 0 for the connection. The reserved bit is ignored. */
  streamId = 0;
  /** The length of the payload. */
  length = 0;
  /** The bytes that hold the payload. */
  bytes: Uint8Array = this.input.bytes;
  /** Where it starts; handlers move it forward over what they have read. */
  start = 0;
  /** Where it ends; handlers move it back over padding. */
  end = 0;

  /** Reads the next frame. */
  read(): number {
    const { input } = this;
    const { bytes, at, end } = input;
    if (end - at < FRAME_HEAD_BYTES) return INCOMPLETE;
    const length = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    this.type = bytes[at + 3];
    this.flags = bytes[at + 4];
    this.streamId = ((bytes[at + 5] & 0x7f) << 24) | (bytes[at + 6] << 16) | (bytes[at + 7] << 8) |
      bytes[at + 8];
    this.length = length;
    if (length > this.maxFrameBytes) return TOO_LARGE;
    const start = at + FRAME_HEAD_BYTES;
    if (end - start < length) return INCOMPLETE;
    this.bytes = bytes;
    this.start = start;
    this.end = start + length;
    input.at = this.end;
    return COMPLETE;
  }

  /** The number of four bytes at `at`. */
  u32(at: number): number {
    const { bytes } = this;
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }

  /** Lets go of all bytes. */
  clear(): void {
    this.input.clear();
    this.bytes = this.input.bytes;
    this.start = 0;
    this.end = 0;
  }
}

/**
 * Takes padding off the frame just read (RFC 9113 §6.1).
 *
 * @returns Whether it fits into the frame.
 */
export function unpad(frame: FrameReader): boolean {
  if (frame.start === frame.end) return false;
  const padding = frame.bytes[frame.start++];
  if (padding > frame.end - frame.start) return false;
  frame.end -= padding;
  return true;
}
