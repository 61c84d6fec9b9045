import { headBytes, writeHead } from "../../ws/proto/frame_head.ts";
import { assertEquals } from "../support/assert.ts";

function head(length: number, masked = 0): number[] {
  const into = new Uint8Array(16);
  const end = writeHead(into, 1, 0x82, masked, length);
  assertEquals(end - 1, headBytes(length));
  return [...into.subarray(1, end)];
}

Deno.test("a head has the shortest length that holds", () => {
  assertEquals(head(0), [0x82, 0]);
  assertEquals(head(125), [0x82, 125]);
  assertEquals(head(126), [0x82, 126, 0, 126]);
  assertEquals(head(65535, 0x80), [0x82, 0xfe, 0xff, 0xff]);
  assertEquals(head(65536), [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
  assertEquals(head(2 ** 32 + 5, 0x80), [0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 5]);
});
