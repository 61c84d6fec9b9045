/**
 * A growing buffer that protocol elements are written into, one behind the other.
 *
 * @module
 */

import { writeAscii, writeDecimal } from "./ascii.ts";
import { utf8Length, writeUtf8 } from "./utf8.ts";

/**
 * A growing byte buffer. Numbers are big-endian, as on every wire.
 *
 * @example A frame whose length is patched in
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "@avx/runtime/byte-writer";
 *
 * const writer = new ByteWriter();
 * const length = writer.reserve(2);
 * writer.u8(0x01);
 * writer.ascii("ping");
 * writer.patchU16(length, writer.length - 2);
 * assertEquals(writer.view(), new Uint8Array([0, 5, 1, 0x70, 0x69, 0x6e, 0x67]));
 * ```
 */
export class ByteWriter {
  /** What has been written, up to {@linkcode length}, and free room behind it. */
  buffer: Uint8Array;
  /** How many bytes have been written. */
  length = 0;

  readonly #capacity: number;

  /** Makes an empty writer with room for `capacity` bytes. */
  constructor(capacity = 256) {
    this.#capacity = capacity;
    this.buffer = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. Views into {@linkcode buffer} taken before may be stale. */
  ensure(count: number): void {
    const needed = this.length + count;
    if (needed > this.buffer.length) this.#grow(needed);
  }

  /** Leaves `count` bytes to be patched later. Returns the offset of the first. */
  reserve(count: number): number {
    this.ensure(count);
    const at = this.length;
    this.length = at + count;
    this.buffer.fill(0, at, this.length);
    return at;
  }

  /** Writes a number of one byte. */
  u8(value: number): void {
    this.ensure(1);
    this.buffer[this.length++] = value;
  }

  /** Writes a number of two bytes. */
  u16(value: number): void {
    this.ensure(2);
    this.length += 2;
    this.patchU16(this.length - 2, value);
  }

  /** Writes a number of three bytes. */
  u24(value: number): void {
    this.ensure(3);
    this.length += 3;
    this.patchU24(this.length - 3, value);
  }

  /** Writes a number of four bytes. */
  u32(value: number): void {
    this.ensure(4);
    this.length += 4;
    this.patchU32(this.length - 4, value);
  }

  /** Writes a number of eight bytes; a `number` must be a safe integer. */
  u64(value: bigint | number): void {
    if (typeof value === "bigint") {
      this.u32(Number((value >> 32n) & 0xffffffffn));
      this.u32(Number(value & 0xffffffffn));
    } else {
      this.u32(Math.floor(value / 0x1_0000_0000));
      this.u32(value % 0x1_0000_0000);
    }
  }

  /** Writes a copy of `bytes`. */
  bytes(bytes: Uint8Array): void {
    const count = bytes.length;
    this.ensure(count);
    const { buffer, length } = this;
    // Up to here a loop is cheaper than a call into the engine.
    if (count <= 16) {
      for (let index = 0; index < count; index++) buffer[length + index] = bytes[index];
    } else buffer.set(bytes, length);
    this.length = length + count;
  }

  /** Writes `text`, one byte per character. */
  ascii(text: string): void {
    this.ensure(text.length);
    this.length = writeAscii(this.buffer, this.length, text);
  }

  /** Writes `text` in UTF-8. */
  utf8(text: string): void {
    // Three bytes a character is the most there can be; measure only where that much is not free.
    if (this.buffer.length - this.length < text.length * 3) this.ensure(utf8Length(text));
    this.length = writeUtf8(this.buffer, this.length, text);
  }

  /** Writes a whole number from 0 to 2^53 − 1 in decimal digits. */
  decimal(value: number): void {
    this.ensure(16);
    this.length = writeDecimal(this.buffer, this.length, value);
  }

  /** Overwrites the two bytes at `at`. */
  patchU16(at: number, value: number): void {
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
  }

  /** Overwrites the three bytes at `at`. */
  patchU24(at: number, value: number): void {
    this.buffer[at] = value >>> 16;
    this.buffer[at + 1] = value >>> 8;
    this.buffer[at + 2] = value;
  }

  /** Overwrites the four bytes at `at`. */
  patchU32(at: number, value: number): void {
    this.buffer[at] = value >>> 24;
    this.buffer[at + 1] = value >>> 16;
    this.buffer[at + 2] = value >>> 8;
    this.buffer[at + 3] = value;
  }

  /** What has been written: a view, good until the next write or {@linkcode reset}. */
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  /** Forgets what has been written and keeps the room for it. */
  reset(): void {
    this.length = 0;
  }

  /** Forgets what has been written and gives room beyond the first capacity back. */
  trim(): void {
    this.length = 0;
    if (this.buffer.length > this.#capacity) this.buffer = new Uint8Array(this.#capacity);
  }

  #grow(needed: number): void {
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }
}
