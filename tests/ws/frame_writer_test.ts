import { BufferPool } from "@avx/runtime/buffer-pool";
import { FrameWriter } from "../../ws/proto/frame_writer.ts";
import { MaskKeys } from "../../ws/proto/mask.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf, countingRandom, frame, join } from "./cores.ts";

function written(act: (writer: FrameWriter) => void, masked = false): Uint8Array {
  const keys = masked ? new MaskKeys(countingRandom()) : undefined;
  const writer = new FrameWriter(new BufferPool(), keys);
  act(writer);
  const parts: Uint8Array[] = [];
  const queued = writer.queuedBytes;
  for (let part = writer.transmit(); part; part = writer.transmit()) parts.push(part.slice());
  const bytes = join(...parts);
  assertEquals(bytes.length, queued);
  return bytes;
}

Deno.test("text of every length and alphabet is framed as its UTF-8", () => {
  for (const letter of ["a", "é", "€", "😀"]) {
    for (
      const count of [
        0,
        1,
        30,
        41,
        42,
        62,
        63,
        64,
        124,
        125,
        126,
        127,
        21_841,
        30_000,
        70_000,
        90_000,
      ]
    ) {
      const text = letter.repeat(count);
      const bytes = written((writer) => writer.text(text));
      const expected = frame(0x81, text, "unmasked");
      assertEquals(bytes.length, expected.length, `${letter} × ${count}`);
      assertEquals(bytes.every((byte, at) => byte === expected[at]), true);
    }
  }
});

Deno.test("one letter that is not ASCII in a short text changes the head", () => {
  const text = "a".repeat(124) + "é";
  assertEquals(written((writer) => writer.text(text)), frame(0x81, text, "unmasked"));
});

Deno.test("a client's frames are masked with a key each", () => {
  const bytes = written((writer) => {
    writer.text("Hello");
    writer.bytes(0x82, bytesOf("Hello"));
  }, true);
  assertEquals(bytes, join(frame(0x81, "Hello"), frame(0x82, "Hello", 0x0807_0605)));
});

Deno.test("large bytes are copied, and masked in the copy", () => {
  const payload = new Uint8Array(300_000).fill(7);
  const bytes = written((writer) => {
    writer.bytes(0x82, payload);
    payload.fill(9);
  }, true);
  const expected = frame(0x82, new Uint8Array(300_000).fill(7));
  assertEquals(bytes.every((byte, at) => byte === expected[at]), true);
  assertEquals(bytes.length, expected.length);
});

Deno.test("large frames one after the other fill their buffers", () => {
  const writer = new FrameWriter(new BufferPool(), undefined);
  for (let index = 0; index < 5; index++) writer.bytes(0x82, new Uint8Array(65_536).fill(index));
  const sizes: number[] = [];
  const parts: Uint8Array[] = [];
  for (let part = writer.transmit(); part; part = writer.transmit()) {
    sizes.push(part.length);
    parts.push(part.slice());
  }
  assertEquals(sizes, [65_536, 65_536, 65_536, 65_536, 65_536, 50]);
  const expected = [0, 1, 2, 3, 4].map((index) =>
    frame(0x82, new Uint8Array(65_536).fill(index), "unmasked")
  );
  const [all, wanted] = [join(...parts), join(...expected)];
  assertEquals(all.every((byte, at) => byte === wanted[at]), true);
});

Deno.test("a whole frame is sent as it is", () => {
  const whole = frame(0x81, "shared", "unmasked");
  assertEquals(written((writer) => writer.whole(whole)), whole);
});
