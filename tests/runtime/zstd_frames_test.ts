import { ZstdFrames } from "@avx/runtime/zstd-frames";
import { assertEquals } from "../support/assert.ts";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** Frames by what they hold; the layout is RFC 8878 §3.1.1. */
const FRAMES: Readonly<Record<string, number[]>> = {
  "empty, in a single segment": [...MAGIC, 0x20, 0, 0x01, 0, 0],
  "with a window": [...MAGIC, 0x00, 0x58, 0x19, 0, 0, 1, 2, 3],
  "with a checksum": [...MAGIC, 0x24, 3, 0x19, 0, 0, 1, 2, 3, 9, 9, 9, 9],
  "with a dictionary of four bytes": [...MAGIC, 0x03, 0x58, 1, 2, 3, 4, 0x01, 0, 0],
  "with a content size of two bytes": [...MAGIC, 0x60, 1, 0, 0x01, 0, 0],
  "with a content size of eight bytes": [...MAGIC, 0xe0, 1, 2, 3, 4, 5, 6, 7, 8, 0x01, 0, 0],
  "with a repeated byte of any length": [...MAGIC, 0x00, 0x58, 0x03, 0xff, 0x01, 65],
  "of several blocks": [...MAGIC, 0x00, 0x58, 0x10, 0, 0, 1, 2, 0x0a, 0, 0, 65, 0x01, 0, 0],
  "that is skipped": [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3],
  "that is skipped and empty": [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0],
};

for (const [name, frame] of Object.entries(FRAMES)) {
  Deno.test(`a frame ${name} ends where it ends, in any pieces`, () => {
    const bytes = new Uint8Array([...frame, ...frame, 0x28]);
    for (const step of [1, 2, 5, bytes.length]) {
      const frames = new ZstdFrames();
      const ends: number[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        const piece = bytes.subarray(at, at + step);
        for (let end = 0; end < piece.length;) {
          end = frames.take(piece, end);
          if (frames.isBetween) ends.push(at + end);
        }
      }
      assertEquals(ends, [frame.length, 2 * frame.length], `by ${step}`);
      assertEquals(frames.isMalformed, false);
    }
  });
}

Deno.test("what is no frame is malformed, and stays so", () => {
  for (const bytes of [[1, 2, 3, 4], [...MAGIC, 0x20, 0, 0x07, 0, 0]]) {
    const frames = new ZstdFrames();
    assertEquals(frames.take(new Uint8Array([...bytes, 0, 0]), 0), bytes.length + 2);
    assertEquals([frames.isMalformed, frames.isBetween], [true, false]);
    assertEquals(frames.take(new Uint8Array(FRAMES["that is skipped"]), 0), 11);
    assertEquals(frames.isMalformed, true);
  }
});
