import { BodyPieces } from "@avx/semantics/body-pieces";
import type { BodySource } from "@avx/semantics/body-source";
import { assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";
import { pattern } from "../support/sample_bytes.ts";

/** A source of `chunks`, the first of which is there and the others of which are waited for. */
function sourceOf(...chunks: Uint8Array[]): { source: BodySource; released: Uint8Array[] } {
  const released: Uint8Array[] = [];
  let pulls = 0;
  const source = {
    declaredLength: undefined,
    trailers: undefined,
    pull: () => pulls++ === 0 ? chunks.shift() : Promise.resolve(chunks.shift()),
    release: (chunk: Uint8Array) => void released.push(chunk),
    cancel: () => {},
  };
  return { source, released };
}

Deno.test("pieces of a large chunk are copies, behind the last of which it is released", async () => {
  const chunk = pattern(80_000);
  const { source, released } = sourceOf(chunk);
  const pieces = new BodyPieces(source);
  const lengths: number[] = [];
  let at = 0;
  while (await pieces.ready()) {
    assertEquals(released, []);
    const piece = pieces.take();
    assertEquals(piece.buffer.byteLength, piece.length);
    assertEquals(piece, chunk.slice(at, at + piece.length));
    at += piece.length;
    lengths.push(piece.length);
  }
  assertEquals(lengths, [32_768, 32_768, 14_464]);
  assertEquals(released.length, 1);
  assertStrictEquals(released[0], chunk);
});

Deno.test("chunks of a source that takes none back are given on as they are", async () => {
  const chunk = pattern(80_000);
  const { source } = sourceOf(chunk, chunk);
  const pieces = new BodyPieces({ ...source, release: undefined });
  assertEquals(pieces.ready(), true);
  assertStrictEquals(pieces.take(), chunk);
  assertEquals(await pieces.ready(), true);
  assertEquals(pieces.copyInto(new Uint8Array(4)), 4);
  assertEquals(pieces.take(), chunk.slice(4, 4 + 32_768));
});

Deno.test("pieces fill the caller's buffers, across none of the chunks", async () => {
  const { source, released } = sourceOf(new Uint8Array([1, 2, 3]), new Uint8Array([4]));
  const pieces = new BodyPieces(source);
  const into = new Uint8Array(2);
  const got: number[][] = [];
  while (await pieces.ready()) got.push([...into.subarray(0, pieces.copyInto(into))]);
  assertEquals(got, [[1, 2], [3], [4]]);
  assertEquals(released, [new Uint8Array([1, 2, 3]), new Uint8Array([4])]);
  assertEquals(await pieces.ready(), false);
});

Deno.test("a piece that is dropped is released, once", () => {
  const { source, released } = sourceOf(new Uint8Array([1, 2, 3]));
  const pieces = new BodyPieces(source);
  pieces.drop();
  assertEquals(pieces.ready(), true);
  pieces.copyInto(new Uint8Array(1));
  pieces.drop();
  pieces.drop();
  assertEquals(released.length, 1);
});

Deno.test("pieces fail as their source does", async () => {
  const { source } = sourceOf();
  const failing = { ...source, pull: () => Promise.reject(new RangeError("broken")) };
  await assertRejects(async () => await new BodyPieces(failing).ready(), RangeError, "broken");
});
