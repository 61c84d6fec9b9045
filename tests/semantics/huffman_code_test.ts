import {
  CODES,
  FIRST_CODES,
  FIRST_RANKS,
  LENGTHS,
  PAIRS,
  SYMBOLS,
} from "../../semantics/huffman_code.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("huffman code: rows of RFC 7541 appendix B come out of the lengths", () => {
  const rows: [symbol: number, code: number, length: number][] = [
    [0, 0x1ff8, 13],
    [1, 0x7fffd8, 23],
    [9, 0xffffea, 24],
    [10, 0x3ffffffc, 30],
    [13, 0x3ffffffd, 30],
    [22, 0x3ffffffe, 30],
    [32, 0x14, 6],
    [33, 0x3f8, 10],
    [48, 0x0, 5],
    [57, 0x1f, 6],
    [65, 0x21, 6],
    [88, 0xfc, 8],
    [92, 0x7fff0, 19],
    [97, 0x3, 5],
    [122, 0x7b, 7],
    [127, 0xffffffc, 28],
    [128, 0xfffe6, 20],
    [207, 0x1ffffed, 25],
    [249, 0xffffffe, 28],
    [255, 0x3ffffee, 26],
    [256, 0x3fffffff, 30],
  ];
  for (const [symbol, code, length] of rows) {
    assertEquals([symbol, CODES[symbol], LENGTHS[symbol]], [symbol, code, length]);
  }
});

Deno.test("huffman code: it is complete, so that every bit sequence begins with one code", () => {
  assertEquals(LENGTHS.length, 257);
  assertEquals(LENGTHS.reduce((sum, length) => sum + 2 ** -length, 0), 1);
});

Deno.test("huffman code: each code is found by its length and rank", () => {
  for (let symbol = 0; symbol <= 256; symbol++) {
    const length = LENGTHS[symbol];
    const rank = CODES[symbol] - FIRST_CODES[length];
    assert(rank >= 0 && rank < FIRST_RANKS[length + 1] - FIRST_RANKS[length]);
    assertEquals(SYMBOLS[FIRST_RANKS[length] + rank], symbol);
  }
});

Deno.test("huffman code: every window of twelve bits has what bit by bit decoding finds", () => {
  const byCode = new Map<string, number>();
  for (let symbol = 0; symbol < 256; symbol++) {
    byCode.set(CODES[symbol].toString(2).padStart(LENGTHS[symbol], "0"), symbol);
  }
  for (let window = 0; window < 4096; window++) {
    const bits = window.toString(2).padStart(12, "0");
    const found: number[] = [];
    let done = 0;
    for (let end = 1; end <= 12 && found.length < 2; end++) {
      const symbol = byCode.get(bits.slice(done, end));
      if (symbol === undefined) continue;
      found.push(symbol);
      done = end;
    }
    const pair = PAIRS[window];
    const count = pair >>> 24 & 0xf;
    const actual = [pair & 0xff, pair >>> 8 & 0xff].slice(0, count);
    assertEquals([bits, actual, pair >>> 16 & 0xff], [bits, found, done]);
    assertEquals(pair >>> 28, count === 2 ? 1 : 0);
  }
});
