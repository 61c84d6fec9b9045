import { assertEquals } from "../support/assert.ts";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { OutputQueue } from "@avx/runtime/output-queue";
import { beginBlock, endBlock } from "../../http2/proto/header_writer.ts";
import { FrameReader } from "../../http2/frame/frame_reader.ts";

/** Writes a block of `length` bytes; gives type, flags and payload of each frame. */
function frames(length: number, max: number): [number, number, number[]][] {
  const out = new OutputQueue(new BufferPool());
  const start = beginBlock(out, 0, length);
  for (let index = 0; index < length; index++) out.buffer[out.length++] = index;
  endBlock(out, start, 0x01, 0x01, 7, max);
  const reader = new FrameReader();
  reader.input.receive(out.transmit()!);
  const found: [number, number, number[]][] = [];
  while (reader.read() === 1) {
    assertEquals(reader.streamId, 7);
    found.push([reader.type, reader.flags, [...reader.bytes.subarray(reader.start, reader.end)]]);
  }
  return found;
}

Deno.test("a block that fits is one frame", () => {
  assertEquals(frames(3, 3), [[0x01, 0x05, [0, 1, 2]]]);
  assertEquals(frames(0, 3), [[0x01, 0x05, []]]);
});

Deno.test("a larger block goes on in CONTINUATION, and only the last one ends it", () => {
  assertEquals(frames(7, 3), [
    [0x01, 0x01, [0, 1, 2]],
    [0x09, 0x00, [3, 4, 5]],
    [0x09, 0x04, [6]],
  ]);
  assertEquals(frames(6, 3).length, 2);
});
