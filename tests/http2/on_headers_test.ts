import { assertEquals } from "../support/assert.ts";
import { ask, frameOf, GET_LINES, Peer, serve } from "./cores.ts";

Deno.test("HEADERS on stream 0 is a connection error", () => {
  assertEquals(serve({}, new Peer().get(0)).events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("padding and the old priorities are taken off", () => {
  const block = new Peer().block(GET_LINES);
  const payload = [2, 0, 0, 0, 9, 255, ...block, 0, 0];
  assertEquals(serve({}, frameOf(0x01, 0x2d, 1, payload)).events, ["request 1 GET /"]);
});

Deno.test("padding larger than the frame is a connection error", () => {
  const { events } = serve({}, frameOf(0x01, 0x0d, 1, [9, 1, 2]));
  assertEquals(events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("a frame too short for its priority is a connection error of its own", () => {
  const { events } = serve({}, frameOf(0x01, 0x25, 1, [0, 0, 0, 3]));
  assertEquals(events, ["failed connection 0 FRAME_SIZE_ERROR"]);
});

Deno.test("a stream that depends on itself is refused", () => {
  const block = new Peer().block(GET_LINES);
  const { events } = serve({}, frameOf(0x01, 0x25, 1, [0, 0, 0, 1, 16, ...block]));
  assertEquals(events, ["failed stream 1 PROTOCOL_ERROR"]);
});

Deno.test("a block that cannot be decoded is a connection error on both ends", () => {
  const bad = frameOf(0x01, 0x05, 1, [0x80]);
  assertEquals(serve({}, bad).events, ["failed connection 0 COMPRESSION_ERROR"]);
  assertEquals(ask({}, bad).events, ["failed connection 0 COMPRESSION_ERROR"]);
});
