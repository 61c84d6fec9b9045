import { assertEquals } from "../support/assert.ts";
import { frameTypeName } from "../../http2/frame/frame_type.ts";

Deno.test("each type of frame has its name", () => {
  assertEquals(frameTypeName(0x00), "DATA");
  assertEquals(frameTypeName(0x09), "CONTINUATION");
  assertEquals(frameTypeName(0x10), "PRIORITY_UPDATE");
  assertEquals(frameTypeName(0xab), "0xab");
});
