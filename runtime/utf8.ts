/**
 * Text as UTF-8 and back.
 *
 * @module
 */

const LONG_TEXT = 64; // from here on one call of encodeInto beats a loop over the characters

/**
 * How many bytes `text` takes in UTF-8; a lone surrogate counts as U+FFFD, which is three.
 *
 * @example Characters and bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { utf8Length } from "@avx/runtime/utf8";
 *
 * assertEquals(utf8Length("São Paulo"), 10);
 * ```
 */
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

/**
 * Writes `text` in UTF-8, for which there must be room. Returns the offset behind it.
 *
 * @throws {RangeError} If long or non-ASCII text does not fit.
 *
 * @example Text into a larger buffer
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeUtf8, writeUtf8 } from "@avx/runtime/utf8";
 *
 * const into = new Uint8Array(16);
 * const end = writeUtf8(into, 0, "São Paulo");
 * assertEquals(decodeUtf8(into.subarray(0, end)), "São Paulo");
 * ```
 */
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

/**
 * The bytes of `text` in UTF-8.
 *
 * @example Two bytes for one character
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeUtf8 } from "@avx/runtime/utf8";
 *
 * assertEquals(encodeUtf8("é"), new Uint8Array([0xc3, 0xa9]));
 * ```
 */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/**
 * The text of UTF-8 `bytes`: a byte order mark is dropped, malformed sequences become U+FFFD.
 *
 * @example Without its byte order mark
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeUtf8 } from "@avx/runtime/utf8";
 *
 * assertEquals(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x68, 0x69])), "hi");
 * ```
 */
export function decodeUtf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

// Every runtime this is built for has the Encoding Standard's classes; the language's own library,
// which is all that pure files are checked against, does not declare them.
const { TextEncoder, TextDecoder } = globalThis as unknown as {
  TextEncoder: new () => {
    encode(text: string): Uint8Array<ArrayBuffer>;
    encodeInto(text: string, into: Uint8Array): { read: number; written: number };
  };
  TextDecoder: new () => { decode(bytes: Uint8Array): string };
};
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function isHighSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xd800;
}

function isLowSurrogate(code: number): boolean {
  return (code & 0xfc00) === 0xdc00;
}
