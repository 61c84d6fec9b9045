import { ManualClock } from "@avx/runtime/memory";
import { completeFaults } from "../../runtime/memory/faults.ts";
import { MemoryPipe } from "../../runtime/memory/memory_pipe.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";

Deno.test("a pipe copies what it takes", async () => {
  const pipe = new MemoryPipe(completeFaults(), undefined);
  const bytes = new Uint8Array([1, 2, 3]);
  await pipe.write(bytes);
  bytes.fill(9);
  const into = new Uint8Array(3);
  await pipe.read(into);
  assertEquals(into, new Uint8Array([1, 2, 3]));
});

Deno.test("a read gathers what several writes brought", async () => {
  const pipe = new MemoryPipe(completeFaults(), undefined);
  await pipe.write(new Uint8Array([1, 2]));
  await pipe.write(new Uint8Array([3]));
  assertEquals(pipe.hasUnread, true);
  assertEquals(await pipe.read(new Uint8Array(8)), 3);
  assertEquals(pipe.hasUnread, false);
});

Deno.test("a pipe whose reader is gone leaves no timer behind", async () => {
  const clock = new ManualClock();
  const pipe = new MemoryPipe(completeFaults({ latencyMs: 50 }), clock);
  await pipe.write(new Uint8Array([1]));
  const reading = pipe.read(new Uint8Array(1)).catch(() => {});
  assertEquals(clock.pending, 1);
  pipe.closeReader();
  await reading;
  assertEquals(clock.pending, 0);
});

Deno.test("a pipe ends once", async () => {
  const pipe = new MemoryPipe(completeFaults(), undefined);
  const writing = pipe.write(new Uint8Array([1]));
  pipe.end();
  pipe.end();
  await writing;
  assertEquals(await pipe.read(new Uint8Array(1)), 1);
  assertEquals(await pipe.read(new Uint8Array(1)), null);
  pipe.reset();
  await assertRejects(() => pipe.read(new Uint8Array(1)), Error, "reset");
});
