/**
 * Masking (RFC 6455 §5.3): the same act both ways, eight bytes at a time where that pays.
 *
 * A key is one number, its first byte the lowest: `k0 | k1 << 8 | k2 << 16 | k3 << 24`.
 *
 * @module
 */

import type { Random } from "@avx/runtime/ports/random";

/** From here on making a view of 64-bit words costs less than going byte by byte. */
const WORDS_FROM_BYTES = 192;
const BATCH_BYTES = 1024; // one call of the source for 256 keys

/** The key for what follows `count` bytes that were masked with `key`. */
export function rotateKey(key: number, count: number): number {
  const bits = (count & 3) << 3;
  return bits === 0 ? key : (key >>> bits) | (key << (32 - bits));
}

/**
 * Masks or unmasks the bytes from `start` to `end` in place.
 *
 * @returns Bit 7 set unless all of the result is known to be ASCII.
 */
export function mask(bytes: Uint8Array, start: number, end: number, key: number): number {
  if (end - start >= WORDS_FROM_BYTES) return maskWords(bytes, start, end, key);
  const k0 = key & 0xff;
  const k1 = (key >>> 8) & 0xff;
  const k2 = (key >>> 16) & 0xff;
  const k3 = key >>> 24;
  let at = start;
  let seen = 0;
  for (const last = end - 3; at < last; at += 4) {
    const b0 = bytes[at] ^ k0;
    const b1 = bytes[at + 1] ^ k1;
    const b2 = bytes[at + 2] ^ k2;
    const b3 = bytes[at + 3] ^ k3;
    bytes[at] = b0;
    bytes[at + 1] = b1;
    bytes[at + 2] = b2;
    bytes[at + 3] = b3;
    seen |= b0 | b1 | b2 | b3;
  }
  if (at < end) seen |= bytes[at] ^= k0;
  if (at + 1 < end) seen |= bytes[at + 1] ^= k1;
  if (at + 2 < end) seen |= bytes[at + 2] ^= k2;
  return seen;
}

const keyBytes = new Uint8Array(8);
const keyWord = new BigUint64Array(keyBytes.buffer);

function maskWords(bytes: Uint8Array, start: number, end: number, key: number): number {
  const { buffer, byteOffset } = bytes;
  const head = (8 - ((byteOffset + start) & 7)) & 7;
  const first = start + head;
  mask(bytes, start, first, key);
  const rotated = rotateKey(key, head);
  const count = (end - first) >>> 3;
  for (let index = 0; index < 8; index++) keyBytes[index] = rotated >>> ((index & 3) << 3);
  const word = keyWord[0];
  const words = new BigUint64Array(buffer, byteOffset + first, count);
  for (let index = 0; index < count; index++) words[index] ^= word;
  mask(bytes, first + count * 8, end, rotated);
  return 0x80;
}

/**
 * Keys for frames, unpredictable (RFC 6455 §10.3), fetched 256 at a time, from the first on.
 */
export class MaskKeys {
  readonly #random: Random;
  #batch: Uint8Array | undefined;
  #at = BATCH_BYTES;

  /** Takes keys from a cryptographically strong source. */
  constructor(random: Random) {
    this.#random = random;
  }

  /** A key that has not been used before. */
  next(): number {
    const batch = this.#batch ??= new Uint8Array(BATCH_BYTES);
    if (this.#at === BATCH_BYTES) {
      this.#random.fill(batch);
      this.#at = 0;
    }
    const at = this.#at;
    this.#at = at + 4;
    return batch[at] | (batch[at + 1] << 8) | (batch[at + 2] << 16) | (batch[at + 3] << 24);
  }
}
