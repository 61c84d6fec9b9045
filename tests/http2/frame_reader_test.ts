import { assertEquals } from "../support/assert.ts";
import {
  COMPLETE,
  FrameReader,
  INCOMPLETE,
  TOO_LARGE,
  unpad,
} from "../../http2/frame/frame_reader.ts";
import { frameOf, joined } from "./cores.ts";

function headOf(frame: FrameReader): number[] {
  return [frame.type, frame.flags, frame.streamId, frame.length];
}

Deno.test("a frame is read once it is complete", () => {
  const reader = new FrameReader();
  const bytes = frameOf(0x06, 0x01, 0x7fff_fffe, [1, 2, 3]);
  for (let at = 0; at < bytes.length - 1; at++) {
    reader.input.receive(bytes.subarray(at, at + 1));
    assertEquals(reader.read(), INCOMPLETE);
  }
  reader.input.receive(bytes.subarray(bytes.length - 1));
  assertEquals(reader.read(), COMPLETE);
  assertEquals(headOf(reader), [0x06, 0x01, 0x7fff_fffe, 3]);
  assertEquals(reader.bytes.subarray(reader.start, reader.end), new Uint8Array([1, 2, 3]));
});

Deno.test("frames follow one another, and a tail waits", () => {
  const reader = new FrameReader();
  reader.input.receive(joined(frameOf(0, 0, 1, [9]), frameOf(1, 0, 3), new Uint8Array(8)));
  assertEquals([reader.read(), reader.streamId], [COMPLETE, 1]);
  assertEquals([reader.read(), reader.streamId], [COMPLETE, 3]);
  assertEquals(reader.read(), INCOMPLETE);
});

Deno.test("the reserved bit is ignored", () => {
  const reader = new FrameReader();
  reader.input.receive(frameOf(0, 0, 0x8000_0005));
  reader.read();
  assertEquals(reader.streamId, 5);
});

Deno.test("a frame may be as large as the limit and no larger", () => {
  const reader = new FrameReader();
  reader.input.receive(frameOf(0, 0, 1, new Uint8Array(0x4000)));
  assertEquals(reader.read(), COMPLETE);
  reader.input.receive(new Uint8Array([0, 0x40, 1, 0, 0, 0, 0, 0, 1]));
  assertEquals(reader.read(), TOO_LARGE);
  reader.clear();
  assertEquals(reader.read(), INCOMPLETE);
});

Deno.test("numbers of four bytes have no sign", () => {
  const reader = new FrameReader();
  reader.input.receive(frameOf(0, 0, 1, [0xff, 0xff, 0xff, 0xfe]));
  reader.read();
  assertEquals(reader.u32(reader.start), 0xffff_fffe);
});

Deno.test("padding leaves what is between", () => {
  const cases: readonly [number[], boolean, number][] = [
    [[0], true, 0],
    [[2, 7, 0, 0], true, 1],
    [[3, 0, 0, 0], true, 0],
    [[4, 0, 0, 0], false, 3],
    [[], false, 0],
  ];
  for (const [payload, fits, left] of cases) {
    const reader = new FrameReader();
    reader.input.receive(frameOf(0, 8, 1, payload));
    reader.read();
    assertEquals(unpad(reader), fits);
    assertEquals(reader.end - reader.start, left);
  }
});
