import fc from "fast-check";
import {
  MAX_VARINT,
  readBigVarint,
  readVarint,
  varintLength,
  varintSize,
  writeVarint,
} from "@avx/runtime/varint";
import { assertEquals, assertThrows } from "../support/assert.ts";

function encoded(value: number | bigint, size?: 1 | 2 | 4 | 8): number[] {
  const into = new Uint8Array(10);
  const end = writeVarint(into, 1, value, size);
  assertEquals([into[0], ...into.subarray(end)].every((byte) => byte === 0), true);
  return [...into.subarray(1, end)];
}

Deno.test("varint reads and writes the samples of RFC 9000 appendix A.1", () => {
  const samples: [bytes: number[], value: bigint][] = [
    [[0xc2, 0x19, 0x7c, 0x5e, 0xff, 0x14, 0xe8, 0x8c], 151_288_809_941_952_652n],
    [[0x9d, 0x7f, 0x3e, 0x7d], 494_878_333n],
    [[0x7b, 0xbd], 15_293n],
    [[0x25], 37n],
  ];
  for (const [bytes, value] of samples) {
    assertEquals(readBigVarint(new Uint8Array(bytes), 0), value);
    assertEquals(readVarint(new Uint8Array(bytes), 0), Number(value));
    assertEquals(encoded(value), bytes);
    if (value < 2n ** 53n) assertEquals(encoded(Number(value)), bytes);
  }
  assertEquals(readVarint(new Uint8Array([0x40, 0x25]), 0), 37, "not in the fewest bytes");
});

Deno.test("varint takes the fewest bytes at every boundary", () => {
  const boundaries: [value: number | bigint, size: number][] = [
    [0, 1],
    [63, 1],
    [64, 2],
    [16_383, 2],
    [16_384, 4],
    [2 ** 30 - 1, 4],
    [2 ** 30, 8],
    [Number.MAX_SAFE_INTEGER, 8],
    [63n, 1],
    [64n, 2],
    [2n ** 30n, 8],
    [MAX_VARINT, 8],
  ];
  for (const [value, size] of boundaries) {
    assertEquals(varintLength(value), size, `${value}`);
    const bytes = encoded(value);
    assertEquals([bytes.length, varintSize(bytes[0])], [size, size]);
    assertEquals(readBigVarint(new Uint8Array(bytes), 0), BigInt(value));
  }
});

Deno.test("varint takes more bytes where it is told to", () => {
  assertEquals(encoded(5, 1), [5]);
  assertEquals(encoded(5, 2), [0x40, 5]);
  assertEquals(encoded(5, 4), [0x80, 0, 0, 5]);
  assertEquals(encoded(5, 8), [0xc0, 0, 0, 0, 0, 0, 0, 5]);
  assertEquals(encoded(5n, 8), [0xc0, 0, 0, 0, 0, 0, 0, 5]);
  assertThrows(() => encoded(64, 1), RangeError, "Cannot write 64 in 1 bytes");
});

Deno.test("varint refuses what it cannot hold", () => {
  for (const value of [-1, 0.5, NaN, Infinity, 2 ** 53, -1n, MAX_VARINT + 1n]) {
    assertThrows(() => varintLength(value), RangeError, `Cannot encode ${value}`);
    assertThrows(() => encoded(value), RangeError);
  }
});

Deno.test("varint that is cut short is incomplete", () => {
  for (const value of [7, 100, 100_000, 2 ** 40]) {
    const bytes = new Uint8Array(encoded(value));
    for (let end = 0; end < bytes.length; end++) {
      assertEquals(readVarint(bytes, 0, end), -1);
      assertEquals(readVarint(bytes.subarray(0, end), 0), -1);
      assertEquals(readBigVarint(bytes, 0, end), undefined);
    }
    assertEquals(readVarint(bytes, 0), value);
  }
});

Deno.test("varint reads back every value that it writes", () => {
  fc.assert(
    fc.property(fc.bigInt(0n, MAX_VARINT), fc.nat({ max: 61 }), (value, shift) => {
      const shorter = value >> BigInt(shift);
      const bytes = new Uint8Array(encoded(shorter));
      assertEquals(readBigVarint(bytes, 0), shorter);
      assertEquals(readVarint(bytes, 0), Number(shorter));
    }),
    { seed: 4, numRuns: 500 },
  );
});
