/**
 * Prefix integers, the numbers of HPACK and QPACK (RFC 7541 §5.1, RFC 9204 §4.1.1): as much as fits
 * in the low bits of a first byte, the rest in groups of seven, the lowest first.
 *
 * ```text
 *   0   1   2   3   4   5   6   7
 * +---+---+---+---+---+---+---+---+
 * | ?   ?   ? | 1   1   1   1   1 |   prefix of 5 bits, full: value − 31 follows
 * +---+---+---+---+---+---+---+---+
 * | 1 |  bits 0 to 6              |   more follows
 * | 0 |  bits 7 to 13             |   the last
 * +---+---------------------------+
 * ```
 *
 * @module
 */

/** Nine groups of seven bits hold the 62 bits that QPACK asks for; HPACK needs fewer. */
const MAX_GROUPS = 9;

/**
 * Where a reader stands; reading moves it. Made once and used again, so that a number costs no
 * object.
 *
 * @example Two numbers behind each other
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Cursor, readPrefixInteger } from "@avx/semantics/prefix-integer";
 *
 * const cursor: Cursor = { at: 0 };
 * const bytes = new Uint8Array([0x0a, 0x1f, 0x9a, 0x0a]);
 * assertEquals(readPrefixInteger(bytes, cursor, 4, 5), 10);
 * assertEquals(readPrefixInteger(bytes, cursor, 4, 5), 1337);
 * assertEquals(cursor.at, 4);
 * ```
 */
export interface Cursor {
  /** The offset of the next byte to be read. */
  at: number;
}

/**
 * Reads the number at the cursor, which moves behind it, and stays where there is none. A value
 * above 2^53 − 1, which no length or index in use comes near, is returned rounded.
 *
 * @param prefixBits How many low bits of the first byte belong to it: 1 to 8.
 * @returns The value; -1 where it is not complete before `end`; -2 where it has more than nine
 *   bytes behind the first, so that an encoding padded with zeros ends as well.
 *
 * @example The sample of RFC 7541, appendix C.1.2
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readPrefixInteger } from "@avx/semantics/prefix-integer";
 *
 * const bytes = new Uint8Array([0xff, 0x9a, 0x0a]);
 * assertEquals(readPrefixInteger(bytes, { at: 0 }, 3, 5), 1337);
 * assertEquals(readPrefixInteger(bytes, { at: 0 }, 2, 5), -1);
 * ```
 */
export function readPrefixInteger(
  bytes: Uint8Array,
  cursor: Cursor,
  end: number,
  prefixBits: number,
): number {
  let at = cursor.at;
  if (at >= end) return -1;
  const full = (1 << prefixBits) - 1;
  let value = bytes[at++] & full;
  if (value === full) {
    let factor = 1;
    for (let group = 0;; group++) {
      if (group === MAX_GROUPS) return -2;
      if (at >= end) return -1;
      const byte = bytes[at++];
      // Not shifted: that would wrap at 32 bits.
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 0x80;
    }
  }
  cursor.at = at;
  return value;
}

/**
 * Writes a number at `at`: the low bits of one byte, and up to eight more, for which there must be
 * room.
 *
 * @param flags The bits of the first byte above the prefix; those of the prefix are 0.
 * @param prefixBits How many low bits of the first byte it may use: 1 to 8.
 * @param value A whole number from 0 to 2^53 − 1.
 * @returns The offset behind it.
 *
 * @example A string's length with its Huffman flag
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writePrefixInteger } from "@avx/semantics/prefix-integer";
 *
 * const into = new Uint8Array(2);
 * assertEquals(writePrefixInteger(into, 0, 0x80, 7, 130), 2);
 * assertEquals(into, new Uint8Array([0xff, 3]));
 * ```
 */
export function writePrefixInteger(
  into: Uint8Array,
  at: number,
  flags: number,
  prefixBits: number,
  value: number,
): number {
  const full = (1 << prefixBits) - 1;
  if (value < full) {
    into[at] = flags | value;
    return at + 1;
  }
  into[at++] = flags | full;
  let rest = value - full;
  while (rest >= 0x80) {
    into[at++] = rest % 0x80 | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[at] = rest;
  return at + 1;
}
