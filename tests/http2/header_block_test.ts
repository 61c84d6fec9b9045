import { assertEquals } from "../support/assert.ts";
import { FrameReader } from "../../http2/frame/frame_reader.ts";
import { HeaderBlock } from "../../http2/proto/header_block.ts";
import { frameOf } from "./cores.ts";

function frame(streamId: number, ...payload: number[]): FrameReader {
  const reader = new FrameReader();
  reader.input.receive(frameOf(1, 0, streamId, payload));
  reader.read();
  return reader;
}

Deno.test("parts are joined", () => {
  const block = new HeaderBlock();
  block.begin(frame(3, 1, 2), 4, true, true);
  block.add(frame(3, 3));
  const { streamId, promisedId, endStream, selfDependent, parts } = block;
  assertEquals([streamId, promisedId, endStream, selfDependent], [3, 4, true, true]);
  assertEquals(parts.view(), new Uint8Array([1, 2, 3]));
});

Deno.test("a block that has ended holds no memory, and the next one starts empty", () => {
  const block = new HeaderBlock();
  block.begin(frame(3, ...new Array(1000).fill(1)), 0, false, false);
  block.end();
  assertEquals([block.streamId, block.parts.buffer.length], [0, 0]);
  block.begin(frame(5, 9), 0, false, false);
  assertEquals(block.parts.view(), new Uint8Array([9]));
});
