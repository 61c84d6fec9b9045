import { assertEquals } from "../support/assert.ts";
import { dataFrame, Peer, serve } from "./cores.ts";

Deno.test("a message ends with as much content as it declared", () => {
  const post = new Peer().post(1, ["content-length", "5"]);
  assertEquals(serve({}, post, dataFrame(1, 2), dataFrame(1, 3, 1)).events.at(-1), "end 1");
});

Deno.test("a message that ends too early is a stream error, and its content was never complete", () => {
  const post = new Peer().post(1, ["content-length", "5"]);
  const { events } = serve({}, post, dataFrame(1, 4, 1));
  assertEquals(events, ["request 1 POST / body", "failed stream 1 PROTOCOL_ERROR"]);
});

Deno.test("trailers that come too early are a stream error as well", () => {
  const peer = new Peer();
  const post = peer.post(1, ["content-length", "5"]);
  const { events } = serve({}, post, peer.headers(1, ["x", "y"]));
  assertEquals(events.at(-1), "failed stream 1 PROTOCOL_ERROR");
});
