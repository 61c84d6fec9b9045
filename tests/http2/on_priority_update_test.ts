import { assertEquals } from "../support/assert.ts";
import {
  ask,
  drain,
  frameOf,
  greeting,
  joined,
  Peer,
  repeated,
  sent,
  serve,
  serverCore,
  u32,
} from "./cores.ts";

function update(streamId: number, value: string): Uint8Array {
  return frameOf(0x10, 0, 0, [...u32(streamId), ...Array.from(value, (c) => c.charCodeAt(0))]);
}

/** The order in which the responses to streams 1, 3 and 5 leave. */
function order(...frames: readonly Uint8Array[]): string[] {
  const core = serverCore();
  const peer = new Peer();
  core.receive(joined(greeting(), ...frames, peer.get(1), peer.get(3), peer.get(5)), 0);
  const body = new Uint8Array(20_000);
  for (const event of drain(core)) {
    if (event.type === "request") core.sendWhole(event.streamId, 200, [], body);
  }
  const lines = peer.read(sent(core));
  return lines.filter((line) => line.endsWith(" end")).map((line) => line.split(" ")[1]);
}

Deno.test("PRIORITY_UPDATE before its stream decides who goes first", () => {
  assertEquals(order(), ["1", "3", "5"]);
  assertEquals(order(update(5, "u=0")), ["5", "1", "3"]);
  assertEquals(order(update(1, "u=7"), update(5, "u=1")), ["5", "3", "1"]);
});

Deno.test("PRIORITY_UPDATE changes a stream that is waiting", () => {
  const core = serverCore();
  const peer = new Peer();
  core.receive(joined(greeting(0x4, 20_000), peer.get(1), peer.get(3)), 0);
  for (const event of drain(core)) {
    if (event.type === "request") core.sendWhole(event.streamId, 200, [], new Uint8Array(20_000));
  }
  core.receive(update(3, "u=1"), 0);
  drain(core);
  const lines = peer.read(sent(core)).filter((line) => line.endsWith(" end"));
  assertEquals(lines[0].split(" ")[1], "3");
});

Deno.test("PRIORITY_UPDATE of the wrong form is a connection error", () => {
  assertEquals(serve({}, frameOf(0x10, 0, 1, u32(1))).events, [
    "failed connection 0 PROTOCOL_ERROR",
  ]);
  assertEquals(serve({}, frameOf(0x10, 0, 0, [0])).events, [
    "failed connection 0 FRAME_SIZE_ERROR",
  ]);
  assertEquals(serve({}, update(0, "u=1")).events, ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(serve({}, update(2, "u=1")).events, ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(ask({}, update(1, "u=1")).events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("PRIORITY_UPDATE for a closed stream is too late", () => {
  const { events } = serve({}, new Peer().get(5), update(3, "u=1"));
  assertEquals(events, ["request 5 GET /"]);
});

Deno.test("a flood of PRIORITY_UPDATE: as many as the limit and no more", () => {
  const abuse = { maxPriorities: 10 };
  assertEquals(serve({ abuse }, repeated(10, update(1, "u=1"))).events, []);
  assertEquals(serve({ abuse }, repeated(11, update(1, "u=1"))).events, [
    "failed connection 0 ENHANCE_YOUR_CALM maxPriorities",
  ]);
});

Deno.test("of streams that do not exist, only the newest priorities are kept", () => {
  const limits = { maxConcurrentStreams: 3 };
  const updates = [5, 7, 9, 11].map((id) => update(id, "u=0"));
  const core = serverCore({ limits });
  const peer = new Peer();
  core.receive(joined(greeting(), ...updates, peer.get(1), peer.get(5), peer.get(7)), 0);
  for (const event of drain(core)) {
    if (event.type === "request") core.sendWhole(event.streamId, 200, [], new Uint8Array(17_000));
  }
  const lines = peer.read(sent(core)).filter((line) => line.endsWith(" end"));
  assertEquals(lines.map((line) => line.split(" ")[1]), ["7", "1", "5"]);
});
