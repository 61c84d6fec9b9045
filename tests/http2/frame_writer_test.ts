import { assertEquals } from "../support/assert.ts";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { OutputQueue } from "@avx/runtime/output-queue";
import * as write from "../../http2/frame/frame_writer.ts";
import { frameOf, settingsFrame, u32 } from "./cores.ts";

function written(act: (out: OutputQueue) => void): Uint8Array {
  const out = new OutputQueue(new BufferPool());
  act(out);
  return out.transmit()!.slice();
}

Deno.test("each frame is what the RFC says", () => {
  assertEquals(written((out) => write.writeSettings(out, [4, 65_536])), settingsFrame(4, 65_536));
  assertEquals(written(write.writeSettingsAck), frameOf(4, 1, 0));
  assertEquals(
    written((out) => write.writePing(out, 1, 0xdead_beef, 7)),
    frameOf(6, 1, 0, [...u32(0xdead_beef), ...u32(7)]),
  );
  assertEquals(written((out) => write.writeReset(out, 3, 8)), frameOf(3, 0, 3, u32(8)));
  assertEquals(
    written((out) => write.writeWindowUpdate(out, 0x7fff_ffff, 9)),
    frameOf(8, 0, 0x7fff_ffff, u32(9)),
  );
  assertEquals(
    written((out) => write.writeGoaway(out, 5, 1, "no")),
    frameOf(7, 0, 0, [...u32(5), ...u32(1), 0x6e, 0x6f]),
  );
  assertEquals(
    written((out) => write.writePriorityUpdate(out, 3, "u=1")),
    frameOf(0x10, 0, 0, [...u32(3), 0x75, 0x3d, 0x31]),
  );
});

Deno.test("a frame's head has a length of three bytes", () => {
  const into = new Uint8Array(10);
  write.writeFrameHead(into, 1, 0x01_02_03, 4, 5, 6);
  assertEquals(into, new Uint8Array([0, 1, 2, 3, 4, 5, 0, 0, 0, 6]));
});
