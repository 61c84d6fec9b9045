/**
 * Control frames from their pieces (RFC 6455 §5.5), and not too many of them.
 *
 * @module
 */

import type { FailedEvent } from "./events.ts";
import { failed } from "./failure.ts";
import { MAX_CONTROL_BYTES } from "./frame_head.ts";
import type { FrameReader } from "./frame_reader.ts";

const ROW_MS = 1000;

/**
 * Collects a control frame that comes in pieces, which may be between the frames of a message, and
 * counts those that come in a row.
 */
export class ControlReader {
  /** What holds the payload of the frame that is complete. */
  bytes: Uint8Array = new Uint8Array(0);
  /** Where it starts. */
  start = 0;
  /** Where it ends. */
  end = 0;

  readonly #maxFrames: number;
  #partial: Uint8Array | undefined;
  #partialBytes = 0;
  #row = 0;
  #rowSince = 0;

  /** Makes one that takes so many frames in a row, within a second. */
  constructor(maxFrames: number) {
    this.#maxFrames = maxFrames;
  }

  /** A data frame has come. */
  endRow(): void {
    this.#row = 0;
  }

  /** Takes the piece that `reader` has found. Returns whether the frame is complete. */
  take(reader: FrameReader): boolean {
    const { bytes, start, end, first, last } = reader;
    if (first && last) {
      this.bytes = bytes;
      this.start = start;
      this.end = end;
      return true;
    }
    this.#partial ??= new Uint8Array(MAX_CONTROL_BYTES);
    this.#partial.set(bytes.subarray(start, end), this.#partialBytes);
    this.#partialBytes += end - start;
    if (!last) return false;
    this.bytes = this.#partial;
    this.start = 0;
    this.end = this.#partialBytes;
    this.#partial = undefined;
    this.#partialBytes = 0;
    return true;
  }

  /** Counts a frame. Returns what is wrong where there are too many. */
  count(now: number): FailedEvent | undefined {
    if (now - this.#rowSince >= ROW_MS) {
      this.#rowSince = now;
      this.#row = 0;
    }
    if (++this.#row <= this.#maxFrames) return undefined;
    const reason = `More than ${this.#maxFrames} control frames came in a row`;
    return failed("TOO_MANY_CONTROL_FRAMES", reason);
  }
}
