/**
 * The field lines of a caller, checked and made fit for HTTP/2 once for as long as the same ones
 * are sent.
 *
 * @module
 */

import { isFieldValue, isToken } from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { parseContentLength } from "@avx/semantics/framing";
import { isConnectionSpecific } from "./field_scan.ts";

const SLOTS = 8;
/** Beyond its name and value, what a field may take at most when it is encoded, in bytes. */
const FIELD_ROOM = 30;
/** What table size updates may take, in bytes. */
const BLOCK_ROOM = 32;
const MAX_REMEMBERED_STRINGS = 128;

/** A list of lines as it is sent: names in lower case, without what HTTP/2 does not carry. */
export class OutgoingFields {
  /** The lines, without `content-length`. */
  readonly lines: FieldLines;
  /** The caller's `content-length`; -1 where there is none. */
  readonly declaredLength: number = -1;
  /** Whether the caller has written a date. */
  readonly dated: boolean = false;
  /** The caller's `host`, taken out. */
  readonly host: string | undefined = undefined;
  /** What the lines take at most when they are encoded, with a date and a length, in bytes. */
  readonly roomBytes: number;

  readonly #given: FieldLines;
  #dateLines: FieldLines = [];
  #date: string | undefined = undefined;
  #wholeLines: FieldLines = [];
  #wholeDate = "";
  #wholeLength = -1;
  #seenLength = -1;

  /**
   * Checks and takes in lines.
   *
   * @throws {TypeError} If a line could not travel as it is.
   * @throws {LocalProtocolError} If `content-length` is no length, or there are two.
   */
  constructor(given: FieldLines) {
    if (given.length % 2 !== 0) {
      throw new TypeError("Cannot send field lines as a name has no value");
    }
    const lines: string[] = [];
    let room = BLOCK_ROOM + 2 * (FIELD_ROOM + 48);
    for (let at = 0; at < given.length; at += 2) {
      const value = given[at + 1];
      checkLine(given[at], value);
      const name = given[at].toLowerCase();
      if (isConnectionSpecific(name)) continue; // of HTTP/1.1; RFC 9113 §8.2.2
      if (name === "content-length") {
        this.declaredLength = declaredLength(value, this.declaredLength);
        continue;
      }
      if (name === "sec-websocket-key") continue; // of HTTP/1.1; RFC 8441 §5
      if (name === "te" && value.toLowerCase() !== "trailers") continue;
      if (name === "host") {
        this.host = value;
        continue;
      }
      if (name === "date") this.dated = true;
      lines.push(name, value);
      room += name.length + value.length + FIELD_ROOM;
    }
    this.lines = lines;
    this.roomBytes = room;
    this.#given = given.slice();
  }

  /** Whether these are the lines: each string being the same. */
  is(lines: FieldLines): boolean {
    const own = this.#given;
    const count = own.length;
    if (lines.length !== count) return false;
    for (let at = 0; at < count; at++) {
      if (lines[at] !== own[at]) return false;
    }
    return true;
  }

  /** The lines with `date`, unless that is empty or the caller has written one. */
  withDate(date: string): FieldLines {
    if (this.dated || date === "") return this.lines;
    if (this.#date !== date) {
      this.#date = date;
      this.#dateLines = [...this.lines, "date", date];
    }
    return this.#dateLines;
  }

  /**
   * The lines with `date` and a length, if that is the length of the last time too; `undefined` if
   * it changes, and a list of its own would be for nothing.
   */
  withLength(date: string, length: number): FieldLines | undefined {
    if (this.#wholeLength === length && this.#wholeDate === date) return this.#wholeLines;
    if (this.#seenLength !== length) {
      this.#seenLength = length;
      return undefined;
    }
    this.#wholeLength = length;
    this.#wholeDate = date;
    return this.#wholeLines = [...this.withDate(date), "content-length", String(length)];
  }
}

/** The lists last sent, for all connections together. */
export class OutgoingFieldsCache {
  readonly #slots: OutgoingFields[] = [];
  #recent: OutgoingFields | undefined = undefined;
  #turn = 0;

  /** The checked form of `lines`. */
  find(lines: FieldLines): OutgoingFields {
    const recent = this.#recent;
    if (recent !== undefined && recent.is(lines)) return recent;
    for (const fields of this.#slots) {
      if (fields.is(lines)) return this.#recent = fields;
    }
    const fields = new OutgoingFields(lines);
    if (lines.length <= MAX_REMEMBERED_STRINGS && fields.roomBytes <= 4096) {
      this.#slots[this.#turn] = fields;
      this.#turn = (this.#turn + 1) % SLOTS;
      this.#recent = fields;
    }
    return fields;
  }
}

/** The lists last sent, whoever sent them. */
export const OUTGOING: OutgoingFieldsCache = new OutgoingFieldsCache();

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
  const length = parseContentLength(value);
  if (length < 0) {
    throw new LocalProtocolError(`Cannot send content-length "${value}" as it is not a length`);
  }
  if (before >= 0 && before !== length) {
    throw new LocalProtocolError("Cannot send two lengths: content-length must have one value");
  }
  return length;
}
