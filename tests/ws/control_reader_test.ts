import { ControlReader } from "../../ws/proto/control_reader.ts";
import { FrameReader, MORE } from "../../ws/proto/frame_reader.ts";
import { assertEquals } from "../support/assert.ts";
import { frame, splittings } from "./cores.ts";

Deno.test("a control frame is the same in any splitting", () => {
  for (const pieces of splittings(frame(0x89, "x".repeat(125)))) {
    const reader = new FrameReader({ masked: true, compression: false, maxFrameBytes: 1 });
    const controls = new ControlReader(1);
    let complete = 0;
    for (const piece of pieces) {
      reader.receive(piece.slice());
      while (reader.read() !== MORE) if (controls.take(reader)) complete++;
    }
    assertEquals([complete, controls.end - controls.start], [1, 125]);
  }
});

Deno.test("frames in a row are counted, for a second or until data comes", () => {
  const controls = new ControlReader(2);
  const codes = [0, 1, 2, 1001, 1002].map((now) => controls.count(now)?.code);
  assertEquals(codes, [undefined, undefined, "TOO_MANY_CONTROL_FRAMES", undefined, undefined]);
  controls.endRow();
  assertEquals(controls.count(1003), undefined);
});
