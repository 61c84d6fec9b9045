/**
 * The chunked transfer coding (RFC 9112 §7.1), read in place as its bytes come.
 *
 * ```
 *          digits      ";" or blanks         CR LF          content gone         CR LF
 *   SIZE ─────────▶ SIZE ─────▶ EXTENSION ────────▶ DATA ──────────────▶ DATA_END ────▶ SIZE
 *                     └──────────── CR LF, size 0 ─────────▶ TRAILER ── empty line ──▶ DONE
 * ```
 *
 * @module
 */

import { FIELD_VALUE } from "@avx/runtime/ascii";
import type { FieldSection } from "@avx/semantics/field-section";
import { bodyTooLarge } from "./body_framing.ts";
import type { Failed, FailureCode } from "./events.ts";
import { failed, hex } from "./failure.ts";
import type { Http1Limits } from "./limits.ts";
import { TrailerReader } from "./trailer_reader.ts";

/** What {@linkcode ChunkReader.read} found: nothing more to read in these bytes. */
export const MORE = 0;
/** Content, from {@linkcode ChunkReader.start} to {@linkcode ChunkReader.at}. */
export const DATA = 1;
/** The end of the body. */
export const END = 2;
/** A fault: see {@linkcode ChunkReader.failure}. */
export const FAULT = 3;

const SIZE = 0;
const EXTENSION = 1;
const SIZE_LF = 2;
const CONTENT = 3;
const CONTENT_CR = 4;
const CONTENT_LF = 5;
const TRAILER_START = 6;
const TRAILER_LF = 7;
const TRAILER = 8;
const DONE = 9;

const CR = 0x0d;
const LF = 0x0a;

// A chunk of n bytes may cost that much without counting as overhead, as in Go's net/http.
const FREE_BYTES_PER_CHUNK = 16;

/** Reads one chunked body. */
export class ChunkReader {
  /** Where the content just found starts. */
  start = 0;
  /** Where reading stopped. */
  at = 0;
  /** Why {@linkcode read} gave {@linkcode FAULT}. */
  failure: Failed | undefined = undefined;

  readonly #limits: Http1Limits;
  #phase = SIZE;
  #size = 0; // of the current chunk; while in CONTENT, what is left of it
  #lineBytes = 0; // of the current size line
  #blank = false; // whether white space came behind the size, before any ";"
  #overhead = 0;
  #bodyBytes = 0;
  #trailers: TrailerReader | undefined = undefined;

  /** Makes a reader at the start of a body. */
  constructor(limits: Http1Limits) {
    this.#limits = limits;
  }

  /** The trailer section, once {@linkcode read} gave {@linkcode END}; `undefined` if it is empty. */
  get trailers(): FieldSection | undefined {
    return this.#trailers?.fields;
  }

  /** Reads on from `at`, up to the first thing worth telling. */
  read(bytes: Uint8Array, at: number, end: number): number {
    this.at = at;
    while (this.at < end) {
      switch (this.#phase) {
        case SIZE:
          if (!this.#readSize(bytes, end)) return FAULT;
          break;
        case EXTENSION:
          if (!this.#readExtension(bytes, end)) return FAULT;
          break;
        case SIZE_LF:
          if (bytes[this.at++] !== LF) return this.#fail("BAD_CHUNK", "A CR without LF");
          if (!this.#endSizeLine()) return FAULT;
          break;
        case CONTENT:
          return this.#readContent(end);
        case CONTENT_CR:
          if (bytes[this.at] !== CR) return this.#fail("BAD_CHUNK", longer(bytes[this.at]));
          this.at++;
          this.#phase = CONTENT_LF;
          break;
        case CONTENT_LF:
          if (bytes[this.at] !== LF) return this.#fail("BAD_CHUNK", longer(bytes[this.at]));
          this.at++;
          this.#startLine();
          break;
        case TRAILER_START:
          // Nearly every trailer section is empty: it takes no reader of its own.
          if (bytes[this.at] === CR) {
            this.at++;
            this.#phase = TRAILER_LF;
          } else this.#phase = TRAILER;
          break;
        case TRAILER_LF:
          if (bytes[this.at++] !== LF) return this.#fail("BAD_TRAILER", "A CR without LF");
          this.#phase = DONE;
          return END;
        case TRAILER:
          return this.#readTrailer(bytes, end);
        default:
          return END;
      }
    }
    return MORE;
  }

  #startLine(): void {
    this.#phase = SIZE;
    this.#size = 0;
    this.#lineBytes = 0;
    this.#blank = false;
  }

  #readSize(bytes: Uint8Array, end: number): boolean {
    let at = this.at;
    let lineBytes = this.#lineBytes;
    let size = this.#size;
    const limit = this.#limits.maxChunkLineBytes;
    for (; at < end; at++) {
      const byte = bytes[at];
      const digit = hexDigit(byte);
      if (digit < 0) {
        this.at = at;
        this.#size = size;
        this.#lineBytes = lineBytes;
        return this.#leaveSize(byte);
      }
      if (++lineBytes > limit) return this.#lineTooLong();
      size = size * 16 + digit;
      if (size > Number.MAX_SAFE_INTEGER) {
        this.#fail("BAD_CHUNK", "A chunk's size is above 2^53");
        return false;
      }
    }
    this.at = at;
    this.#size = size;
    this.#lineBytes = lineBytes;
    return true;
  }

  #leaveSize(byte: number): boolean {
    if (this.#lineBytes === 0) {
      this.#fail("BAD_CHUNK", `A chunk's size starts with ${hex(byte)}`);
      return false;
    }
    if (byte === CR) {
      this.at++;
      this.#phase = SIZE_LF;
      return true;
    }
    if (byte === 0x3b || byte === 0x20 || byte === 0x09) {
      this.#phase = EXTENSION;
      this.#blank = byte !== 0x3b;
      return true;
    }
    this.#fail("BAD_CHUNK", `A chunk's size ends in ${hex(byte)}`);
    return false;
  }

  // RFC 9112 §7.1.1: extensions nobody knows are ignored. Whatever is in them, they end at CR LF.
  #readExtension(bytes: Uint8Array, end: number): boolean {
    const limit = this.#limits.maxChunkLineBytes;
    while (this.at < end) {
      const byte = bytes[this.at];
      if (byte === CR) {
        if (this.#blank) break;
        this.at++;
        this.#phase = SIZE_LF;
        return true;
      }
      if (++this.#lineBytes > limit) return this.#lineTooLong();
      if (this.#blank && byte !== 0x20 && byte !== 0x09) {
        if (byte !== 0x3b) break;
        this.#blank = false;
      }
      if (FIELD_VALUE[byte] === 0) break;
      this.at++;
    }
    if (this.at === end) return true;
    this.#fail("BAD_CHUNK", `A chunk's size is followed by ${hex(bytes[this.at])}`);
    return false;
  }

  #endSizeLine(): boolean {
    const { maxBodyBytes, maxChunkOverheadBytes } = this.#limits;
    const size = this.#size;
    if (size === 0) {
      this.#phase = TRAILER_START;
      return true;
    }
    // CVE-2023-39326: tiny chunks with long extensions make a peer read far more than it is told.
    const cost = this.#lineBytes + 4 - FREE_BYTES_PER_CHUNK - 2 * size;
    this.#overhead = Math.max(0, this.#overhead + cost);
    if (this.#overhead > maxChunkOverheadBytes) {
      this.#fail("CHUNK_LINE_TOO_LONG", "Chunk sizes and extensions outweigh the content");
      return false;
    }
    this.#bodyBytes += size;
    if (this.#bodyBytes > maxBodyBytes) {
      this.failure = bodyTooLarge(maxBodyBytes);
      return false;
    }
    this.#phase = CONTENT;
    return true;
  }

  #readContent(end: number): number {
    this.start = this.at;
    const there = end - this.at;
    if (there < this.#size) {
      this.at = end;
      this.#size -= there;
    } else {
      this.at += this.#size;
      this.#phase = CONTENT_CR;
    }
    return DATA;
  }

  #readTrailer(bytes: Uint8Array, end: number): number {
    this.#trailers ??= new TrailerReader(this.#limits);
    const at = this.#trailers.read(bytes, this.at, end);
    if (at < 0) {
      this.failure = this.#trailers.failure;
      return FAULT;
    }
    this.at = at;
    if (!this.#trailers.done) return MORE;
    this.#phase = DONE;
    return END;
  }

  #lineTooLong(): boolean {
    const most = this.#limits.maxChunkLineBytes;
    this.#fail("CHUNK_LINE_TOO_LONG", `A chunk's size line is longer than ${most} bytes`);
    return false;
  }

  #fail(code: FailureCode, reason: string): number {
    this.failure = failed(code, reason);
    return FAULT;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function longer(byte: number): string {
  return `A chunk is longer than its size: it goes on with ${hex(byte)}`;
}
