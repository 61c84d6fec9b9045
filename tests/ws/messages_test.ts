import { BufferPool } from "@avx/runtime/buffer-pool";
import { MessageAssembler } from "../../ws/proto/messages.ts";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

Deno.test("an assembler joins the pieces of frames", () => {
  const parts = new MessageAssembler(new BufferPool());
  parts.begin(2, true);
  parts.frame(4);
  parts.append(bytesOf("xxabyy"), 2, 4);
  parts.append(bytesOf("cd"), 0, 2);
  parts.frame(1);
  parts.append(bytesOf("e"), 0, 1);
  parts.append(bytesOf(""), 0, 0);
  assertEquals([parts.opcode, parts.compressed, parts.fragments, parts.announcedBytes], [
    2,
    true,
    2,
    5,
  ]);
  assertEquals(parts.take(), bytesOf("abcde"));
  assertEquals([parts.opcode, parts.fragments, parts.length], [0, 0, 0]);
  assertEquals(parts.take(), new Uint8Array(0));
});

Deno.test("a length that was only announced gets little memory", () => {
  const parts = new MessageAssembler(new BufferPool());
  parts.begin(2, false);
  parts.frame(2 ** 40);
  parts.append(bytesOf("a"), 0, 1);
  assertEquals(parts.take().buffer.byteLength <= 65536, true);
});

Deno.test("a frame that comes in pieces takes what it needs and no more", () => {
  const parts = new MessageAssembler(new BufferPool());
  parts.begin(2, false);
  parts.frame(100_000);
  for (let at = 0; at < 100_000; at += 1000) parts.append(new Uint8Array(1000), 0, 1000);
  const bytes = parts.take();
  assertEquals([bytes.length, bytes.buffer.byteLength], [100_000, 131_072]); // a size of the pool
});

Deno.test("a message of a size that the pool has is lent, and its buffer used again", () => {
  const buffers = new BufferPool();
  const parts = new MessageAssembler(buffers);
  parts.begin(2, false);
  parts.frame(256 * 1024);
  parts.append(new Uint8Array(256 * 1024), 0, 256 * 1024);
  const { buffer } = parts.take();
  assertEquals([parts.lent, buffers.heldBytes], [true, 0]);
  parts.release();
  parts.release();
  assertEquals(buffers.heldBytes, 256 * 1024);
  assertStrictEquals(buffers.acquire(256 * 1024).buffer, buffer);
});

Deno.test("a larger message is given away", () => {
  const buffers = new BufferPool();
  const parts = new MessageAssembler(buffers);
  const count = 256 * 1024 + 1;
  parts.begin(2, false);
  parts.frame(count);
  parts.append(new Uint8Array(count), 0, count);
  assertEquals(parts.take().length, count);
  parts.release();
  assertEquals([parts.lent, buffers.heldBytes], [false, 0]);
});

Deno.test("a message that is dropped gives its buffer back", () => {
  const buffers = new BufferPool();
  const parts = new MessageAssembler(buffers);
  parts.begin(2, false);
  parts.frame(10_000);
  parts.append(new Uint8Array(10_000), 0, 10_000);
  parts.clear();
  assertEquals(buffers.heldBytes, 16_384);
});
