/**
 * An immutable view of bytes: slices cost no copy and no typed array.
 *
 * @module
 */

import { latin1, LOWER } from "./ascii.ts";
import { decodeUtf8, encodeUtf8 } from "./utf8.ts";

/**
 * Bytes that do not change. A slice shares the memory and remembers two offsets.
 *
 * @example A slice of a line
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Bytes } from "@avx/runtime/bytes";
 *
 * const line = Bytes.fromText("Host: example.com");
 * const colon = line.indexOf(0x3a);
 * assertEquals(line.slice(0, colon).equalsIgnoreCase("host"), true);
 * assertEquals(line.slice(colon + 2).toString(), "example.com");
 * ```
 */
export class Bytes {
  /** No bytes. */
  static readonly EMPTY: Bytes = new Bytes(new Uint8Array(0), 0, 0);

  /** How many bytes there are. */
  readonly length: number;
  readonly #source: Uint8Array;
  readonly #start: number;

  private constructor(source: Uint8Array, start: number, end: number) {
    this.#source = source;
    this.#start = start;
    this.length = end - start;
  }

  /** A view of `bytes`, which nobody may change from now on. */
  static of(bytes: Uint8Array): Bytes {
    return new Bytes(bytes, 0, bytes.length);
  }

  /** A view of a copy of `bytes`. */
  static copyOf(bytes: Uint8Array): Bytes {
    return Bytes.of(bytes.slice());
  }

  /** The bytes of `text` in UTF-8. */
  static fromText(text: string): Bytes {
    return Bytes.of(encodeUtf8(text));
  }

  /** The byte at `index`, counted from the end where negative; `undefined` outside. */
  at(index: number): number | undefined {
    const at = index < 0 ? index + this.length : index;
    return at >= 0 && at < this.length ? this.#source[this.#start + at] : undefined;
  }

  /** The bytes from `start` to `end`, as `Array.prototype.slice` counts, without a copy. */
  slice(start = 0, end: number = this.length): Bytes {
    const from = clamp(start, this.length);
    const to = Math.max(from, clamp(end, this.length));
    return new Bytes(this.#source, this.#start + from, this.#start + to);
  }

  /** Whether `other` holds the same bytes. */
  equals(other: Bytes): boolean {
    return this.length === other.length && this.#matches(0, other);
  }

  /** Whether these are the ASCII characters of `text`, in any case. */
  equalsIgnoreCase(text: string): boolean {
    const { length } = this;
    if (length !== text.length) return false;
    for (let index = 0; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0xff || LOWER[this.#source[this.#start + index]] !== LOWER[code]) return false;
    }
    return true;
  }

  /** Whether these begin with `other`. */
  startsWith(other: Bytes): boolean {
    return this.length >= other.length && this.#matches(0, other);
  }

  /** Whether these end with `other`. */
  endsWith(other: Bytes): boolean {
    return this.length >= other.length && this.#matches(this.length - other.length, other);
  }

  /** Where `needle`, a byte or several, comes first at or after `from`; -1 where it does not. */
  indexOf(needle: number | Bytes, from = 0): number {
    if (typeof needle === "number") return this.#indexOfByte(needle, clamp(from, this.length));
    const last = this.length - needle.length;
    let at = clamp(from, this.length);
    if (needle.length === 0) return at;
    const first = needle.#source[needle.#start];
    for (at = this.#indexOfByte(first, at); at >= 0 && at <= last;) {
      if (this.#matches(at, needle)) return at;
      at = this.#indexOfByte(first, at + 1);
    }
    return -1;
  }

  /** A copy that may be changed. */
  toUint8Array(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.view());
  }

  /** The bytes as a typed array that shares the memory: for reading only. */
  view(): Uint8Array {
    return this.#source.subarray(this.#start, this.#start + this.length);
  }

  /** The text of these bytes in UTF-8; malformed sequences become U+FFFD. */
  text(): string {
    return decodeUtf8(this.view());
  }

  /** One character per byte (ISO 8859-1). */
  toString(): string {
    return latin1(this.#source, this.#start, this.#start + this.length);
  }

  /** Each byte in turn. */
  *[Symbol.iterator](): Generator<number, void, undefined> {
    for (let index = 0; index < this.length; index++) yield this.#source[this.#start + index];
  }

  #matches(at: number, other: Bytes): boolean {
    const from = this.#start + at;
    for (let index = 0; index < other.length; index++) {
      if (this.#source[from + index] !== other.#source[other.#start + index]) return false;
    }
    return true;
  }

  #indexOfByte(byte: number, from: number): number {
    const found = this.#source.indexOf(byte, this.#start + from) - this.#start;
    return found >= 0 && found < this.length ? found : -1;
  }
}

function clamp(index: number, length: number): number {
  return index < 0 ? Math.max(0, index + length) : Math.min(index, length);
}
