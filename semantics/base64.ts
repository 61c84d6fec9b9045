/**
 * Base64 (RFC 4648 §4).
 *
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const INVALID = 0xff;

const VALUES: Uint8Array = new Uint8Array(128).fill(INVALID);
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value;

/**
 * Writes bytes in base64, with padding.
 *
 * @example Three bytes
 * ```ts
 * import { encodeBase64 } from "@avx/semantics/base64";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeBase64(new Uint8Array([102, 111])), "Zm8=");
 * ```
 */
export function encodeBase64(bytes: Uint8Array): string {
  const groups: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const count = bytes.length - at;
    const bits = bytes[at] << 16 | (count > 1 ? bytes[at + 1] << 8 : 0) |
      (count > 2 ? bytes[at + 2] : 0);
    groups.push(
      ALPHABET[bits >> 18] + ALPHABET[bits >> 12 & 63] +
        (count > 1 ? ALPHABET[bits >> 6 & 63] : "=") + (count > 2 ? ALPHABET[bits & 63] : "="),
    );
  }
  return groups.join("");
}

/**
 * Reads base64; padding may be missing, as parsers of structured fields are to allow (RFC 9651
 * §4.2.7).
 *
 * @returns `undefined` where it is malformed.
 *
 * @example With and without padding
 * ```ts
 * import { decodeBase64 } from "@avx/semantics/base64";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeBase64("Zm8="), new Uint8Array([102, 111]));
 * assertEquals(decodeBase64("Zm8"), new Uint8Array([102, 111]));
 * assertEquals(decodeBase64("Zm8!"), undefined);
 * ```
 */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const unpadded = text.replace(/={1,2}$/, "");
  const rest = unpadded.length % 4;
  if (rest === 1 || unpadded.length < text.length && text.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array(Math.floor(unpadded.length * 3 / 4));
  let bits = 0;
  for (let at = 0, to = 0; at < unpadded.length; at++) {
    const code = unpadded.charCodeAt(at);
    const value = code < 128 ? VALUES[code] : INVALID;
    if (value === INVALID) return undefined;
    bits = bits << 6 | value;
    // Each character brings six bits, and a byte is full after the second, third and fourth.
    const has = at % 4;
    if (has > 0) bytes[to++] = bits >> (6 - 2 * has);
  }
  return bytes;
}
