/**
 * What a connection has received and not yet used up.
 *
 * @module
 */

const NO_BYTES: Uint8Array = new Uint8Array(0);
const MIN_TAIL_BYTES = 256;

/**
 * The unread bytes of a connection, used in place. Only a tail that was not used up before more
 * came is copied, into a buffer that grows by doubling and whose bytes never change: what points
 * into it stays good.
 *
 * @example A tail and what follows it
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { InputQueue } from "@avx/runtime/input-queue";
 *
 * const input = new InputQueue();
 * input.receive(new Uint8Array([1, 2, 3]));
 * input.at += 2; // two are used
 * input.receive(new Uint8Array([4]));
 *
 * assertEquals(input.bytes.subarray(input.at, input.end), new Uint8Array([3, 4]));
 * ```
 */
export class InputQueue {
  /** The bytes. */
  bytes: Uint8Array = NO_BYTES;
  /** Where the unread ones start. */
  at = 0;
  /** Where they end. */
  end = 0;
  /** Whether the peer has ended its half. */
  ended = false;

  #own = false; // whether `bytes` is a buffer of our own, with room behind `end`

  /** Takes in more; an empty array is the end. They must not change before they were read. */
  receive(bytes: Uint8Array): void {
    const count = bytes.length;
    if (count === 0) {
      this.ended = true;
    } else if (this.at === this.end) {
      this.bytes = bytes;
      this.at = 0;
      this.end = count;
      this.#own = false;
    } else this.#join(bytes);
  }

  /** Gives what is left away. */
  take(): Uint8Array {
    const rest = this.at === this.end ? NO_BYTES : this.bytes.subarray(this.at, this.end);
    this.clear();
    return rest;
  }

  /** Lets go of all bytes. */
  clear(): void {
    this.bytes = NO_BYTES;
    this.at = 0;
    this.end = 0;
    this.#own = false;
  }

  #join(more: Uint8Array): void {
    const { bytes, at, end } = this;
    const room = end + more.length;
    if (!this.#own && bytes.buffer === more.buffer && bytes.byteOffset + end === more.byteOffset) {
      // Two reads side by side in one segment.
      this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, room);
      this.end = room;
      return;
    }
    if (this.#own && room <= bytes.length) {
      bytes.set(more, end);
      this.end = room;
      return;
    }
    const length = end - at + more.length;
    const joined = new Uint8Array(Math.max(MIN_TAIL_BYTES, length * 2));
    joined.set(bytes.subarray(at, end));
    joined.set(more, end - at);
    this.bytes = joined;
    this.at = 0;
    this.end = length;
    this.#own = true;
  }
}
