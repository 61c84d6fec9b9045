import { ReadSegments } from "@avx/runtime/read-segments";
import {
  assert,
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
} from "../support/assert.ts";

const MAX = 64 * 1024;

Deno.test("what was read is never handed out again", () => {
  const segments = new ReadSegments(MAX);
  const kept: { view: Uint8Array; fill: number }[] = [];
  for (let fill = 1; fill < 200; fill++) {
    const space = segments.space();
    const count = Math.min(space.length, 100);
    space.fill(fill, 0, count);
    kept.push({ view: segments.taken(count), fill });
  }
  for (const { view, fill } of kept) assert(view.every((byte) => byte === fill));
});

Deno.test("an idle connection holds one small segment, the same until something was read", () => {
  const segments = new ReadSegments(MAX);
  const first = segments.space();
  assertEquals(first.buffer.byteLength, 1024);
  assertStrictEquals(segments.space().buffer, first.buffer);
});

Deno.test("reads that fill their space make the next ones larger, up to the limit", () => {
  const segments = new ReadSegments(MAX);
  let largest = 0;
  for (let i = 0; i < 10; i++) {
    const space = segments.space();
    largest = Math.max(largest, space.length);
    segments.taken(space.length);
  }
  assertEquals(largest, MAX);
});

Deno.test("small reads make the segments small again", () => {
  const segments = new ReadSegments(MAX);
  for (let i = 0; i < 10; i++) segments.taken(segments.space().length);
  segments.space();
  segments.taken(10);
  let space = segments.space();
  const { buffer } = space;
  while (space.buffer === buffer) {
    segments.taken(Math.min(space.length, 4096));
    space = segments.space();
  }
  assertNotStrictEquals(space.buffer, buffer);
  assertEquals(space.length, 4096);
});

Deno.test("small messages settle on segments that hold a few of them", () => {
  const segments = new ReadSegments(MAX);
  for (let i = 0; i < 1000; i++) {
    assert(segments.space().buffer.byteLength <= 4096);
    segments.taken(90);
  }
});
