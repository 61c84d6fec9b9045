import { ReadBuffer } from "../../http1/read_buffer.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("read buffer goes forward and never over what it gave out", () => {
  const buffer = new ReadBuffer();
  buffer.space().set([1, 2, 3]);
  const first = buffer.take(3);
  buffer.space().set([4, 5]);
  const second = buffer.take(2);
  assertEquals([...first, ...second], [1, 2, 3, 4, 5]);
  assertEquals(first.buffer, second.buffer);
});

Deno.test("read buffer grows while reads fill it and is small again at rest", () => {
  const buffer = new ReadBuffer();
  const sizes: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const space = buffer.space();
    sizes.push(space.length);
    buffer.take(space.length);
  }
  assertEquals(sizes, [4, 16, 64, 128, 128].map((kib) => kib * 1024));
  buffer.shrink();
  assertEquals(buffer.space().length, 4 * 1024);
});

Deno.test("read buffer starts afresh when little is left", () => {
  const buffer = new ReadBuffer();
  buffer.space();
  buffer.take(4 * 1024 - 100);
  assertEquals(buffer.space().length, 4 * 1024);
  assertEquals(buffer.capacity, 4 * 1024);
  buffer.take(10);
  buffer.shrink();
  assert(buffer.space().length < 4 * 1024, "keeps a small segment at rest");
});
