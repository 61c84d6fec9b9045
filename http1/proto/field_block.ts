/**
 * A head's start line and the caller's field lines, checked and encoded once for as long as the
 * same ones are sent.
 *
 * @module
 */

import { isFieldValue, isToken, writeAscii } from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { NO_BYTES } from "./no_bytes.ts";

/** What every encoded block ends with, so that a length can follow at once. */
export const LENGTH_NAME = "content-length: ";

const SLOTS = 8;
const MAX_CACHED_BYTES = 2048;

/**
 * One start line with its field lines. Lines that the core itself is answerable for are taken out:
 *
 * - `content-length` must agree with the framing; the core writes it;
 * - `transfer-encoding` may only say `chunked`; the core writes it where the framing is that;
 * - `connection` is taken for its option `close`; the core writes what is true.
 */
export class FieldBlock {
  /** Start line, lines, date and {@linkcode LENGTH_NAME}; empty before its second use. */
  bytes: Uint8Array = NO_BYTES;
  /** The date line within {@linkcode bytes}. */
  date: Uint8Array = NO_BYTES;
  /** Whether it has been sent before. */
  seen = false;
  /** How many bytes start line and lines take. */
  readonly byteLength: number;
  /** The caller's `content-length`; -1 where there is none. */
  readonly declaredLength: number = -1;
  /** Whether the caller has written a date. */
  readonly dated: boolean = false;
  /** `connection: close`. */
  readonly close: boolean = false;
  /** Whether the caller has written an `upgrade` field, which `connection` has to list. */
  readonly upgrade: boolean = false;
  /** Whether the caller has written a `te` field, which `connection` has to list. */
  readonly te: boolean = false;
  /** Whether the caller has written an `expect` field. */
  readonly expect: boolean = false;
  /** How many `host` lines there are. */
  readonly hosts: number = 0;

  /** The number or text that the start line is made of. */
  readonly first: number | string;
  /** Its other part. */
  readonly second: string;
  readonly #startLine: string;
  readonly #lines: FieldLines;

  /**
   * Checks and takes in a start line and its lines.
   *
   * @throws {TypeError} If a line could not travel as it is.
   * @throws {LocalProtocolError} If a framing field has a value the core cannot make true.
   */
  constructor(first: number | string, second: string, startLine: string, lines: FieldLines) {
    this.first = first;
    this.second = second;
    this.#startLine = startLine;
    let byteLength = startLine.length;
    if (lines.length % 2 !== 0) {
      throw new TypeError("Cannot send field lines as a name has no value");
    }
    for (let at = 0; at < lines.length; at += 2) {
      const name = lines[at];
      const value = lines[at + 1];
      checkLine(name, value);
      byteLength += name.length + value.length + 4;
      switch (framingName(name)) {
        case "content-length":
          this.declaredLength = declaredLength(value, this.declaredLength);
          break;
        case "transfer-encoding":
          if (value.toLowerCase() !== "chunked") {
            throw new LocalProtocolError(
              `Cannot send transfer-encoding "${value}" as only "chunked" is implemented`,
            );
          }
          break;
        case "connection":
          if (/(?:^|,)[ \t]*close[ \t]*(?:,|$)/i.test(value)) this.close = true;
          break;
        case "upgrade":
          this.upgrade = true;
          break;
        case "te":
          this.te = true;
          break;
        case "expect":
          this.expect = true;
          break;
        case "host":
          this.hosts++;
          break;
        case "date":
          this.dated = true;
      }
    }
    this.byteLength = byteLength;
    this.#lines = lines.slice();
  }

  /** Whether this is that start line with those lines: each compared by identity. */
  is(first: number | string, second: string, lines: FieldLines): boolean {
    const own = this.#lines;
    const count = own.length;
    if (first !== this.first || second !== this.second || lines.length !== count) return false;
    for (let at = 0; at < count; at++) {
      if (lines[at] !== own[at]) return false;
    }
    return true;
  }

  /** Writes start line and lines at `at`. Returns the offset behind them. */
  encode(into: Uint8Array, at: number): number {
    let to = writeAscii(into, at, this.#startLine);
    const lines = this.#lines;
    for (let index = 0; index < lines.length; index += 2) {
      if (isCoreOwned(lines[index])) continue;
      to = writeAscii(into, to, lines[index]);
      into[to++] = 0x3a;
      into[to++] = 0x20;
      to = writeAscii(into, to, lines[index + 1]);
      into[to++] = 0x0d;
      into[to++] = 0x0a;
    }
    return to;
  }

  /** Encodes the block for {@linkcode bytes}, with `date` in it unless the caller wrote one. */
  prepare(date: Uint8Array): void {
    if (this.byteLength > MAX_CACHED_BYTES) return;
    const room = this.byteLength + date.length + LENGTH_NAME.length;
    const bytes = new Uint8Array(room);
    let at = this.encode(bytes, 0);
    this.date = date;
    if (!this.dated) {
      bytes.set(date, at);
      at += date.length;
    }
    at = writeAscii(bytes, at, LENGTH_NAME);
    this.bytes = at === room ? bytes : bytes.subarray(0, at);
  }

  /** Puts another date into {@linkcode bytes}. */
  redate(date: Uint8Array): void {
    if (this.dated) this.date = date;
    else if (date.length !== this.date.length) this.prepare(date);
    else {
      this.bytes.set(date, this.bytes.length - LENGTH_NAME.length - date.length);
      this.date = date;
    }
  }
}

/** The blocks last sent, for all connections together. */
export class FieldBlocks {
  readonly #startLine: (first: number | string, second: string) => string;
  readonly #slots: FieldBlock[] = [];
  #recent: FieldBlock | undefined = undefined;
  #turn = 0;

  /** Makes an empty cache. `startLine` checks its parts and throws if they cannot travel. */
  constructor(startLine: (first: number | string, second: string) => string) {
    this.#startLine = startLine;
  }

  /** The block of a start line with its lines. */
  find(first: number | string, second: string, lines: FieldLines): FieldBlock {
    const recent = this.#recent;
    if (recent !== undefined && recent.is(first, second, lines)) return recent;
    for (const block of this.#slots) {
      if (block.is(first, second, lines)) return this.#recent = block;
    }
    const block = new FieldBlock(first, second, this.#startLine(first, second), lines);
    if (block.byteLength <= MAX_CACHED_BYTES) {
      this.#slots[this.#turn] = block;
      this.#turn = (this.#turn + 1) % SLOTS;
      this.#recent = block;
    }
    return block;
  }
}

function checkLine(name: string, value: string): void {
  if (!isToken(name)) {
    throw new TypeError(`Cannot send field as its name must be a token: it is "${name}"`);
  }
  // The value may be a secret: it is not repeated.
  if (!isFieldValue(value)) {
    throw new TypeError(`Cannot send field "${name}" as its value holds what no field may hold`);
  }
}

function declaredLength(value: string, before: number): number {
  const length = /^[0-9]{1,16}$/.test(value) ? Number(value) : -1;
  if (length < 0 || length > Number.MAX_SAFE_INTEGER) {
    throw new LocalProtocolError(`Cannot send content-length "${value}" as it is not a length`);
  }
  if (before >= 0 && before !== length) {
    throw new LocalProtocolError("Cannot send two lengths: content-length must have one value");
  }
  return length;
}

/** The name in lower case if the core cares for it. */
function framingName(name: string): string {
  switch (name.length) {
    case 2:
    case 4:
    case 6:
    case 7:
    case 10:
    case 14:
    case 17:
      return name.toLowerCase();
    default:
      return "";
  }
}

function isCoreOwned(name: string): boolean {
  switch (framingName(name)) {
    case "content-length":
    case "transfer-encoding":
    case "connection":
      return true;
    default:
      return false;
  }
}
