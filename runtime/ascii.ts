/**
 * ASCII, Latin-1 and UTF-8 on byte arrays: character classes as tables, numbers, text both ways.
 *
 * @module
 */

const MAX_SAFE = Number.MAX_SAFE_INTEGER;
const LONG_TEXT = 64; // from here on one call of encodeInto beats a loop over the characters
const SHORT_BYTES = 8; // up to here joining characters beats a call into the engine

/** 1 for each byte that may stand in a token (RFC 9110 §5.6.2), 0 for the others. */
export const TOKEN: Uint8Array = table((code) =>
  isAlphanumeric(code) || "!#$%&'*+-.^_`|~".includes(String.fromCharCode(code))
);

/** 1 for each byte that may stand in a field value (RFC 9110 §5.5): HTAB, SP, VCHAR, obs-text. */
export const FIELD_VALUE: Uint8Array = table((code) =>
  code === 0x09 || (code >= 0x20 && code !== 0x7f)
);

/**
 * 1 for each byte accepted in a request target (RFC 9112 §3.2): VCHAR without `#`.
 *
 * RFC 3986 allows fewer, but browsers send `|`, `^`, `{` and others of the rest unescaped.
 */
export const TARGET_CHAR: Uint8Array = table((code) => code > 0x20 && code < 0x7f && code !== 0x23);

/** Each byte in lower case: `A`–`Z` become `a`–`z`, the others stay as they are. */
export const LOWER: Uint8Array = new Uint8Array(256).map((_, code) =>
  code >= 0x41 && code <= 0x5a ? code | 0x20 : code
);

const HEX_DIGIT: Int8Array = new Int8Array(256).map((_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(LOWER[code]));
  return digit;
});

/** The bytes from `start` to `end` as text, one character per byte (ISO 8859-1). */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_BYTES) return latin1Slice.call(bytes, start, end);
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/** Whether the bytes from `start` to `end` are `lowerText`, a lower-case ASCII text, in any case. */
export function equalsIgnoreCase(
  bytes: Uint8Array,
  start: number,
  end: number,
  lowerText: string,
): boolean {
  if (end - start !== lowerText.length) return false;
  for (let at = start, index = 0; at < end; at++, index++) {
    if (LOWER[bytes[at]] !== lowerText.charCodeAt(index)) return false;
  }
  return true;
}

/** The decimal number from `start` to `end`; -1 if empty, not all digits, or above 2^53 − 1. */
export function parseDecimal(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit < 0 || digit > 9) return -1;
    // Exact up to the first value above the limit, and rounding cannot bring that one back.
    value = value * 10 + digit;
    if (value > MAX_SAFE) return -1;
  }
  return value;
}

/** The hexadecimal number from `start` to `end`; -1 if empty, malformed, or above 2^53 − 1. */
export function parseHex(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = HEX_DIGIT[bytes[at]];
    if (digit < 0) return -1;
    value = value * 16 + digit;
    if (value > MAX_SAFE) return -1;
  }
  return value;
}

/** Writes `value`, a whole number from 0 to 2^53 − 1, in decimal. Returns the offset behind it. */
export function writeDecimal(into: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    into[at] = 0x30 + value;
    return at + 1;
  }
  let digits = 2;
  for (let limit = 100; value >= limit; limit *= 10) digits++;
  const end = at + digits;
  let rest = value;
  for (let index = end - 1; index >= at; index--) {
    const quotient = Math.floor(rest / 10);
    into[index] = 0x30 + rest - quotient * 10;
    rest = quotient;
  }
  return end;
}

/** Writes `text`, one byte per character; only the low eight bits of each count. */
export function writeAscii(into: Uint8Array, at: number, text: string): number {
  const length = text.length;
  for (let index = 0; index < length; index++) into[at + index] = text.charCodeAt(index);
  return at + length;
}

/** Whether `text` is a token (RFC 9110 §5.6.2), such as a method or a field name. */
export function isToken(text: string): boolean {
  return text.length > 0 && allIn(TOKEN, text);
}

/** Whether `text` is a field value (RFC 9110 §5.5): no control, no white space around. */
export function isFieldValue(text: string): boolean {
  const length = text.length;
  if (length === 0) return true;
  return !isBlank(text.charCodeAt(0)) && !isBlank(text.charCodeAt(length - 1)) &&
    allIn(FIELD_VALUE, text);
}

/** How many bytes `text` takes in UTF-8; a lone surrogate counts as U+FFFD, which is three. */
export function utf8Length(text: string): number {
  const length = text.length;
  let bytes = length;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) continue;
    if (code < 0x800) bytes += 1;
    else bytes += 2;
    if (isHighSurrogate(code) && isLowSurrogate(text.charCodeAt(index + 1))) index++; // 4 for both
  }
  return bytes;
}

/** Writes `text` in UTF-8, for which there must be room. Returns the offset behind it. */
export function writeUtf8(into: Uint8Array, at: number, text: string): number {
  const length = text.length;
  if (length < LONG_TEXT) {
    let index = 0;
    for (; index < length; index++) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) break;
      into[at + index] = code;
    }
    if (index === length) return at + length;
  }
  const { read, written } = encoder.encodeInto(text, into.subarray(at));
  if (read < length) {
    throw new RangeError(`Cannot write text of ${length} characters: only ${read} fit`);
  }
  return at + written;
}

/** The bytes of `text` in UTF-8. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of UTF-8 `bytes`: a byte order mark is dropped, malformed sequences become U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

// Every runtime this is built for has the Encoding Standard's classes; the language's own library,
// which is all that pure files are checked against, does not declare them.
const { TextEncoder, TextDecoder, Buffer } = globalThis as unknown as {
  TextEncoder: new () => {
    encode(text: string): Uint8Array<ArrayBuffer>;
    encodeInto(text: string, into: Uint8Array): { read: number; written: number };
  };
  TextDecoder: new () => { decode(bytes: Uint8Array): string };
  Buffer?: {
    prototype: { latin1Slice?: (this: Uint8Array, start: number, end: number) => string };
  };
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();

// Never TextDecoder("latin1"): that label means windows-1252, and it is several times slower.
const latin1Slice = Buffer?.prototype.latin1Slice ?? joinCharacters;

function joinCharacters(this: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += 4096) {
    const part = this.subarray(at, Math.min(end, at + 4096));
    text += String.fromCharCode.apply(undefined, part as unknown as number[]);
  }
  return text;
}

function table(includes: (code: number) => boolean): Uint8Array {
  return new Uint8Array(256).map((_, code) => includes(code) ? 1 : 0);
}

function allIn(allowed: Uint8Array, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code > 0xff || allowed[code] === 0) return false;
  }
  return true;
}

function isAlphanumeric(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x61 && code <= 0x7a);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}
