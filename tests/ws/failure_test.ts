import { failed } from "../../ws/proto/failure.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("each fault has its close code, and a dead peer is told nothing", () => {
  assertEquals(failed("BAD_UTF8", "x"), {
    type: "failed",
    scope: "connection",
    code: "BAD_UTF8",
    statusHint: 1007,
    reason: "x",
  });
  const hints = (["BAD_OPCODE", "FRAME_TOO_LARGE", "SLOW_PEER", "PONG_TIMEOUT"] as const)
    .map((code) => failed(code, "").statusHint);
  assertEquals(hints, [1002, 1009, 1008, undefined]);
});
