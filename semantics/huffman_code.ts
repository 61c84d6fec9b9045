/**
 * The tables of the Huffman code (RFC 7541, appendix B), made from nothing but its code lengths: the
 * code is canonical, so that they determine it.
 *
 * @module
 */

const WINDOW_BITS = 12;
const MAX_CODE_BITS = 30;

// deno-fmt-ignore
const BITS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
  28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
  6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
  5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
  15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
  6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
  20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
  24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
  22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
  21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
  26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
  20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
  26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
  30,
];

/** How many bits the code of a symbol has; 256 is the end of the string. */
export const LENGTHS: Uint8Array = Uint8Array.from(BITS);

/** The symbols in the order of their codes. */
export const SYMBOLS: Uint16Array = Uint16Array.from(
  BITS.map((_, symbol) => symbol).sort((a, b) => BITS[a] - BITS[b] || a - b),
);

/** The first code of a length, in that many bits. */
export const FIRST_CODES: Uint32Array = new Uint32Array(MAX_CODE_BITS + 1);

/** The place in {@linkcode SYMBOLS} of the first code of a length, and of the one behind the last. */
export const FIRST_RANKS: Uint16Array = new Uint16Array(MAX_CODE_BITS + 2);

/** The code of a symbol, in its {@linkcode LENGTHS} low bits. */
export const CODES: Uint32Array = assignCodes();

/**
 * What the next twelve bits begin with, in one number; 0 if their first code is longer:
 *
 * ```text
 *  bits 0–7    the first symbol
 *  bits 8–15   the second symbol
 *  bits 16–23  how many bits are done with
 *  bits 24–27  how many symbols that are: 1 or 2
 *  bit  28     whether there is a second one
 * ```
 */
export const PAIRS: Uint32Array = pairTable();

function assignCodes(): Uint32Array {
  const codes = new Uint32Array(BITS.length);
  let code = 0;
  let rank = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    code <<= 1;
    FIRST_CODES[length] = code;
    FIRST_RANKS[length] = rank;
    for (; rank < SYMBOLS.length && LENGTHS[SYMBOLS[rank]] === length; rank++) {
      codes[SYMBOLS[rank]] = code++;
    }
  }
  FIRST_RANKS[MAX_CODE_BITS + 1] = rank;
  return codes;
}

function pairTable(): Uint32Array {
  const table = new Uint32Array(1 << WINDOW_BITS);
  const short = SYMBOLS.filter((symbol) => LENGTHS[symbol] <= WINDOW_BITS);
  for (const first of short) {
    const left = WINDOW_BITS - LENGTHS[first];
    const begin = CODES[first] << left;
    table.fill(1 << 24 | LENGTHS[first] << 16 | first, begin, begin + (1 << left));
    for (const second of short) {
      const unused = left - LENGTHS[second];
      if (unused < 0) break; // the others are longer still
      const from = begin | CODES[second] << unused;
      const done = WINDOW_BITS - unused;
      table.fill(0x1200_0000 | done << 16 | second << 8 | first, from, from + (1 << unused));
    }
  }
  return table;
}
