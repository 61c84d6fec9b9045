/**
 * Base64 (RFC 4648 §4), as structured fields carry bytes.
 *
 * @module
 */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const SEXTETS = new Int8Array(128).fill(-1);
for (let sextet = 0; sextet < 64; sextet++) SEXTETS[ALPHABET.charCodeAt(sextet)] = sextet;

/** Bytes in base64, with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const bits = bytes[at] << 16 | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0);
    text += ALPHABET[bits >>> 18] + ALPHABET[bits >>> 12 & 63];
    text += at + 1 < bytes.length ? ALPHABET[bits >>> 6 & 63] : "=";
    text += at + 2 < bytes.length ? ALPHABET[bits & 63] : "=";
  }
  return text;
}

/**
 * The bytes of a text in base64, whose padding may be missing and whose last bits may be set
 * (RFC 9651 §4.2.7).
 *
 * @returns `undefined` if it is none.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const unpadded = /^([A-Za-z0-9+/]*)={0,2}$/.exec(text)?.[1];
  if (unpadded === undefined || unpadded.length % 4 === 1) return undefined;
  // What padding there is fills the last group, and no more.
  if (text.length !== unpadded.length && text.length % 4 !== 0) return undefined;
  const bytes = new Uint8Array(Math.floor(unpadded.length * 3 / 4));
  let bits = 0;
  let count = 0;
  let length = 0;
  for (let at = 0; at < unpadded.length; at++) {
    bits = (bits << 6 | SEXTETS[unpadded.charCodeAt(at)]) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[length++] = bits >>> count & 0xff;
  }
  return bytes;
}
