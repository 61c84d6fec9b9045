import fc from "fast-check";
import { readPrefixInteger, writePrefixInteger } from "@avx/semantics/prefix-integer";
import { assertEquals } from "../support/assert.ts";

function encoded(value: number, prefixBits: number, flags = 0): number[] {
  const into = new Uint8Array(12);
  return [...into.subarray(0, writePrefixInteger(into, 0, flags, prefixBits, value))];
}

function decoded(bytes: readonly number[], prefixBits: number): [value: number, at: number] {
  const cursor = { at: 0 };
  return [readPrefixInteger(Uint8Array.from(bytes), cursor, bytes.length, prefixBits), cursor.at];
}

Deno.test("prefix integer: the samples of RFC 7541 appendix C.1", () => {
  const samples: [value: number, prefixBits: number, bytes: number[]][] = [
    [10, 5, [0x0a]],
    [1337, 5, [0x1f, 0x9a, 0x0a]],
    [42, 8, [0x2a]],
  ];
  for (const [value, prefixBits, bytes] of samples) {
    assertEquals(encoded(value, prefixBits), bytes);
    assertEquals(decoded(bytes, prefixBits), [value, bytes.length]);
  }
});

Deno.test("prefix integer: the value that fills the prefix takes another byte", () => {
  for (let prefixBits = 1; prefixBits <= 8; prefixBits++) {
    const full = 2 ** prefixBits - 1;
    assertEquals(encoded(full - 1, prefixBits), [full - 1]);
    assertEquals(encoded(full, prefixBits), [full, 0]);
    assertEquals(encoded(full + 127, prefixBits), [full, 127]);
    assertEquals(encoded(full + 128, prefixBits), [full, 0x80, 1]);
  }
});

Deno.test("prefix integer: the bits above the prefix are neither read nor lost", () => {
  assertEquals(encoded(5, 4, 0xa0), [0xa5]);
  assertEquals(encoded(15, 4, 0xa0), [0xaf, 0]);
  assertEquals(decoded([0xa5], 4), [5, 1]);
  assertEquals(decoded([0xff, 0], 4), [15, 2]);
});

Deno.test("prefix integer: whatever is written is read again, and never when it is cut", () => {
  fc.assert(fc.property(
    fc.oneof(fc.maxSafeNat(), fc.nat(1000)),
    fc.integer({ min: 1, max: 8 }),
    (value, prefixBits) => {
      const bytes = encoded(value, prefixBits);
      assertEquals(decoded(bytes, prefixBits), [value, bytes.length]);
      assertEquals(decoded([...bytes, 0x55], prefixBits), [value, bytes.length]);
      for (let length = 0; length < bytes.length; length++) {
        assertEquals(decoded(bytes.slice(0, length), prefixBits), [-1, 0]);
      }
    },
  ));
});

Deno.test("prefix integer: 62 bits are read, rounded above 2^53", () => {
  const most = [0xff, ...new Array(8).fill(0xff), 0x7f];
  assertEquals(decoded(most, 8), [2 ** 63 - 1 + 255, 10]);
});

Deno.test("prefix integer: zeros may follow, but not without end", () => {
  assertEquals(decoded([0x1f, 0x80, 0x80, 0x00], 5), [31, 4]);
  assertEquals(decoded([0x1f, ...new Array(8).fill(0x80), 0x00], 5), [31, 10]);
  assertEquals(decoded([0x1f, ...new Array(9).fill(0x80), 0x00], 5), [-2, 0]);
  assertEquals(decoded([0x1f, ...new Array(9).fill(0x80)], 5), [-2, 0]);
  assertEquals(decoded([0x1f, ...new Array(8).fill(0x80)], 5), [-1, 0]);
  assertEquals(decoded([0x1f, ...new Array(1000).fill(0xff)], 5), [-2, 0]);
});
