import { BodyBuffer } from "@avx/semantics/body-buffer";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { assertSameBytes, pattern } from "../support/sample_bytes.ts";

/** What `parts` of a body of `bytes` are put together to, and which of them were released. */
function gather(
  bytes: Uint8Array,
  parts: number,
  declaredLength: number | undefined,
): { whole: Uint8Array; released: number } {
  let released = 0;
  const buffer = new BodyBuffer({ declaredLength, release: () => void released++ });
  const size = Math.ceil(bytes.length / parts);
  for (let at = 0; at < bytes.length; at += size) buffer.add(bytes.subarray(at, at + size));
  assertEquals(buffer.length, bytes.length);
  return { whole: buffer.whole(), released };
}

Deno.test("a body in one chunk is that chunk, which is not released", () => {
  const chunk = pattern(5);
  let released = 0;
  const buffer = new BodyBuffer({ declaredLength: 5, release: () => void released++ });
  buffer.add(chunk);
  assertStrictEquals(buffer.whole(), chunk);
  assertEquals(released, 0);
});

Deno.test("a body without chunks is empty", () => {
  assertEquals(new BodyBuffer({ declaredLength: 5 }).whole(), new Uint8Array(0));
});

Deno.test("a body in chunks is put together, and each of them released", () => {
  const bytes = pattern(300_000);
  for (const declaredLength of [undefined, bytes.length, 1, bytes.length * 2]) {
    for (const parts of [2, 7, 100]) {
      const { whole, released } = gather(bytes, parts, declaredLength);
      assertSameBytes(whole, bytes);
      assertEquals(released, parts);
    }
  }
});

Deno.test("a body of the length it declares ends up in a buffer of just that", () => {
  const { whole } = gather(pattern(300_000), 100, 300_000);
  assertEquals(whole.buffer.byteLength, 300_000);
});

Deno.test("a declared length takes no memory before bytes come", () => {
  const { whole } = gather(pattern(10), 2, 2 ** 40);
  assertEquals(whole.buffer.byteLength, 64 * 1024);
});
