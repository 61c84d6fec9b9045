import { NO_BYTES } from "../../http1/proto/no_bytes.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("nothing to send is no bytes at all", () => {
  assertEquals(NO_BYTES.length, 0);
  assertEquals(NO_BYTES.buffer.byteLength, 0);
});
