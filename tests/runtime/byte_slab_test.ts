import { ByteSlab } from "@avx/runtime/byte-slab";
import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("copies stay as they are, whatever becomes of what was copied", () => {
  const slab = new ByteSlab();
  const source = new Uint8Array(100);
  const copies: Uint8Array[] = [];
  for (let round = 0; round < 1000; round++) {
    const count = round % 101;
    source.fill(round);
    copies.push(slab.copy(source.subarray(0, count)));
  }
  copies.forEach((copy, round) => {
    assertEquals(copy, new Uint8Array(round % 101).fill(round));
  });
});

Deno.test("small copies share a buffer until it is full", () => {
  const slab = new ByteSlab();
  const bytes = new Uint8Array(2048).fill(1);
  const first = slab.copy(bytes);
  for (let count = 1; count < 8; count++) assertStrictEquals(slab.copy(bytes).buffer, first.buffer);
  assertNotStrictEquals(slab.copy(bytes).buffer, first.buffer);
});

Deno.test("a large copy has a buffer of its own", () => {
  const slab = new ByteSlab();
  assertEquals(slab.copy(new Uint8Array(2049)).buffer.byteLength, 2049);
});
