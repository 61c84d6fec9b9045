/**
 * The Huffman code of HPACK and QPACK (RFC 7541 §5.2 and appendix B), both ways, on text of one byte
 * per character.
 *
 * The decoder looks twelve bits ahead, which decides one or two characters at once for all that
 * fields are usually made of; the rare longer codes are found by the code's order.
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import { CODES, FIRST_CODES, FIRST_RANKS, LENGTHS, PAIRS, SYMBOLS } from "./huffman_code.ts";

const WINDOW_BITS = 12;
const WINDOW_MASK = (1 << WINDOW_BITS) - 1;
const END_OF_STRING = 256;
const MAX_CODE_BITS = 30;
/** How much scratch room is kept from one call to the next. */
const KEPT_BYTES = 16 * 1024;

/**
 * How many bytes `text` takes when encoded.
 *
 * @example Shorter, mostly
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { huffmanLength } from "@avx/semantics/huffman";
 *
 * assertEquals(huffmanLength("www.example.com"), 12);
 * assertEquals(huffmanLength("{}"), 4);
 * ```
 */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let index = 0; index < text.length; index++) {
    bits += LENGTHS[text.charCodeAt(index) & 0xff];
  }
  // Not shifted: a long text has more bits than 32 bits can count.
  return Math.ceil(bits / 8);
}

/**
 * Writes `text` encoded at `at`: {@linkcode huffmanLength} bytes, for which there must be room. Only
 * the low eight bits of each character count.
 *
 * @returns The offset behind it.
 *
 * @example The sample of RFC 7541, appendix C.4.1
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeHuffman } from "@avx/semantics/huffman";
 *
 * const into = new Uint8Array(12);
 * assertEquals(writeHuffman(into, 0, "www.example.com"), 12);
 * assertEquals(into.subarray(0, 4), new Uint8Array([0xf1, 0xe3, 0xc2, 0xe5]));
 * ```
 */
export function writeHuffman(into: Uint8Array, at: number, text: string): number {
  let to = at;
  let held = 0;
  let bits = 0; // of `held`, below 16 between two characters
  for (let index = 0; index < text.length; index++) {
    const symbol = text.charCodeAt(index) & 0xff;
    let code = CODES[symbol];
    let length = LENGTHS[symbol];
    if (length > 16) {
      // In two parts, as `held` has 32 bits.
      length -= 16;
      held = held << length | code >>> 16;
      bits += length;
      if (bits >= 16) {
        bits -= 16;
        into[to++] = held >>> (bits + 8);
        into[to++] = held >>> bits;
      }
      code &= 0xffff;
      length = 16;
    }
    held = held << length | code;
    bits += length;
    if (bits >= 16) {
      bits -= 16;
      into[to++] = held >>> (bits + 8);
      into[to++] = held >>> bits;
    }
  }
  if (bits >= 8) {
    bits -= 8;
    into[to++] = held >>> bits;
  }
  // The rest of the last byte is the beginning of the end-of-string code: ones.
  if (bits > 0) into[to++] = held << (8 - bits) | 0xff >>> bits;
  return to;
}

/**
 * How many bytes at most an encoded text of `byteCount` bytes decodes to, as no code has fewer than
 * five bits.
 *
 * @example Room to decode into
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { huffmanRoom } from "@avx/semantics/huffman";
 *
 * assertEquals(huffmanRoom(10), 16);
 * ```
 */
export function huffmanRoom(byteCount: number): number {
  return Math.floor(byteCount * 8 / 5);
}

/**
 * Decodes the bytes from `start` to `end` into the beginning of `into`, where there must be room for
 * {@linkcode huffmanRoom} bytes.
 *
 * @returns How many bytes it has become; -1 if they hold the end-of-string code, or are padded with
 *   more than seven bits or with anything but ones.
 *
 * @example Bytes from the wire
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { huffmanRoom, readHuffman } from "@avx/semantics/huffman";
 *
 * const bytes = new Uint8Array([0xa8, 0xeb, 0x10, 0x64, 0x9c, 0xbf]);
 * const into = new Uint8Array(huffmanRoom(6));
 * assertEquals(readHuffman(bytes, 0, 6, into), 8);
 * assertEquals(String.fromCharCode(...into.subarray(0, 8)), "no-cache");
 * ```
 */
export function readHuffman(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
): number {
  let at = start;
  let to = 0;
  let held = 0;
  let bits = 0; // of `held` that are still to be read
  for (;;) {
    if (bits < WINDOW_BITS) {
      while (bits <= 24 && at < end) {
        held = held << 8 | bytes[at++];
        bits += 8;
      }
      if (bits < WINDOW_BITS) break;
    }
    const pair = PAIRS[held >>> (bits - WINDOW_BITS) & WINDOW_MASK];
    if (pair !== 0) {
      // Where there is no second character, the next one overwrites it.
      into[to] = pair;
      if (pair >= 0x1000_0000) into[to + 1] = pair >>> 8;
      to += pair >>> 24 & 0xf;
      bits -= pair >>> 16 & 0xff;
      continue;
    }
    // A long code, which may reach beyond what is held: its bits are counted from the start.
    const from = (at - start) * 8 - bits;
    const found = longCode(bytes, start, end, from);
    if (found < 0) return -1;
    into[to++] = found & 0xff;
    const behind = from + (found >>> 8);
    at = start + (behind >>> 3);
    if (at === end) return to;
    bits = 8 - (behind & 7);
    held = bytes[at++];
  }
  return lastCodes(held, bits, into, to);
}

/**
 * The text that the bytes from `start` to `end` decode to, one character per byte.
 *
 * @returns `undefined` where {@linkcode readHuffman} returns -1.
 *
 * @example A value
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeHuffman } from "@avx/semantics/huffman";
 *
 * const bytes = new Uint8Array([0xae, 0xc3, 0x77, 0x1a, 0x4b]);
 * assertEquals(decodeHuffman(bytes, 0, 5), "private");
 * ```
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string | undefined {
  const room = huffmanRoom(end - start);
  const into = room <= KEPT_BYTES ? scratch : new Uint8Array(room);
  const length = readHuffman(bytes, start, end, into);
  return length < 0 ? undefined : latin1(into, 0, length);
}

const scratch = new Uint8Array(KEPT_BYTES);

/** Decodes what is left when there are too few bits for a window: they are continued with ones. */
function lastCodes(held: number, bits: number, into: Uint8Array, length: number): number {
  let to = length;
  let left = bits;
  while (left > 0) {
    const missing = WINDOW_BITS - left;
    const window = (held << missing | (1 << missing) - 1) & WINDOW_MASK;
    if (window === WINDOW_MASK) break;
    const symbol = PAIRS[window] & 0xff;
    if (PAIRS[window] === 0 || LENGTHS[symbol] > left) return -1;
    into[to++] = symbol;
    left -= LENGTHS[symbol];
  }
  return left < 8 ? to : -1;
}

/**
 * The symbol whose code starts at bit `from`, with the code's length above its eight bits; -1 if it
 * is not complete, or is the end-of-string code.
 */
function longCode(bytes: Uint8Array, start: number, end: number, from: number): number {
  const bitCount = Math.min((end - start) * 8 - from, MAX_CODE_BITS);
  let code = 0;
  for (let length = 1; length <= bitCount; length++) {
    const bit = from + length - 1;
    code = code << 1 | bytes[start + (bit >>> 3)] >>> (7 - (bit & 7)) & 1;
    // The code is canonical: those of one length are numbered without a gap.
    const rank = code - FIRST_CODES[length];
    if (rank >= 0 && rank < FIRST_RANKS[length + 1] - FIRST_RANKS[length]) {
      const symbol = SYMBOLS[FIRST_RANKS[length] + rank];
      return symbol === END_OF_STRING ? -1 : length << 8 | symbol;
    }
  }
  return -1;
}
