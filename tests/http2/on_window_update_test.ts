import { assertEquals } from "../support/assert.ts";
import {
  drain,
  frameOf,
  greeting,
  joined,
  Peer,
  repeated,
  sent,
  serve,
  serverCore,
  windowUpdate,
} from "./cores.ts";

Deno.test("WINDOW_UPDATE of nothing is an error of its scope", () => {
  assertEquals(serve({}, windowUpdate(0, 0)).events, ["failed connection 0 PROTOCOL_ERROR"]);
  const { events } = serve({}, new Peer().get(1), windowUpdate(1, 0));
  assertEquals(events.at(-1), "failed stream 1 PROTOCOL_ERROR");
});

Deno.test("a window may be 2^31-1 and no larger", () => {
  const most = 0x7fff_ffff - 65_535;
  assertEquals(serve({}, windowUpdate(0, most)).events, []);
  assertEquals(serve({}, windowUpdate(0, most + 1)).events, [
    "failed connection 0 FLOW_CONTROL_ERROR",
  ]);
  assertEquals(serve({}, new Peer().get(1), windowUpdate(1, most)).events, ["request 1 GET /"]);
  assertEquals(
    serve({}, new Peer().get(1), windowUpdate(1, most + 1)).events.at(-1),
    "failed stream 1 FLOW_CONTROL_ERROR",
  );
});

Deno.test("WINDOW_UPDATE of another size is a connection error", () => {
  assertEquals(serve({}, frameOf(0x08, 0, 0, [0, 0, 1])).events, [
    "failed connection 0 FRAME_SIZE_ERROR",
  ]);
});

Deno.test("a flood of WINDOW_UPDATE: as many as the limit and no more", () => {
  const abuse = { maxWindowUpdates: 10 };
  assertEquals(serve({ abuse }, repeated(10, windowUpdate(0, 1))).events, []);
  assertEquals(serve({ abuse }, repeated(11, windowUpdate(0, 1))).events, [
    "failed connection 0 ENHANCE_YOUR_CALM maxWindowUpdates",
  ]);
});

Deno.test("content that was sent is a reason for updates", () => {
  const core = serverCore({ abuse: { maxWindowUpdates: 10 } });
  const peer = new Peer();
  core.receive(joined(greeting(), peer.get(1)), 0);
  drain(core);
  core.sendWhole(1, 200, [], "x");
  sent(core);
  // Ten for the frame and four for the stream, beside the limit itself.
  core.receive(repeated(24, windowUpdate(0, 1)), 0);
  assertEquals(drain(core), []);
  core.receive(repeated(1, windowUpdate(0, 1)), 0);
  assertEquals(drain(core).length, 1);
});

Deno.test("unknown frames are counted", () => {
  const abuse = { maxUnknownFrames: 10 };
  const unknown = frameOf(0x77, 0, 0, []);
  assertEquals(serve({ abuse }, repeated(10, unknown)).events, []);
  assertEquals(serve({ abuse }, repeated(11, unknown)).events, [
    "failed connection 0 ENHANCE_YOUR_CALM maxUnknownFrames",
  ]);
});
