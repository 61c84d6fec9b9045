/**
 * ASCII and Latin-1 on byte arrays: character classes as tables, numbers, text both ways. What
 * `utf8.ts` has is exported from here as well, for those who need both.
 *
 * @module
 */

export { decodeUtf8, encodeUtf8, utf8Length, writeUtf8 } from "./utf8.ts";

const MAX_SAFE = Number.MAX_SAFE_INTEGER;
const SHORT_BYTES = 8; // up to here joining characters beats a call into the engine

/**
 * 1 for each byte that may stand in a token (RFC 9110 §5.6.2), 0 for the others.
 *
 * @example A method byte
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TOKEN } from "@avx/runtime/ascii";
 *
 * assertEquals(TOKEN["G".charCodeAt(0)], 1);
 * assertEquals(TOKEN[" ".charCodeAt(0)], 0);
 * ```
 */
export const TOKEN: Uint8Array = table((code) =>
  isAlphanumeric(code) || "!#$%&'*+-.^_`|~".includes(String.fromCharCode(code))
);

/**
 * 1 for each byte that may stand in a field value (RFC 9110 §5.5): HTAB, SP, VCHAR, obs-text.
 *
 * @example No NUL in a field value
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FIELD_VALUE } from "@avx/runtime/ascii";
 *
 * assertEquals(FIELD_VALUE[0x20], 1);
 * assertEquals(FIELD_VALUE[0x00], 0);
 * ```
 */
export const FIELD_VALUE: Uint8Array = table((code) =>
  code === 0x09 || (code >= 0x20 && code !== 0x7f)
);

/**
 * 1 for each byte accepted in a request target (RFC 9112 §3.2): VCHAR without `#`.
 *
 * RFC 3986 allows fewer, but browsers send `|`, `^`, `{` and others of the rest unescaped.
 *
 * @example No fragment in a request target
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TARGET_CHAR } from "@avx/runtime/ascii";
 *
 * assertEquals(TARGET_CHAR["?".charCodeAt(0)], 1);
 * assertEquals(TARGET_CHAR["#".charCodeAt(0)], 0);
 * ```
 */
export const TARGET_CHAR: Uint8Array = table((code) => code > 0x20 && code < 0x7f && code !== 0x23);

/**
 * Each byte in lower case: `A`–`Z` become `a`–`z`, the others stay as they are.
 *
 * @example One letter
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LOWER } from "@avx/runtime/ascii";
 *
 * assertEquals(String.fromCharCode(LOWER["Q".charCodeAt(0)]), "q");
 * ```
 */
export const LOWER: Uint8Array = new Uint8Array(256).map((_, code) =>
  code >= 0x41 && code <= 0x5a ? code | 0x20 : code
);

const HEX_DIGIT: Int8Array = new Int8Array(256).map((_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(LOWER[code]));
  return digit;
});

/**
 * The bytes from `start` to `end` as text, one character per byte (ISO 8859-1).
 *
 * @example A slice as text
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { latin1 } from "@avx/runtime/ascii";
 *
 * const bytes = new Uint8Array([0x47, 0x45, 0x54, 0x20, 0xe9]);
 * assertEquals(latin1(bytes, 0, 3), "GET");
 * assertEquals(latin1(bytes, 4, 5), "é");
 * ```
 */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > SHORT_BYTES) return latin1Slice.call(bytes, start, end);
  let text = "";
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]);
  return text;
}

/**
 * Whether the bytes from `start` to `end` are `lowerText`, a lower-case ASCII text, in any case.
 *
 * @example A field name
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeUtf8, equalsIgnoreCase } from "@avx/runtime/ascii";
 *
 * const bytes = encodeUtf8("Content-Length: 5");
 * assertEquals(equalsIgnoreCase(bytes, 0, 14, "content-length"), true);
 * ```
 */
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

/**
 * The decimal number from `start` to `end`; -1 if empty, not all digits, or above 2^53 − 1.
 *
 * @example A length
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeUtf8, parseDecimal } from "@avx/runtime/ascii";
 *
 * const bytes = encodeUtf8("length=1024");
 * assertEquals(parseDecimal(bytes, 7, 11), 1024);
 * assertEquals(parseDecimal(bytes, 0, 11), -1);
 * ```
 */
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

/**
 * The hexadecimal number from `start` to `end`; -1 if empty, malformed, or above 2^53 − 1.
 *
 * @example A chunk size
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeUtf8, parseHex } from "@avx/runtime/ascii";
 *
 * assertEquals(parseHex(encodeUtf8("1aF;name"), 0, 3), 0x1af);
 * ```
 */
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

/**
 * Writes `value`, a whole number from 0 to 2^53 − 1, in decimal: 16 bytes at most, for which there
 * must be room. Returns the offset behind it.
 *
 * @example A status code
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { latin1, writeDecimal } from "@avx/runtime/ascii";
 *
 * const into = new Uint8Array(8);
 * const end = writeDecimal(into, 0, 404);
 * assertEquals(latin1(into, 0, end), "404");
 * ```
 */
export function writeDecimal(into: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    into[at] = 0x30 + value;
    return at + 1;
  }
  let digits = 2;
  for (let limit = 100; value >= limit; limit *= 10) digits++;
  const end = at + digits;
  let index = end - 1;
  let rest = value;
  for (; rest > 0x7fff_ffff; index--) {
    const quotient = Math.floor(rest / 10);
    into[index] = 0x30 + (rest - quotient * 10);
    rest = quotient;
  }
  // The same again for 32 bits, which the engine divides in half the time.
  for (; index >= at; index--) {
    const quotient = (rest / 10) | 0;
    into[index] = 0x30 + (rest - quotient * 10);
    rest = quotient;
  }
  return end;
}

/**
 * Writes `text`, for which there must be room, one byte per character; only the low eight bits of
 * each count.
 *
 * @returns The offset behind it.
 *
 * @example A field name
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { latin1, writeAscii } from "@avx/runtime/ascii";
 *
 * const into = new Uint8Array(8);
 * const end = writeAscii(into, 2, "etag");
 * assertEquals(latin1(into, 2, end), "etag");
 * ```
 */
export function writeAscii(into: Uint8Array, at: number, text: string): number {
  const length = text.length;
  for (let index = 0; index < length; index++) into[at + index] = text.charCodeAt(index);
  return at + length;
}

/**
 * Whether `text` is a token (RFC 9110 §5.6.2), such as a method or a field name.
 *
 * @example A name that is none
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isToken } from "@avx/runtime/ascii";
 *
 * assertEquals(isToken("x-request-id"), true);
 * assertEquals(isToken("x request id"), false);
 * ```
 */
export function isToken(text: string): boolean {
  return text.length > 0 && allIn(TOKEN, text);
}

/**
 * Whether `text` is a field value (RFC 9110 §5.5): no control, no white space around.
 *
 * @example No second line in a value
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isFieldValue } from "@avx/runtime/ascii";
 *
 * assertEquals(isFieldValue("text/html; charset=utf-8"), true);
 * assertEquals(isFieldValue("a\r\nset-cookie: b"), false);
 * ```
 */
export function isFieldValue(text: string): boolean {
  const length = text.length;
  if (length === 0) return true;
  return !isBlank(text.charCodeAt(0)) && !isBlank(text.charCodeAt(length - 1)) &&
    allIn(FIELD_VALUE, text);
}

// Declared here, as the language's own library, which pure files are checked against, has it not.
const { Buffer } = globalThis as unknown as {
  Buffer?: {
    prototype: { latin1Slice?: (this: Uint8Array, start: number, end: number) => string };
  };
};

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
