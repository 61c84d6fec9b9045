/**
 * What a client sends first (RFC 9113 §3.4).
 *
 * @module
 */

/**
 * The text of the preface.
 *
 * @example 24 characters
 * ```ts
 * import { PREFACE_TEXT } from "@avx/http2/preface";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(PREFACE_TEXT.length, 24);
 * ```
 */
export const PREFACE_TEXT = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/**
 * Its bytes.
 *
 * @example 24 bytes
 * ```ts
 * import { PREFACE } from "@avx/http2/preface";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(PREFACE.length, 24);
 * ```
 */
export const PREFACE: Uint8Array = Uint8Array.from(
  PREFACE_TEXT,
  (character) => character.charCodeAt(0),
);

/**
 * How much of the preface stands at the start of `bytes` from `start` to `end`.
 *
 * @returns The number of bytes that agree: 24 if it is complete, as many as there are if it is so
 * far, and -1 if something else stands there.
 *
 * @example Telling HTTP/2 from HTTP/1.1 on one port
 * ```ts
 * import { matchPreface, PREFACE } from "@avx/http2";
 * import { encodeUtf8 } from "@avx/runtime/ascii";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(matchPreface(PREFACE, 0, 24), 24);
 * assertEquals(matchPreface(PREFACE, 0, 3), 3);
 * const post = encodeUtf8("POST / HTTP/1.1\r\n");
 * assertEquals(matchPreface(post, 0, post.length), -1);
 * ```
 */
export function matchPreface(bytes: Uint8Array, start: number, end: number): number {
  const count = Math.min(end - start, PREFACE.length);
  for (let index = 0; index < count; index++) {
    if (bytes[start + index] !== PREFACE[index]) return -1;
  }
  return count;
}
