/**
 * The head of a message (RFC 9112 §2–§5), parsed in one pass over the bytes as they come.
 *
 * The parser stops where the bytes stop and goes on from there: no byte is looked at twice, however
 * a head is split. What a prefix gives does not depend on the splitting either, which is why each
 * limit is checked before anything else wherever a scan stops.
 *
 * @module
 */

import { FIELD_VALUE, TARGET_CHAR, TOKEN } from "@avx/runtime/ascii";
import type { Failed, FailureCode } from "./events.ts";
import { failed, hex } from "./failure.ts";
import { fieldKind, FramingFields, OTHER } from "./framing_fields.ts";
import type { Http1Limits } from "./limits.ts";

/** The head is not complete yet. */
export const INCOMPLETE = -1;
/** The head breaks a rule or a limit: {@linkcode HeadParser.failure} says which. */
export const FAILED = -2;

const START = 0; // before a request line, empty lines included
const METHOD = 1;
const TARGET = 2;
const VERSION = 3;
const STATUS = 4;
const REASON = 5;
const NAME = 6;
const VALUE = 7;

const CR = 0x0d;
const LF = 0x0a;
const SP = 0x20;
const COLON = 0x3a;

// No registered method is longer than 17 bytes. RFC 9112 §3: 501 for one that is longer than any.
const MAX_METHOD_BYTES = 64;
// RFC 9112 §2.2 asks for one at least; no client is known to send more than two.
const MAX_EMPTY_LINES = 2;

/** Parses one head after another. All offsets it leaves are counted from the head's first byte. */
export class HeadParser {
  /** Where the method starts. */
  methodStart = 0;
  /** Where the method ends; the target starts one byte later. */
  methodEnd = 0;
  /** Where the target ends. */
  targetEnd = 0;
  /** The digit behind `HTTP/1.`; 1 for any above (RFC 9110 §2.5). */
  minorVersion: 0 | 1 = 1;
  /** The status code of a response. */
  status = 0;
  /** Where the reason phrase starts. */
  reasonStart = 0;
  /** Where the reason phrase ends. */
  reasonEnd = 0;
  /** Where the first field line starts. */
  fieldsStart = 0;
  /** How many field lines there are. */
  fieldCount = 0;
  /** What the framing fields say. */
  readonly framing: FramingFields = new FramingFields();
  /** Why {@linkcode parse} gave {@linkcode FAILED}. */
  failure: Failed | undefined = undefined;

  readonly #first: number;
  readonly #limits: Http1Limits;
  #phase: number;
  #at = 0;
  #line = 0;
  #value = 0;
  #kind = OTHER;
  #emptyLines = 0;

  /** Makes a parser for the heads of requests or of responses. */
  constructor(role: "request" | "response", limits: Http1Limits) {
    this.#first = role === "request" ? START : STATUS;
    this.#phase = this.#first;
    this.#limits = limits;
  }

  /** Whether a head has begun that is not complete; empty lines before it do not count. */
  get begun(): boolean {
    return this.#at > 0 && this.#phase !== START;
  }

  /** Makes ready for the next head. */
  reset(): void {
    this.#phase = this.#first;
    this.#at = 0;
    this.#emptyLines = 0;
    this.fieldCount = 0;
    this.framing.reset();
  }

  /**
   * Parses on. `bytes` from `start` on are all bytes of the head so far, those that earlier calls
   * have seen included; where they lie may change between calls.
   *
   * @returns The offset behind the head, {@linkcode INCOMPLETE} or {@linkcode FAILED}.
   */
  parse(bytes: Uint8Array, start: number, end: number): number {
    const limits = this.#limits;
    const limit = start + limits.maxHeadBytes;
    const stop = end < limit ? end : limit;
    let at = start + this.#at;
    let line = start + this.#line;
    let phase = this.#phase;
    scan: for (;;) {
      switch (phase) {
        case START:
          if (at === stop) break scan;
          if (bytes[at] === CR) {
            if (at + 1 === stop) break scan;
            if (bytes[at + 1] !== LF || ++this.#emptyLines > MAX_EMPTY_LINES) {
              return this.#fail("BAD_REQUEST_LINE", "An empty line stands for a request line");
            }
            at += 2;
            continue;
          }
          this.methodStart = at - start;
          phase = METHOD;
          // falls through
        case METHOD: {
          while (at < stop && TOKEN[bytes[at]] === 1) at++;
          const length = at - start - this.methodStart;
          if (length > MAX_METHOD_BYTES) {
            return this.#fail("BAD_METHOD", `The method is longer than ${MAX_METHOD_BYTES} bytes`);
          }
          if (at === stop) break scan;
          if (bytes[at] !== SP || length === 0) {
            return this.#fail("BAD_REQUEST_LINE", `The method ends in ${hex(bytes[at])}`);
          }
          this.methodEnd = at - start;
          at++;
          phase = TARGET;
        }
        // falls through
        case TARGET: {
          while (at < stop && TARGET_CHAR[bytes[at]] === 1) at++;
          const length = at - start - this.methodEnd - 1;
          if (length > limits.maxTargetBytes) {
            const most = limits.maxTargetBytes;
            return this.#fail("TARGET_TOO_LONG", `The target is longer than ${most} bytes`);
          }
          if (at === stop) break scan;
          if (bytes[at] !== SP || length === 0) return this.#targetFault(bytes[at]);
          this.targetEnd = at - start;
          at++;
          phase = VERSION;
        }
        // falls through
        case VERSION: {
          if (stop - at < 10) break scan;
          const minor = this.#version(bytes, at);
          if (minor < 0) return FAILED;
          if (bytes[at + 8] !== CR || bytes[at + 9] !== LF) {
            return this.#fail(
              "BAD_REQUEST_LINE",
              "The request line does not end behind the version",
            );
          }
          this.minorVersion = minor === 0 ? 0 : 1;
          at += 10;
          this.fieldsStart = at - start;
          line = at;
          phase = NAME;
          continue;
        }
        case STATUS: {
          if (stop - at < 13) break scan;
          const minor = this.#version(bytes, at);
          if (minor < 0) return FAILED;
          this.minorVersion = minor === 0 ? 0 : 1;
          const hundreds = bytes[at + 9] - 0x30;
          const tens = bytes[at + 10] - 0x30;
          const ones = bytes[at + 11] - 0x30;
          if (
            bytes[at + 8] !== SP || hundreds < 1 || hundreds > 9 || tens < 0 || tens > 9 ||
            ones < 0 || ones > 9
          ) return this.#fail("BAD_STATUS_LINE", "There is no status code behind the version");
          this.status = hundreds * 100 + tens * 10 + ones;
          at += 12;
          // RFC 9112 §4 wants a space even before an empty reason phrase; many servers leave it out.
          if (bytes[at] === SP) at++;
          else if (bytes[at] !== CR) {
            return this.#fail("BAD_STATUS_LINE", "The status code is longer than three digits");
          }
          this.reasonStart = at - start;
          phase = REASON;
        }
        // falls through
        case REASON:
          while (at < stop && FIELD_VALUE[bytes[at]] === 1) at++;
          if (at === stop) break scan;
          if (bytes[at] !== CR) return this.#fail("BAD_STATUS_LINE", badByte(bytes[at]));
          if (at + 1 === stop) break scan;
          if (bytes[at + 1] !== LF) return this.#fail("BAD_STATUS_LINE", badByte(CR));
          this.reasonEnd = at - start;
          at += 2;
          this.fieldsStart = at - start;
          line = at;
          phase = NAME;
          // falls through
        case NAME: {
          while (at < stop && TOKEN[bytes[at]] === 1) at++;
          if (at - line > limits.maxFieldBytes) return this.#fieldTooLarge();
          if (at === stop) break scan;
          const byte = bytes[at];
          if (byte !== COLON || at === line) {
            if (byte !== CR || at !== line) return this.#nameFault(byte, at === line);
            if (at + 1 === stop) break scan;
            if (bytes[at + 1] !== LF) return this.#fail("BAD_FIELD", badByte(CR));
            return at + 2;
          }
          if (this.fieldCount === limits.maxFields) {
            const most = limits.maxFields;
            return this.#fail("TOO_MANY_FIELDS", `There are more than ${most} field lines`);
          }
          this.#kind = fieldKind(bytes, line, at);
          at++;
          this.#value = at - start;
          phase = VALUE;
        }
        // falls through
        case VALUE: {
          while (at < stop && FIELD_VALUE[bytes[at]] === 1) at++;
          if (at - line > limits.maxFieldBytes) return this.#fieldTooLarge();
          if (at === stop) break scan;
          if (bytes[at] !== CR) return this.#fail("BAD_FIELD", badByte(bytes[at]));
          if (at + 1 === stop) break scan;
          if (bytes[at + 1] !== LF) return this.#fail("BAD_FIELD", badByte(CR));
          if (this.#kind !== OTHER) {
            this.failure = this.framing.add(this.#kind, bytes, start + this.#value, at, start);
            if (this.failure !== undefined) return FAILED;
          }
          this.fieldCount++;
          at += 2;
          line = at;
          phase = NAME;
        }
      }
    }
    if (stop === limit) {
      return this.#fail("HEAD_TOO_LARGE", `The head is larger than ${limits.maxHeadBytes} bytes`);
    }
    this.#phase = phase;
    this.#at = at - start;
    this.#line = line - start;
    return INCOMPLETE;
  }

  /** The minor version at `at`; -1 and a failure if there is none or the major one is not 1. */
  #version(bytes: Uint8Array, at: number): number {
    const major = bytes[at + 5] - 0x30;
    const minor = bytes[at + 7] - 0x30;
    if (
      bytes[at] !== 0x48 || bytes[at + 1] !== 0x54 || bytes[at + 2] !== 0x54 ||
      bytes[at + 3] !== 0x50 || bytes[at + 4] !== 0x2f || bytes[at + 6] !== 0x2e ||
      major < 0 || major > 9 || minor < 0 || minor > 9
    ) {
      return this.#first === START
        ? this.#fail("BAD_REQUEST_LINE", "There is no version behind the target")
        : this.#fail("BAD_STATUS_LINE", "The head does not start with a version");
    }
    if (major !== 1) return this.#fail("BAD_VERSION", `The version is ${major}.${minor}`);
    return minor;
  }

  #targetFault(byte: number): number {
    if (byte === CR || byte === LF) {
      return this.#fail("BAD_REQUEST_LINE", "The request line ends before the version");
    }
    return this.#fail("BAD_TARGET", `The target holds ${hex(byte)}, or is empty`);
  }

  #nameFault(byte: number, atStart: boolean): number {
    // RFC 9112 §5.1, §5.2: both have been read in more than one way, so neither is read at all.
    if (byte === SP || byte === 0x09) {
      return this.#fail(
        "BAD_FIELD",
        atStart ? "A field line is folded" : "White space stands before a colon",
      );
    }
    return this.#fail("BAD_FIELD", `A field name ends in ${hex(byte)}`);
  }

  #fieldTooLarge(): number {
    const most = this.#limits.maxFieldBytes;
    return this.#fail("FIELD_TOO_LARGE", `A field line is larger than ${most} bytes`);
  }

  #fail(code: FailureCode, reason: string): typeof FAILED {
    this.failure = failed(code, reason);
    return FAILED;
  }
}

/** Whether the sender of the head in `parser` would keep the connection (RFC 9112 §9.3). */
export function asksKeepAlive({ framing, minorVersion }: HeadParser): boolean {
  return !framing.close && (minorVersion === 1 || framing.keepAlive);
}

function badByte(byte: number): string {
  return byte === CR ? "A CR without LF" : byte === LF ? "A LF without CR" : `Byte ${hex(byte)}`;
}
