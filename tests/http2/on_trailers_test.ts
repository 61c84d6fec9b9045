import { assertEquals } from "../support/assert.ts";
import { ask, dataFrame, Peer, serve } from "./cores.ts";

Deno.test("trailers come behind content", () => {
  const peer = new Peer();
  const { events } = serve({}, peer.post(1), dataFrame(1, 1), peer.headers(1, ["x-sum", "1"]));
  assertEquals(events.at(-1), 'end 1 [["x-sum","1"]]');
});

Deno.test("an empty trailer section is none", () => {
  const peer = new Peer();
  assertEquals(serve({}, peer.post(1), peer.headers(1, [])).events.at(-1), "end 1");
});

Deno.test("a second head that does not end the stream is a stream error", () => {
  const peer = new Peer();
  const { events } = serve({}, peer.post(1), peer.headers(1, ["x", "y"], 0x04));
  assertEquals(events.at(-1), "failed stream 1 PROTOCOL_ERROR");
});

Deno.test("pseudo-header fields and fields of a connection are no trailers", () => {
  for (const lines of [[":path", "/"], ["connection", "close"], ["x", "y", ":status", "200"]]) {
    const peer = new Peer();
    const { events } = serve({}, peer.post(1), peer.headers(1, lines));
    assertEquals(events.at(-1), "failed stream 1 PROTOCOL_ERROR");
  }
});

Deno.test("a tunnel has no trailers", () => {
  const peer = new Peer();
  const connect = peer.headers(1, [":method", "CONNECT", ":authority", "a.example:1"], 0x04);
  const { events } = serve({}, connect, peer.headers(1, ["x", "y"]));
  assertEquals(events.at(-1), "failed stream 1 PROTOCOL_ERROR");
});

Deno.test("trailers above the limit are a stream error", () => {
  const limits = { maxHeaderListBytes: 300 };
  const peer = new Peer();
  const large = peer.headers(1, ["x", "y".repeat(300)]);
  const { events } = serve({ limits }, peer.post(1), large);
  assertEquals(events.at(-1), "failed stream 1 ENHANCE_YOUR_CALM maxHeaderListBytes");
});

Deno.test("a response has trailers too", () => {
  const peer = new Peer();
  const { events } = ask(
    {},
    peer.headers(1, [":status", "200"], 0x04),
    peer.headers(1, ["a", "b"]),
  );
  assertEquals(events, ["response 1 200", 'end 1 [["a","b"]]']);
});
