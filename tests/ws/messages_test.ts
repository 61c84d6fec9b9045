import { MessageAssembler } from "../../ws/proto/messages.ts";
import { assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";

Deno.test("an assembler joins the pieces of frames", () => {
  const parts = new MessageAssembler();
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
  const parts = new MessageAssembler();
  parts.begin(2, false);
  parts.frame(2 ** 40);
  parts.append(bytesOf("a"), 0, 1);
  assertEquals(parts.take().buffer.byteLength <= 65536, true);
});

Deno.test("a frame that comes in pieces takes what it needs and no more", () => {
  const parts = new MessageAssembler();
  parts.begin(2, false);
  parts.frame(100_000);
  for (let at = 0; at < 100_000; at += 1000) parts.append(new Uint8Array(1000), 0, 1000);
  const bytes = parts.take();
  assertEquals([bytes.length, bytes.buffer.byteLength], [100_000, 100_000]);
});
