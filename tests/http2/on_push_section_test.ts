import { assertEquals } from "../support/assert.ts";
import {
  clientCore,
  dataFrame,
  drain,
  frameOf,
  joined,
  linesOf,
  ORIGIN,
  Peer,
  resetFrame,
  sent,
  settingsFrame,
  u32,
} from "./cores.ts";

const REQUEST = [":method", "GET", ":scheme", "https", ":authority", "example.com", ":path", "/p"];

function promise(peer: Peer, promisedId: number, lines: readonly string[] = REQUEST): Uint8Array {
  return frameOf(0x05, 0x04, 1, [...u32(promisedId), ...peer.block(lines)]);
}

function asking(limits = {}): ReturnType<typeof clientCore> {
  const core = clientCore({ push: true, limits });
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  core.receive(settingsFrame(), 0);
  drain(core);
  sent(core);
  return core;
}

Deno.test("a pushed response comes on the promised stream", () => {
  const core = asking();
  const peer = new Peer();
  core.receive(joined(promise(peer, 2), peer.headers(2, [":status", "200"])), 0);
  assertEquals(linesOf(drain(core)), ["push 1 2 GET /p", "response 2 200"]);
});

Deno.test("as many pushes as the limit are held and no more", () => {
  const core = asking({ maxPushes: 2 });
  const peer = new Peer();
  core.receive(joined(promise(peer, 2), promise(peer, 4), promise(peer, 6)), 0);
  assertEquals(linesOf(drain(core)).at(-1), "failed stream 6 REFUSED_STREAM maxPushes");
  assertEquals(peer.read(sent(core)), ["RST_STREAM 6 REFUSED_STREAM"]);
});

Deno.test("only safe and cacheable requests without content are promised", () => {
  for (const method of ["POST", "OPTIONS", "TRACE", "BREW"]) {
    const core = asking();
    core.receive(promise(new Peer(), 2, [":method", method, ...REQUEST.slice(2)]), 0);
    assertEquals(linesOf(drain(core)), ["failed stream 2 PROTOCOL_ERROR"], method);
  }
  const withContent = asking();
  withContent.receive(promise(new Peer(), 2, [...REQUEST, "content-length", "1"]), 0);
  assertEquals(linesOf(drain(withContent)), ["failed stream 2 PROTOCOL_ERROR"]);
  const other = asking();
  other.receive(promise(new Peer(), 2, [":method", "GET"]), 0);
  assertEquals(linesOf(drain(other)), ["failed stream 2 PROTOCOL_ERROR"]);
});

Deno.test("a promise on a stream that we have reset is refused", () => {
  const core = asking();
  const peer = new Peer();
  core.reset(1, 8);
  core.receive(promise(peer, 2), 0);
  assertEquals(linesOf(drain(core)), []);
  assertEquals(peer.read(sent(core)), ["RST_STREAM 1 CANCEL", "RST_STREAM 2 REFUSED_STREAM"]);
});

Deno.test("a promise on a stream that the server has reset is a connection error", () => {
  const core = asking();
  core.receive(joined(resetFrame(1, 8), promise(new Peer(), 2)), 0);
  assertEquals(linesOf(drain(core)).at(-1), "failed connection 0 PROTOCOL_ERROR");
});

Deno.test("a promise that cannot be decoded ends the connection", () => {
  const core = asking();
  core.receive(frameOf(0x05, 0x04, 1, [...u32(2), 0x80]), 0);
  assertEquals(linesOf(drain(core)), ["failed connection 0 COMPRESSION_ERROR"]);
});

Deno.test("what is promised behind our GOAWAY is ignored, and leaves no stream open", () => {
  const core = asking();
  const peer = new Peer();
  core.receive(promise(peer, 2), 0);
  drain(core);
  core.shutdown();
  assertEquals(peer.read(sent(core)), ["GOAWAY 0 2 NO_ERROR"]);
  // The server had promised and answered before it heard of it.
  const response = peer.headers(4, [":status", "200"], 0x04);
  core.receive(joined(promise(peer, 4), response, dataFrame(4, 10, 1)), 0);
  assertEquals(linesOf(drain(core)), []);
  assertEquals(sent(core).length, 0);
  const both = [peer.headers(2, [":status", "200"]), peer.headers(1, [":status", "200"])];
  core.receive(joined(...both), 0);
  assertEquals(linesOf(drain(core)), ["response 2 200", "response 1 200"]);
  assertEquals([core.openStreams, core.disposition], [0, "close"]);
});

Deno.test("a push has no pushes of its own", () => {
  const core = asking();
  const peer = new Peer();
  core.receive(joined(promise(peer, 2), peer.headers(2, [":status", "200"], 0x04)), 0);
  core.receive(frameOf(0x05, 0x04, 2, [...u32(4), ...peer.block(REQUEST)]), 0);
  const events = linesOf(drain(core));
  assertEquals(events.slice(1), ["response 2 200", "failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("pushes hold as many unread bytes as the limit and no more", () => {
  const core = asking({ maxPushBytes: 100 });
  const peer = new Peer();
  for (const id of [2, 4]) {
    core.receive(joined(promise(peer, id), peer.headers(id, [":status", "200"], 0x04)), 0);
  }
  drain(core);
  core.receive(joined(dataFrame(2, 60), dataFrame(4, 40)), 0);
  assertEquals(drain(core).length, 2);
  core.receive(dataFrame(4, 1), 0);
  assertEquals(linesOf(drain(core)), ["failed stream 4 CANCEL maxPushBytes"]);
  // What was read makes room, on streams that are gone as well.
  core.consume(4, 40);
  core.consume(2, 10);
  core.receive(dataFrame(2, 50), 0);
  assertEquals(drain(core).length, 1);
  core.receive(dataFrame(2, 1), 0);
  assertEquals(linesOf(drain(core)), ["failed stream 2 CANCEL maxPushBytes"]);
  // Requests are not pushes.
  core.receive(joined(peer.headers(1, [":status", "200"], 0x04), dataFrame(1, 1_000)), 0);
  assertEquals(linesOf(drain(core))[0], "response 1 200");
});

Deno.test("a server may reset only so many of its promises", () => {
  const core = clientCore({ push: true, abuse: { maxPeerResets: 3 } });
  core.sendRequest({ ...ORIGIN, method: "GET", path: "/" });
  core.receive(settingsFrame(), 0);
  drain(core);
  const peer = new Peer();
  for (let id = 2; id <= 8; id += 2) core.receive(joined(promise(peer, id), resetFrame(id, 8)), 0);
  const events = linesOf(drain(core));
  assertEquals(events.at(-1), "failed connection 0 ENHANCE_YOUR_CALM maxPeerResets");
  assertEquals(events.filter((line) => line.startsWith("reset")).length, 3);
});

Deno.test("a push that was accepted can be found to be at fault", () => {
  const core = asking();
  core.receive(promise(new Peer(), 2), 0);
  drain(core);
  core.rejectPush(2, "It is for another origin");
  assertEquals(linesOf(drain(core)), ["failed stream 2 PROTOCOL_ERROR"]);
  assertEquals(new Peer().read(sent(core)), ["RST_STREAM 2 PROTOCOL_ERROR"]);
  assertEquals(core.abuseCounts.maxProvokedResets, 1);
  core.goAway();
  core.rejectPush(2, "It is too late");
  assertEquals(drain(core), []);
});
