import { ByteWriter } from "@avx/runtime/byte-writer";
import { encodeUtf8 } from "@avx/runtime/ascii";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("writer writes numbers of every size in network order", () => {
  const writer = new ByteWriter(1);
  writer.u8(0x01);
  writer.u16(0x0203);
  writer.u24(0x040506);
  writer.u32(0xf7080910);
  assertEquals(
    writer.view(),
    new Uint8Array([1, 2, 3, 4, 5, 6, 0xf7, 8, 9, 0x10]),
  );
});

Deno.test("writer writes 64-bit numbers from a bigint and from a number", () => {
  const writer = new ByteWriter();
  writer.u64(0xfedcba9876543210n);
  writer.u64(Number.MAX_SAFE_INTEGER);
  writer.u64(5);
  const view = new DataView(writer.buffer.buffer);
  assertEquals(view.getBigUint64(0), 0xfedcba9876543210n);
  assertEquals(view.getBigUint64(8), BigInt(Number.MAX_SAFE_INTEGER));
  assertEquals(view.getBigUint64(16), 5n);
  assertEquals(writer.length, 24);
});

Deno.test("writer grows and keeps what was written", () => {
  const writer = new ByteWriter(4);
  const expected: number[] = [];
  for (let size = 0; size < 40; size++) {
    const bytes = new Uint8Array(size).fill(size);
    writer.bytes(bytes);
    expected.push(...bytes);
  }
  assertEquals([...writer.view()], expected);
  assert(writer.buffer.length < 4 * expected.length, "growth is bounded");
});

Deno.test("writer writes text as Latin-1, as UTF-8 and as digits", () => {
  const writer = new ByteWriter(1);
  writer.ascii("status ");
  writer.decimal(1_234_567);
  writer.utf8(" São Paulo, 東京, 🛰");
  writer.utf8("x".repeat(500));
  const expected = encodeUtf8("status 1234567 São Paulo, 東京, 🛰" + "x".repeat(500));
  assertEquals(writer.view(), expected);
});

Deno.test("writer gives zeroed room that is patched later", () => {
  const writer = new ByteWriter(16);
  writer.bytes(new Uint8Array(16).fill(0xff));
  writer.reset();
  const [u16, u24, u32] = [writer.reserve(2), writer.reserve(3), writer.reserve(4)];
  assertEquals(writer.view(), new Uint8Array(9));
  writer.patchU32(u32, 0x06070809);
  writer.patchU24(u24, 0x030405);
  writer.patchU16(u16, 0x0102);
  assertEquals(writer.view(), new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 9]));
});

Deno.test("writer makes room without changing what is written", () => {
  const writer = new ByteWriter(2);
  writer.u8(7);
  writer.ensure(100);
  assert(writer.buffer.length >= 101);
  assertEquals(writer.view(), new Uint8Array([7]));
  const buffer = writer.buffer;
  writer.ensure(100);
  assertStrictEquals(writer.buffer, buffer);
});

Deno.test("writer keeps its room on reset and gives it back on trim", () => {
  const writer = new ByteWriter(8);
  writer.bytes(new Uint8Array(1000));
  writer.reset();
  assertEquals(writer.length, 0);
  assert(writer.buffer.length >= 1000);
  writer.trim();
  assertEquals([writer.length, writer.buffer.length], [0, 8]);
  const buffer = writer.buffer;
  writer.trim();
  assertStrictEquals(writer.buffer, buffer, "a small one is kept");
});
