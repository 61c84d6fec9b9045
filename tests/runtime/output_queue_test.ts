import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { COPY_LIMIT_BYTES, OutputQueue } from "@avx/runtime/output-queue";

Deno.test("output queue gathers what is written into one view", () => {
  const output = new OutputQueue(new BufferPool());
  output.ascii("abc");
  output.bytes(new Uint8Array([1, 2]));
  output.ensure(1);
  output.buffer[output.length++] = 3;
  assertEquals(output.queuedBytes, 6);
  assertEquals(output.transmit(), new Uint8Array([0x61, 0x62, 0x63, 1, 2, 3]));
  assertEquals([output.transmit(), output.queuedBytes], [undefined, 0]);
});

Deno.test("output queue sends large content from where it lies, in order", () => {
  const output = new OutputQueue(new BufferPool());
  const large = new Uint8Array(COPY_LIMIT_BYTES + 1);
  output.ascii("a");
  output.bytes(large);
  output.ascii("b");
  assertEquals(output.queuedBytes, large.length + 2);
  assertEquals(output.transmit(), new Uint8Array([0x61]));
  assertStrictEquals(output.transmit(), large);
  assertEquals(output.transmit(), new Uint8Array([0x62]));
  assertEquals(output.transmit(), undefined);
});

Deno.test("output queue makes writes of a bounded size out of many parts", () => {
  const output = new OutputQueue(new BufferPool());
  const part = new Uint8Array(10_000).map((_, at) => at);
  for (let count = 0; count < 30; count++) output.bytes(part);
  let bytes = 0;
  for (let view = output.transmit(); view !== undefined; view = output.transmit()) {
    for (let at = 0; at < view.length; at++) {
      if (view[at] !== part[(bytes + at) % part.length]) {
        throw new Error(`differs at ${bytes + at}`);
      }
    }
    bytes += view.length;
    assertEquals(view.length <= COPY_LIMIT_BYTES, true);
  }
  assertEquals(bytes, 300_000);
});

Deno.test("output queue gives its buffers back", () => {
  const pool = new BufferPool();
  const output = new OutputQueue(pool);
  output.ascii("a");
  output.transmit();
  assertEquals(pool.heldBytes, 0);
  output.transmit();
  assertEquals(pool.heldBytes, 4096);
});
