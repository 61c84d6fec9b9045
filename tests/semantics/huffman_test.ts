import fc from "fast-check";
import {
  decodeHuffman,
  huffmanLength,
  huffmanRoom,
  readHuffman,
  writeHuffman,
} from "@avx/semantics/huffman";
import { CODES, LENGTHS } from "../../semantics/huffman_code.ts";
import { assert, assertEquals } from "../support/assert.ts";

function encoded(text: string): Uint8Array {
  const into = new Uint8Array(huffmanLength(text) + 2);
  assertEquals(writeHuffman(into, 1, text), into.length - 1);
  assertEquals([into[0], into.at(-1)], [0, 0], "nothing beyond its room");
  return into.slice(1, -1);
}

function decoded(...bytes: readonly number[]): string | undefined {
  return decodeHuffman(Uint8Array.from([0x55, ...bytes, 0x55]), 1, bytes.length + 1);
}

/** Bit by bit, from the table alone. */
function slowlyDecoded(bytes: Uint8Array): string | undefined {
  const symbols = new Map<string, number>();
  CODES.forEach((code, symbol) =>
    symbols.set(code.toString(2).padStart(LENGTHS[symbol], "0"), symbol)
  );
  let text = "";
  let begun = "";
  for (const bit of [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("")) {
    begun += bit;
    const symbol = symbols.get(begun);
    if (symbol === 256) return undefined;
    if (symbol === undefined) continue;
    text += String.fromCharCode(symbol);
    begun = "";
  }
  return begun.length < 8 && !begun.includes("0") ? text : undefined;
}

/** All one-byte characters, those with long codes as likely as the others. */
const anyText = fc.array(fc.integer({ min: 0, max: 255 })).map((codes) =>
  String.fromCharCode(...codes)
);

Deno.test("huffman: the samples of RFC 7541 appendix C", () => {
  const samples: [text: string, hex: string][] = [
    ["www.example.com", "f1e3c2e5f23a6ba0ab90f4ff"],
    ["no-cache", "a8eb10649cbf"],
    ["custom-key", "25a849e95ba97d7f"],
    ["custom-value", "25a849e95bb8e8b4bf"],
    ["302", "6402"],
    ["307", "640eff"],
    ["private", "aec3771a4b"],
    ["Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff"],
    ["https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3"],
    ["gzip", "9bd9ab"],
    [
      "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
      "94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
    ],
  ];
  for (const [text, hex] of samples) {
    const bytes = encoded(text);
    assertEquals([...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""), hex);
    assertEquals(decoded(...bytes), text);
  }
});

Deno.test("huffman: nothing is nothing", () => {
  assertEquals(huffmanLength(""), 0);
  assertEquals(decoded(), "");
});

Deno.test("huffman: every character alone, first, last and twice", () => {
  for (let code = 0; code < 256; code++) {
    const character = String.fromCharCode(code);
    for (const text of [character, `${character}a`, `a${character}`, character + character]) {
      const bytes = encoded(text);
      assertEquals(decoded(...bytes), text);
      assertEquals(slowlyDecoded(bytes), text);
    }
  }
});

Deno.test("huffman: whatever is encoded is decoded to the same", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const bytes = encoded(text);
      assert(text.length <= huffmanRoom(bytes.length) || bytes.length === 0);
      assertEquals(decoded(...bytes), text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("huffman: any bytes decode to what decoding bit by bit makes of them", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc.array(fc.constantFrom(0xff, 0xfe, 0x7f, 0xf8, 0x00), { maxLength: 8 }).map((list) =>
      Uint8Array.from(list)
    ),
    // A text whose last byte was changed: mostly a matter of padding.
    fc.tuple(anyText, fc.nat(255)).map(([text, last]) => {
      const list = encoded(text);
      list[list.length - 1] = last;
      return list;
    }),
  );
  fc.assert(
    fc.property(bytes, (list) => assertEquals(decoded(...list), slowlyDecoded(list))),
    { numRuns: 5000 },
  );
});

Deno.test("huffman: the end-of-string code is refused wherever it stands", () => {
  assertEquals(decoded(0xff, 0xff, 0xff, 0xff), undefined, "alone and padded");
  assertEquals(decoded(0x1f, 0xff, 0xff, 0xff, 0xff), undefined, "behind a character");
  assertEquals(decoded(0xff, 0xff, 0xff, 0xfc, 0x3f), undefined, "before a character");
});

Deno.test("huffman: padding is refused that is longer than seven bits or not of ones", () => {
  assertEquals(decoded(0x1f), "a");
  assertEquals(decoded(0x1f, 0xff), undefined, "eleven bits");
  assertEquals(decoded(0xff), undefined, "eight bits and no character");
  assertEquals(decoded(0x1e), undefined, "a zero at the end");
  assertEquals(decoded(0x18), undefined, "a zero in front, which begins another character");
  assertEquals(decoded(0xff, 0xfe), undefined, "a long code that is cut");
});

Deno.test("huffman: only the low eight bits of a character count", () => {
  assertEquals(huffmanLength("\u0161"), huffmanLength("a"));
  assertEquals(decoded(...encoded("\u0161")), "a");
});

Deno.test("huffman: a long text is decoded whole and into the room given", () => {
  const text = "0aceiost".repeat(10_000); // five bits each, the most there can be of them
  const bytes = encoded(text);
  assertEquals(huffmanRoom(bytes.length), text.length);
  assertEquals(decodeHuffman(bytes, 0, bytes.length), text);
  const into = new Uint8Array(text.length + 1);
  assertEquals(readHuffman(bytes, 0, bytes.length, into), text.length);
  assertEquals(into[text.length], 0);
});
