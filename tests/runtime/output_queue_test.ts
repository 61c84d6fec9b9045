import { BufferPool } from "@avx/runtime/buffer-pool";
import { COPY_LIMIT_BYTES, OutputQueue } from "@avx/runtime/output-queue";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";
import { bytesOf } from "../http1/cores.ts";

function transmitted(output: OutputQueue): Uint8Array[] {
  const views: Uint8Array[] = [];
  for (let view = output.transmit(); view !== undefined; view = output.transmit()) {
    views.push(view.slice());
  }
  return views;
}

Deno.test("what is queued in one turn leaves in one view", () => {
  const output = new OutputQueue(new BufferPool());
  output.ascii("head ");
  output.bytes(bytesOf("body"));
  assertEquals(output.queuedBytes, 9);
  assertEquals(transmitted(output), [bytesOf("head body")]);
  assertEquals(output.queuedBytes, 0);
});

Deno.test("a view stays good while more is queued, until the next call of transmit", () => {
  const output = new OutputQueue(new BufferPool());
  output.ascii("first");
  const view = output.transmit()!;
  output.ascii("second");
  assertEquals(view, bytesOf("first"));
  assertEquals(output.transmit(), bytesOf("second"));
});

Deno.test("buffers go back to the pool, and none is held while there is nothing to send", () => {
  const pool = new BufferPool();
  const output = new OutputQueue(pool);
  output.ascii("text");
  assertEquals(pool.heldBytes, 0);
  output.transmit();
  assertEquals(pool.heldBytes, 0);
  output.transmit();
  assertEquals(pool.heldBytes, 4096);
  assertEquals(output.buffer.length, 0);
});

Deno.test("large content is not copied and keeps its place", () => {
  const output = new OutputQueue(new BufferPool());
  const large = new Uint8Array(COPY_LIMIT_BYTES + 1);
  output.ascii("before");
  output.bytes(large);
  output.ascii("after");
  assertEquals(output.queuedBytes, 6 + large.length + 5);
  assertEquals(output.transmit(), bytesOf("before"));
  assertStrictEquals(output.transmit(), large);
  assertEquals(output.transmit(), bytesOf("after"));
  assertEquals(output.transmit(), undefined);
});

Deno.test("large content with nothing before it is the first view", () => {
  const output = new OutputQueue(new BufferPool());
  const large = new Uint8Array(COPY_LIMIT_BYTES + 1);
  output.bytes(large);
  assertStrictEquals(output.transmit(), large);
});

Deno.test("a buffer grows up to a limit, beyond which another begins", () => {
  const output = new OutputQueue(new BufferPool());
  const piece = new Uint8Array(10_000).fill(7);
  for (let count = 0; count < 20; count++) output.bytes(piece);
  assertEquals(output.queuedBytes, 200_000);
  const views = transmitted(output);
  assert(views.length > 1);
  assertEquals(views.every((view) => view.length <= COPY_LIMIT_BYTES), true);
  assertEquals(views.flatMap((view) => [...view]).every((byte) => byte === 7), true);
  assertEquals(views.reduce((total, view) => total + view.length, 0), 200_000);
});
