import { assertEquals } from "../support/assert.ts";
import { frameOf, linesOf, Pair, repeated, serve } from "./cores.ts";

const PING = frameOf(0x06, 0, 0, new Uint8Array(8));
const PONG = frameOf(0x06, 1, 0, new Uint8Array(8));

Deno.test("PING is answered with its own bytes", () => {
  assertEquals(serve({}, PING).output, ["PING 0 ack"]);
});

Deno.test("PING of the wrong form is a connection error", () => {
  assertEquals(serve({}, frameOf(0x06, 0, 1, new Uint8Array(8))).events, [
    "failed connection 0 PROTOCOL_ERROR",
  ]);
  assertEquals(serve({}, frameOf(0x06, 0, 0, new Uint8Array(7))).events, [
    "failed connection 0 FRAME_SIZE_ERROR",
  ]);
});

Deno.test("a flood of PINGs: as many as the limit and no more, answers to nothing included", () => {
  const abuse = { maxPings: 10 };
  for (const frame of [PING, PONG]) {
    assertEquals(serve({ abuse }, repeated(10, frame)).events, []);
    assertEquals(serve({ abuse }, repeated(11, frame)).events, [
      "failed connection 0 ENHANCE_YOUR_CALM maxPings",
    ]);
  }
});

Deno.test("a caller's PING measures the round trip", () => {
  const pair = new Pair();
  const id = pair.client.ping();
  pair.step();
  pair.now = 30;
  pair.run();
  assertEquals(linesOf(pair.clientEvents), ["pong 30"]);
  assertEquals(pair.clientEvents[0].type === "pong" && pair.clientEvents[0].pingId, id);
});
