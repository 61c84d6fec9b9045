import fc from "fast-check";
import { decodeUtf8, encodeUtf8, utf8Length, writeUtf8 } from "@avx/runtime/utf8";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("utf8Length and writeUtf8 agree with the encoder of the platform on any text", () => {
  const encoder = new TextEncoder();
  const unit = fc.oneof(
    fc.string({ unit: "binary", maxLength: 90 }),
    fc.string({ maxLength: 90 }),
    fc.array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 90 })
      .map((codes) => String.fromCharCode(...codes)),
  );
  fc.assert(
    fc.property(unit, (text) => {
      const expected = encoder.encode(text);
      assertEquals(utf8Length(text), expected.length);
      const into = new Uint8Array(expected.length + 2);
      assertEquals(writeUtf8(into, 1, text), expected.length + 1);
      assertEquals(into.subarray(1, -1), expected);
      assertEquals(encodeUtf8(text), expected);
    }),
    { seed: 2, numRuns: 500 },
  );
});

Deno.test("writeUtf8 throws where text that is not short ASCII does not fit", () => {
  assertThrows(
    () => writeUtf8(new Uint8Array(70), 0, "a".repeat(71)),
    RangeError,
    "Cannot write text of 71 characters: only 70 fit",
  );
  assertThrows(() => writeUtf8(new Uint8Array(1), 0, "é"), RangeError);
});

Deno.test("decodeUtf8 drops one byte order mark and replaces what is malformed", () => {
  assertEquals(decodeUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61])), "a");
  assertEquals(decodeUtf8(encodeUtf8("\ufeff\ufeffa")), "\ufeffa");
  assertEquals(decodeUtf8(new Uint8Array([0x61, 0xff, 0x62])), "a\ufffdb");
});
