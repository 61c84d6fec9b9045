/**
 * The fields that decide how a message is framed and routed, gathered while its head is parsed.
 *
 * @module
 */

import { equalsIgnoreCase, parseDecimal, TOKEN } from "@avx/runtime/ascii";
import type { Failed } from "./events.ts";
import { failed } from "./failure.ts";
import { isHost } from "./host.ts";

/** Any other field. */
export const OTHER = 0;
/** `Host`. */
export const HOST = 1;
/** `Expect`. */
export const EXPECT = 2;
/** `Upgrade`. */
export const UPGRADE = 3;
/** `Connection`. */
export const CONNECTION = 4;
/** `Content-Length`. */
export const CONTENT_LENGTH = 5;
/** `Transfer-Encoding`. */
export const TRANSFER_ENCODING = 6;

/** Which of the fields of interest the name from `start` to `end` is; 0 for any other. */
export function fieldKind(bytes: Uint8Array, start: number, end: number): number {
  switch (end - start) {
    case 4:
      return equalsIgnoreCase(bytes, start, end, "host") ? HOST : OTHER;
    case 6:
      return equalsIgnoreCase(bytes, start, end, "expect") ? EXPECT : OTHER;
    case 7:
      return equalsIgnoreCase(bytes, start, end, "upgrade") ? UPGRADE : OTHER;
    case 10:
      return equalsIgnoreCase(bytes, start, end, "connection") ? CONNECTION : OTHER;
    case 14:
      return equalsIgnoreCase(bytes, start, end, "content-length") ? CONTENT_LENGTH : OTHER;
    case 17:
      return equalsIgnoreCase(bytes, start, end, "transfer-encoding") ? TRANSFER_ENCODING : OTHER;
    default:
      return OTHER;
  }
}

/** What the framing fields of one head say. Used again for the next head after {@linkcode reset}. */
export class FramingFields {
  /** How many `Host` lines there are. */
  hosts = 0;
  /** Where the value of `Host` starts, counted from the head's first byte. */
  hostStart = 0;
  /** Where it ends. */
  hostEnd = 0;
  /** The value of `Content-Length`; -1 where there is none. */
  contentLength = -1;
  /** Whether the only transfer coding is `chunked`. */
  chunked = false;
  /** `Connection: close`. */
  close = false;
  /** `Connection: keep-alive`. */
  keepAlive = false;
  /** `Connection: upgrade`. */
  upgradeOption = false;
  /** Whether there is an `Upgrade` field. */
  upgrade = false;
  /** `Expect: 100-continue`. */
  expectsContinue = false;
  /** Whether anything else is expected. */
  expectsOther = false;

  /** Forgets what the last head said. */
  reset(): void {
    this.hosts = 0;
    this.contentLength = -1;
    this.chunked = false;
    this.close = false;
    this.keepAlive = false;
    this.upgradeOption = false;
    this.upgrade = false;
    this.expectsContinue = false;
    this.expectsOther = false;
  }

  /**
   * Takes in one line.
   *
   * @param from Where its value starts, white space before it included.
   * @param to Where its value ends, white space behind it included.
   * @param head Where the head starts.
   * @returns What is wrong with it.
   */
  add(
    kind: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    head: number,
  ): Failed | undefined {
    let start = from;
    let end = to;
    while (start < end && isBlank(bytes[start])) start++;
    while (start < end && isBlank(bytes[end - 1])) end--;
    switch (kind) {
      case HOST:
        return this.#host(bytes, start, end, head);
      case EXPECT:
        if (equalsIgnoreCase(bytes, start, end, "100-continue")) this.expectsContinue = true;
        else this.expectsOther = true;
        return undefined;
      case UPGRADE:
        this.upgrade = true;
        return undefined;
      case CONNECTION:
        return this.#connection(bytes, start, end);
      case CONTENT_LENGTH:
        return this.#contentLength(bytes, start, end);
      default:
        return this.#transferEncoding(bytes, start, end);
    }
  }

  #host(bytes: Uint8Array, start: number, end: number, head: number): Failed | undefined {
    // RFC 9112 §3.2: more than one Host line, or an invalid value, is answered with 400.
    if (++this.hosts > 1) return failed("BAD_HOST", "More than one Host field");
    if (!isHost(bytes, start, end)) return failed("BAD_HOST", "The Host field is not a host");
    this.hostStart = start - head;
    this.hostEnd = end - head;
    return undefined;
  }

  #contentLength(bytes: Uint8Array, start: number, end: number): Failed | undefined {
    // RFC 9112 §6.3 lets a recipient take "5, 5" for 5; refusing leaves no room for two readings.
    if (this.contentLength >= 0) {
      return failed("BAD_CONTENT_LENGTH", "More than one Content-Length field");
    }
    this.contentLength = parseDecimal(bytes, start, end);
    if (this.contentLength < 0) {
      return failed("BAD_CONTENT_LENGTH", "Content-Length is not a decimal number below 2^53");
    }
    return undefined;
  }

  #connection(bytes: Uint8Array, start: number, end: number): Failed | undefined {
    // The three common values, before the list they could be a part of.
    if (equalsIgnoreCase(bytes, start, end, "keep-alive")) this.keepAlive = true;
    else if (equalsIgnoreCase(bytes, start, end, "close")) this.close = true;
    else {
      for (let at = start; at < end;) {
        const stop = elementEnd(bytes, at, end);
        const first = skipBlanks(bytes, at, stop);
        const last = trimBlanks(bytes, first, stop);
        if (equalsIgnoreCase(bytes, first, last, "close")) this.close = true;
        else if (equalsIgnoreCase(bytes, first, last, "keep-alive")) this.keepAlive = true;
        else if (equalsIgnoreCase(bytes, first, last, "upgrade")) this.upgradeOption = true;
        at = stop + 1;
      }
    }
    return undefined;
  }

  #transferEncoding(bytes: Uint8Array, start: number, end: number): Failed | undefined {
    // RFC 9112 §6.1: chunked comes last and once. No other coding is implemented here: 501.
    let at = start;
    do {
      const stop = elementEnd(bytes, at, end);
      const first = skipBlanks(bytes, at, stop);
      const last = trimBlanks(bytes, first, stop);
      if (this.chunked) {
        return failed("BAD_TRANSFER_ENCODING", "A transfer coding follows chunked");
      }
      if (first === last || TOKEN[bytes[first]] === 0) {
        return failed("BAD_TRANSFER_ENCODING", "Transfer-Encoding is not a list of codings");
      }
      if (!equalsIgnoreCase(bytes, first, last, "chunked")) {
        return failed("BAD_TRANSFER_ENCODING", "A transfer coding is not implemented", 501);
      }
      this.chunked = true;
      at = stop + 1;
    } while (at <= end);
    return undefined;
  }
}

function elementEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0x2c) at++;
  return at;
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && isBlank(bytes[at])) at++;
  return at;
}

function trimBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && isBlank(bytes[at - 1])) at--;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}
