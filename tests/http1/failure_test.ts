import { failed, hex } from "../../http1/proto/failure.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("a fault carries the status that RFC 9110 has for it", () => {
  assertEquals(failed("TARGET_TOO_LONG", "why"), {
    type: "failed",
    scope: "connection",
    code: "TARGET_TOO_LONG",
    statusHint: 414,
    reason: "why",
  });
  assertEquals(failed("BAD_TRANSFER_ENCODING", "why").statusHint, 400);
});

Deno.test("a fault can carry another status, or none", () => {
  assertEquals(failed("BAD_TRANSFER_ENCODING", "why", 501).statusHint, 501);
  assertEquals(failed("IDLE_TIMEOUT", "why").statusHint, undefined);
});

Deno.test("a byte is named by two hexadecimal digits", () => {
  assertEquals([hex(0), hex(10), hex(255)], ["0x00", "0x0a", "0xff"]);
});
