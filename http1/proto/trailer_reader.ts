/**
 * The trailer section of a chunked body (RFC 9112 §7.1.2), gathered into bytes of its own.
 *
 * @module
 */

import { FIELD_VALUE, TOKEN } from "@avx/runtime/ascii";
import type { FieldSection } from "@avx/semantics/field-section";
import type { Failed, FailureCode } from "./events.ts";
import { failed, hex } from "./failure.ts";
import { CONTENT_LENGTH, fieldKind, HOST, TRANSFER_ENCODING } from "./framing_fields.ts";
import type { Http1Limits } from "./limits.ts";
import { WireFields } from "./wire_fields.ts";

const NAME = 0;
const VALUE = 1;
const LINE_LF = 2;
const LAST_LF = 3;
const DONE = 4;

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
const NO_BYTES = new Uint8Array(0);

/** Reads one trailer section. Its lines are copied: they are few, and may come in many pieces. */
export class TrailerReader {
  /** Why {@linkcode read} gave -1. */
  failure: Failed | undefined = undefined;

  readonly #limits: Http1Limits;
  #phase = NAME;
  #bytes: Uint8Array = NO_BYTES;
  #length = 0;
  #line = 0;
  #count = 0;

  /** Makes a reader behind the last chunk's size line. */
  constructor(limits: Http1Limits) {
    this.#limits = limits;
  }

  /** Whether the section is complete. */
  get done(): boolean {
    return this.#phase === DONE;
  }

  /** The section; `undefined` if it has no line. */
  get fields(): FieldSection | undefined {
    return this.#count === 0 ? undefined : new WireFields(this.#bytes, 0, this.#count);
  }

  /** Reads on. Returns the offset where it stopped, or -1. */
  read(bytes: Uint8Array, from: number, end: number): number {
    let at = from;
    while (at < end && this.#phase !== DONE) {
      const byte = bytes[at++];
      if (this.#length === this.#limits.maxTrailerBytes) {
        const most = this.#limits.maxTrailerBytes;
        return this.#fail("TRAILERS_TOO_LARGE", `The trailers are larger than ${most} bytes`);
      }
      if (!this.#step(byte)) return -1;
      this.#keep(byte);
    }
    return at;
  }

  #step(byte: number): boolean {
    switch (this.#phase) {
      case NAME:
        if (TOKEN[byte] === 1) return this.#lineFits();
        return byte === CR && this.#length === this.#line
          ? this.#enter(LAST_LF)
          : this.#endName(byte);
      case VALUE:
        if (FIELD_VALUE[byte] === 1) return this.#lineFits();
        return byte === CR ? this.#enter(LINE_LF) : this.#bad(byte);
      case LINE_LF:
        if (byte !== LF) return this.#bad(byte);
        this.#count++;
        this.#line = this.#length + 1;
        return this.#enter(NAME);
      default:
        return byte === LF ? this.#enter(DONE) : this.#bad(byte);
    }
  }

  #endName(byte: number): boolean {
    if (byte !== COLON || this.#length === this.#line) return this.#bad(byte);
    if (this.#count === this.#limits.maxFields) {
      this.#fail("TOO_MANY_FIELDS", `There are more than ${this.#limits.maxFields} trailers`);
      return false;
    }
    // RFC 9110 §6.5.1: framing and routing are never sent in trailers. Whoever does tries something.
    const kind = fieldKind(this.#bytes, this.#line, this.#length);
    if (kind === CONTENT_LENGTH || kind === TRANSFER_ENCODING || kind === HOST) {
      this.#fail("BAD_TRAILER", "A framing or routing field stands in the trailers");
      return false;
    }
    return this.#enter(VALUE);
  }

  #enter(phase: number): true {
    this.#phase = phase;
    return true;
  }

  #lineFits(): boolean {
    if (this.#length - this.#line < this.#limits.maxFieldBytes) return true;
    this.#fail("FIELD_TOO_LARGE", `A trailer is larger than ${this.#limits.maxFieldBytes} bytes`);
    return false;
  }

  #keep(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const grown = new Uint8Array(Math.max(64, this.#length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#length++] = byte;
  }

  #bad(byte: number): boolean {
    this.#fail("BAD_TRAILER", `A trailer holds ${hex(byte)} where it must not`);
    return false;
  }

  #fail(code: FailureCode, reason: string): number {
    this.failure = failed(code, reason);
    return -1;
  }
}
