import { BufferPool } from "@avx/runtime/buffer-pool";
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

/** Reads that fill their space until that is as large as it gets. */
function grown(segments: ReadSegments): ReadSegments {
  while (segments.space().length < MAX) segments.taken(segments.space().length);
  return segments;
}

/** A read that fills its space and becomes one chunk. */
function readChunk(segments: ReadSegments, fill = 0): Uint8Array {
  const space = segments.space();
  space.fill(fill);
  const chunk = segments.taken(space.length);
  segments.hold(chunk);
  segments.settle();
  return chunk;
}

Deno.test("a segment is read into again once its chunks are released", () => {
  const segments = grown(new ReadSegments(MAX));
  const { buffer } = segments.space();
  for (let i = 0; i < 10; i++) {
    const chunk = readChunk(segments);
    assertStrictEquals(chunk.buffer, buffer);
    segments.release(chunk);
  }
});

Deno.test("a segment is not read into again before its last chunk is released", () => {
  const segments = grown(new ReadSegments(MAX));
  const { buffer } = segments.space();
  const read = segments.taken(1000);
  const chunks = [read.subarray(0, 400), read.subarray(500)];
  for (const chunk of chunks) segments.hold(chunk);
  segments.settle();
  segments.release(chunks[0]);
  assertEquals(segments.space().byteOffset, 1000);
  segments.release(chunks[1]);
  // The read was small, and so is the next segment.
  assertNotStrictEquals(segments.space().buffer, buffer);
});

Deno.test("what a read is kept for, or not settled, is not read over", () => {
  const buffers = new BufferPool();
  const kept = grown(new ReadSegments(MAX, buffers));
  const read = kept.taken(kept.space().length);
  kept.hold(read);
  kept.keep();
  kept.settle();
  kept.release(read);
  assertNotStrictEquals(kept.space().buffer, read.buffer);
  kept.release(read);
  assertEquals(buffers.heldBytes, 0);

  const segments = grown(new ReadSegments(MAX));
  const first = segments.taken(segments.space().length / 2);
  const second = segments.taken(segments.space().length);
  segments.settle(); // the second only
  assertStrictEquals(first.buffer, second.buffer);
  assertNotStrictEquals(segments.space().buffer, first.buffer);
});

Deno.test("full segments that are released come back through the pool", () => {
  const buffers = new BufferPool();
  const segments = grown(new ReadSegments(MAX, buffers));
  const first = readChunk(segments, 1);
  const second = readChunk(segments, 2);
  assertNotStrictEquals(first.buffer, second.buffer);
  segments.release(first);
  assertStrictEquals(segments.space().buffer, first.buffer);
  assertEquals(second[0], 2);
});

Deno.test("segments that stay held are forgotten, and nothing is read over them", () => {
  const buffers = new BufferPool();
  const segments = grown(new ReadSegments(MAX, buffers));
  const chunks: Uint8Array[] = [];
  for (let fill = 1; fill <= 20; fill++) chunks.push(readChunk(segments, fill));
  chunks.forEach((chunk, i) => assertEquals([chunk[0], chunk.at(-1)], [i + 1, i + 1]));
  for (const chunk of chunks) segments.release(chunk);
  // The last one is read into now; four before it came back.
  assertEquals(buffers.heldBytes, 4 * MAX);
});

Deno.test("a chunk of no segment is let go", () => {
  const segments = new ReadSegments(MAX);
  segments.hold(new Uint8Array(1));
  segments.release(new Uint8Array(1));
  segments.settle();
  segments.rest();
  assertEquals(segments.space().length, 1024);
});

Deno.test("a connection that rests holds a small segment only", () => {
  const buffers = new BufferPool();
  const segments = grown(new ReadSegments(MAX, buffers));
  const chunk = readChunk(segments);
  segments.rest();
  assertEquals(segments.space().length, 4096);
  assertEquals(buffers.heldBytes, 0);
  segments.release(chunk);
  assertEquals(buffers.heldBytes, MAX);
  segments.rest();
  assertEquals(segments.space().length, 4096);
  grown(segments).release(readChunk(segments));
  segments.rest();
  assertEquals(segments.space().length, 4096);
});

Deno.test("what is held stays as it was, whatever is released beside it", () => {
  let seed = 1;
  const random = (n: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  for (let round = 0; round < 20; round++) {
    const segments = new ReadSegments(MAX, new BufferPool());
    const held: { chunk: Uint8Array; fill: number }[] = [];
    for (let read = 0; read < 200; read++) {
      const fill = 1 + random(255);
      const space = segments.space();
      const count = random(3) === 0 ? 1 + random(space.length) : space.length;
      space.fill(fill, 0, count);
      const bytes = segments.taken(count);
      const middle = random(count);
      for (const chunk of [bytes.subarray(0, middle), bytes.subarray(middle)]) {
        if (chunk.length === 0) continue;
        segments.hold(chunk);
        held.push({ chunk, fill });
      }
      if (random(10) > 0) segments.settle();
      while (held.length > random(8)) {
        const [{ chunk, fill }] = held.splice(random(held.length), 1);
        assert(chunk.every((byte) => byte === fill), "a chunk was read over");
        segments.release(chunk);
      }
    }
  }
});
