import fc from "fast-check";
import {
  StringLiteralReader,
  stringLiteralRoom,
  writeStringLiteral,
} from "@avx/semantics/string-literal";
import { assert, assertEquals } from "../support/assert.ts";

function encoded(text: string, flags = 0, prefixBits = 7): Uint8Array {
  const into = new Uint8Array(stringLiteralRoom(text));
  const end = writeStringLiteral(into, 0, flags, prefixBits, text);
  assert(end <= into.length);
  return into.slice(0, end);
}

const bytesText = fc.array(fc.oneof(fc.nat(255), fc.constant(0x61)), { maxLength: 300 })
  .map((codes) => String.fromCharCode(...codes));

Deno.test("string literal: whatever is written is read again, with every prefix in use", () => {
  const reader = new StringLiteralReader();
  fc.assert(fc.property(bytesText, fc.constantFrom(3, 5, 7), (text, prefixBits) => {
    const flags = 0xff << (prefixBits + 1) & 0xff;
    const bytes = encoded(text, flags, prefixBits);
    assertEquals(bytes[0] & flags, flags);
    assertEquals(reader.read(bytes, 0, bytes.length, prefixBits, text.length), text);
    assertEquals([reader.end, reader.length], [bytes.length, text.length]);
  }));
});

Deno.test("string literal: Huffman coding is used only where it is shorter", () => {
  assertEquals(encoded("aaaaaaaa"), new Uint8Array([0x85, 0x18, 0xc6, 0x31, 0x8c, 0x63]));
  assertEquals(encoded("{}"), new Uint8Array([0x02, 0x7b, 0x7d]));
  assertEquals(encoded("X"), new Uint8Array([0x01, 0x58]), "as long: as it is");
  assertEquals(encoded(""), new Uint8Array([0x00]));
});

Deno.test("string literal: a text longer than allowed is not made, but skipped", () => {
  const reader = new StringLiteralReader();
  for (const text of ["a".repeat(100), "\xff".repeat(100)]) {
    const bytes = encoded(text);
    assertEquals(reader.read(bytes, 0, bytes.length, 7, 99), "");
    assertEquals([reader.end, reader.length], [bytes.length, 100]);
    assertEquals(reader.read(bytes, 0, bytes.length, 7, 100), text);
  }
});

Deno.test("string literal: a cut one is told from a wrongly coded one", () => {
  const reader = new StringLiteralReader();
  for (const text of ["abcdefgh", "\xff".repeat(300)]) {
    const bytes = encoded(text);
    for (let end = 0; end < bytes.length; end++) {
      assertEquals([reader.read(bytes, 0, end, 7, 1000), reader.fault], [undefined, "incomplete"]);
    }
  }
  const wrong = new Uint8Array([0x81, 0xff]);
  assertEquals([reader.read(wrong, 0, 2, 7, 1000), reader.fault], [undefined, "huffman"]);
  const endless = new Uint8Array(20).fill(0xff);
  assertEquals([reader.read(endless, 0, 20, 7, 1000), reader.fault], [undefined, "incomplete"]);
});

Deno.test("string literal: one of many kilobytes is read as well", () => {
  const reader = new StringLiteralReader();
  const text = "a long value ".repeat(5000);
  const bytes = encoded(text);
  assertEquals(reader.read(bytes, 0, bytes.length, 7, 1e6), text);
});
