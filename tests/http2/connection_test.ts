import { collectGarbage } from "../support/collect_garbage.ts";
import { assert, assertEquals, assertGreater, assertLess } from "../support/assert.ts";
import {
  clientCore,
  dataFrame,
  drain,
  frameOf,
  GET_LINES,
  greeting,
  joined,
  linesOf,
  ORIGIN,
  Pair,
  Peer,
  resetFrame,
  sent,
  serve,
  serverCore,
  SETTINGS_ACK,
  settingsFrame,
  u32,
  windowUpdate,
} from "./cores.ts";
import type { Http2Event } from "../../http2/proto/events.ts";
import { PREFACE } from "../../http2/frame/preface.ts";

Deno.test("a server greets with SETTINGS and a larger window", () => {
  const core = serverCore();
  assertEquals(new Peer().read(sent(core)), ["SETTINGS 0", "WINDOW_UPDATE 0 983041"]);
});

Deno.test("the first frame must be SETTINGS", () => {
  const core = serverCore();
  core.receive(joined(PREFACE, frameOf(0x06, 0, 0, new Uint8Array(8))), 0);
  assertEquals(linesOf(drain(core)), ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(core.disposition, "close");
});

Deno.test("frames of unknown types are ignored", () => {
  const { events, output } = serve({}, frameOf(0xee, 0xff, 7, [1, 2, 3]));
  assertEquals(events, []);
  assertEquals(output, []);
});

Deno.test("an unknown frame within a field section is a connection error", () => {
  const peer = new Peer();
  const { events } = serve({}, peer.headers(1, [":method", "GET"], 0x01), frameOf(0xee, 0, 1));
  assertEquals(events, ["failed connection 0 PROTOCOL_ERROR"]);
});

Deno.test("a frame above the limit fails before its payload has come", () => {
  const core = serverCore();
  core.receive(joined(greeting(), frameOf(0x00, 0, 1, new Uint8Array(16_385)).slice(0, 9)), 0);
  assertEquals(linesOf(drain(core)), ["failed connection 0 FRAME_SIZE_ERROR maxFrameBytes"]);
});

Deno.test("nothing is interpreted behind a connection error", () => {
  const peer = new Peer();
  const { events, output } = serve({}, dataFrame(0, 1), peer.get(1));
  assertEquals(events, ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(output, ["GOAWAY 0 0 PROTOCOL_ERROR"]);
});

/** One sample of every frame and of what may go wrong with it. */
function samples(): Uint8Array[] {
  const peer = new Peer();
  const greet = greeting(0x4, 100_000);
  const part = peer.block([":method", "POST", ":scheme", "http", ":path", "/", "x-long", "abc"]);
  return [
    joined(greet, peer.get(1), peer.get(3), peer.get(5)),
    joined(greet, peer.post(7), dataFrame(7, 10), dataFrame(7, 3, 1)),
    joined(greet, peer.post(9), frameOf(0, 0x08, 9, [2, 1, 0, 0]), peer.headers(9, ["x", "y"])),
    joined(
      greet,
      frameOf(0x01, 0, 11, part.subarray(0, 5)),
      frameOf(0x09, 0, 11, part.subarray(5, 9)),
      frameOf(0x09, 0x04, 11, part.subarray(9)),
      dataFrame(11, 0, 1),
    ),
    joined(greet, peer.post(13), resetFrame(13, 8), dataFrame(13, 1)),
    joined(
      greet,
      frameOf(0x06, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
      frameOf(0x02, 0, 3, new Uint8Array(5)),
    ),
    joined(
      greet,
      frameOf(0x10, 0, 0, [...u32(1), 0x75, 0x3d, 0x31]),
      frameOf(0x07, 0, 0, new Uint8Array(8)),
    ),
    joined(greet, windowUpdate(0, 1), windowUpdate(0, 0)),
    joined(greet, settingsFrame(0x5, 1)),
  ];
}

function outcome(pieces: readonly Uint8Array[]): { events: string[]; output: string[] } {
  const core = serverCore();
  const events: Http2Event[] = [];
  const output: Uint8Array[] = [];
  for (const piece of pieces) {
    core.receive(piece, 0);
    for (const event of drain(core)) {
      events.push(event);
      if (event.type === "request" && !event.head.hasBody) {
        core.sendWhole(event.streamId, 200, [], "ok");
      }
    }
    output.push(sent(core));
  }
  return { events: linesOf(events), output: new Peer().read(joined(...output)) };
}

Deno.test("each sample gives the same whole, byte by byte, cut anywhere and with a tail", () => {
  for (const sample of samples()) {
    const whole = outcome([sample]);
    const bytes = Array.from(sample, (_, at) => sample.slice(at, at + 1));
    assertEquals(outcome(bytes), whole);
    for (let at = 1; at < sample.length; at += 3) {
      assertEquals(outcome([sample.slice(0, at), sample.slice(at)]), whole);
    }
    const tailed = outcome([joined(sample, new Uint8Array([0, 0, 8, 6]))]);
    assertEquals(tailed, whole);
  }
});

/** A small generator of numbers, the same for the same seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** Frames that are mostly right and wrong here and there. */
function someFrames(random: (below: number) => number, peer: Peer): Uint8Array {
  const parts: Uint8Array[] = [random(50) === 0 ? PREFACE : greeting(0x4, random(100))];
  let nextId = 1;
  const begin = (): void => {
    const lines = random(3) === 0 ? ["content-length", `${random(6)}`] : [];
    parts.push(random(3) === 0 ? peer.get(nextId) : peer.post(nextId, lines));
    nextId += 2;
  };
  begin();
  for (let count = random(10); count > 0; count--) {
    const id = random(20) === 0 ? random(12) : 1 + 2 * random((nextId - 1) / 2);
    switch (random(13)) {
      case 0:
      case 1:
        begin();
        break;
      case 2:
      case 3:
        parts.push(dataFrame(id, random(5), random(2)));
        break;
      case 4:
        parts.push(frameOf(0x00, 0x08, id, [random(5) === 0 ? 6 : random(4), 1, 2, 3]));
        break;
      case 5:
        parts.push(resetFrame(id, random(14)));
        break;
      case 6:
        parts.push(windowUpdate(random(2) * id, random(9) === 0 ? 0x7fff_ffff : 1 + random(1000)));
        break;
      case 7:
        parts.push(settingsFrame([1, 3, 4, 6, 0x77, 5][random(6)], 16_384 + random(50_000)));
        break;
      case 8:
        parts.push(frameOf(0x06, random(2), 0, new Uint8Array(8)));
        break;
      case 9:
        if (random(4) !== 0) break;
        parts.push(frameOf(random(12), random(256), random(8), new Uint8Array(random(12))));
        break;
      case 10:
        parts.push(peer.headers(id, ["x", "y"], random(5) === 0 ? 0x04 : 0x05));
        break;
      case 11: {
        const block = peer.block(GET_LINES);
        const at = random(block.length);
        parts.push(frameOf(0x01, 0x01, nextId, block.slice(0, at)));
        parts.push(frameOf(0x09, random(9) === 0 ? 0 : 0x04, nextId, block.slice(at)));
        nextId += 2;
        break;
      }
      default:
        parts.push(frameOf(0x10, 0, 0, [...u32(1 + 2 * random(9)), 0x75, 0x3d, 0x30 + random(9)]));
    }
  }
  const bytes = joined(...parts);
  // One in five has a byte turned over somewhere.
  if (random(5) === 0) bytes[24 + random(bytes.length - 24)] ^= 1 << random(8);
  return bytes;
}

function cut(bytes: Uint8Array, random: (below: number) => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + 1 + random(40));
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  return pieces;
}

Deno.test("100,000 inputs: receive returns, events do not depend on the splitting, memory is bounded", () => {
  for (let seed = 0; seed < 100_000; seed++) {
    const random = numbers(seed);
    const bytes = someFrames(random, new Peer());
    const whole = outcomeOf([bytes]);
    const split = outcomeOf(cut(bytes, random));
    if (whole !== split) assertEquals(split, whole, `seed ${seed}`);
  }
});

function outcomeOf(pieces: readonly Uint8Array[]): string {
  const core = serverCore();
  let lines = "";
  for (const piece of pieces) {
    core.receive(piece, 0);
    for (let event = core.next(); event !== undefined; event = core.next()) {
      lines += linesOf([event]).join() + "\n";
      if (event.type === "request" && (event.streamId & 2) === 0) {
        core.sendWhole(event.streamId, 200, [], "ok");
      } else if (event.type === "data") core.consume(event.streamId, event.bytes.length);
    }
    assertLess(core.openStreams, 101);
    assertLess(core.outputBytes, 300_000);
  }
  return lines;
}

/** What a server might send, right and wrong. */
function someAnswers(random: (below: number) => number, peer: Peer): Uint8Array {
  const parts: Uint8Array[] = random(30) === 0
    ? []
    : [settingsFrame(0x3, random(200)), SETTINGS_ACK];
  for (let count = random(10); count >= 0; count--) {
    const id = 1 + 2 * random(4);
    const status = ["200", "204", "103", "101", "304", "2x0"][random(6)];
    switch (random(9)) {
      case 0:
      case 1:
      case 2: {
        const lines = [":status", status];
        if (random(4) === 0) lines.push("content-length", `${random(5)}`);
        parts.push(peer.headers(id, lines, 0x04 | random(2)));
        break;
      }
      case 3:
        parts.push(dataFrame(id, random(5), random(2)));
        break;
      case 4:
        parts.push(resetFrame(id, random(14)));
        break;
      case 5:
        parts.push(frameOf(0x07, 0, 0, [...u32(random(9)), ...u32(random(14))]));
        break;
      case 6: {
        const block = peer.block([":method", "GET", ":scheme", "https", ":path", "/"]);
        parts.push(frameOf(0x05, 0x04, id, [...u32(random(8)), ...block]));
        break;
      }
      case 7:
        parts.push(peer.headers(id, ["x", "y"], 0x04 | random(2)));
        break;
      default:
        parts.push(frameOf(random(12), random(256), random(8), new Uint8Array(random(12))));
    }
  }
  const bytes = joined(...parts);
  if (bytes.length > 0 && random(3) === 0) bytes[random(bytes.length)] ^= 1 << random(8);
  return bytes;
}

Deno.test("30,000 answers: a client returns, and its events do not depend on the splitting", () => {
  const outcomeOf = (pieces: readonly Uint8Array[], push: boolean): string => {
    const core = clientCore({ push });
    for (let count = 0; count < 3; count++) {
      core.sendRequest({ ...ORIGIN, method: count === 2 ? "HEAD" : "GET", path: "/" });
    }
    let lines = "";
    for (const piece of pieces) {
      core.receive(piece, 0);
      for (let event = core.next(); event !== undefined; event = core.next()) {
        lines += linesOf([event]).join() + "\n";
        if (event.type === "data") core.consume(event.streamId, event.bytes.length);
      }
      assertLess(core.openStreams, 110);
    }
    return lines;
  };
  for (let seed = 0; seed < 30_000; seed++) {
    const random = numbers(seed);
    const bytes = someAnswers(random, new Peer());
    if (bytes.length === 0) continue;
    const whole = outcomeOf([bytes], seed % 2 === 0);
    const split = outcomeOf(cut(bytes, random), seed % 2 === 0);
    if (whole !== split) assertEquals(split, whole, `seed ${seed}`);
  }
});

Deno.test("10,000 streams at once on one connection, each answered", () => {
  const limits = { maxConcurrentStreams: 10_000 };
  const pair = new Pair({ limits }, {});
  const ids: number[] = [];
  for (let count = 0; count < 10_000; count++) ids.push(pair.get(`/${count}`));
  pair.run();
  assertEquals(pair.server.openStreams, 10_000);
  const requests = pair.serverEvents.filter(({ type }) => type === "request");
  assertEquals(requests.length, 10_000);
  // In the reverse order, so that nobody can rely on the other one.
  for (const event of requests.reverse()) {
    if (event.type === "request") pair.server.sendWhole(event.streamId, 200, [], event.head.target);
  }
  pair.run();
  const statuses = pair.clientEvents.filter(({ type }) => type === "response");
  assertEquals(statuses.length, 10_000);
  assertEquals(pair.client.openStreams, 0);
  assertEquals(pair.server.openStreams, 0);
});

Deno.test("a million requests, some reset by either end, end with the memory of the first ones", () => {
  const pair = new Pair();
  let heapBytes = 0;
  pair.onServer = (event) => {
    if (event.type !== "request") return;
    if (event.streamId % 7 === 0) pair.server.reset(event.streamId, 0x8);
    else pair.server.sendWhole(event.streamId, 200, ["x-id", `${event.streamId % 50}`], "hi");
  };
  for (let round = 0; round < 20_000; round++) {
    if (round === 1000) {
      collectGarbage();
      heapBytes = Deno.memoryUsage().heapUsed;
    }
    for (let count = 0; count < 50; count++) {
      const id = pair.get(`/${count}`);
      if (count === 13) pair.client.reset(id, 0x8);
    }
    pair.now += 1000;
    pair.run();
    pair.clientEvents.length = 0;
    pair.serverEvents.length = 0;
  }
  assertEquals(pair.client.openStreams, 0);
  assertEquals(pair.server.openStreams, 0);
  assertEquals(pair.server.outputBytes, 0);
  collectGarbage();
  assertLess(Deno.memoryUsage().heapUsed - heapBytes, 64 * 1024 * 1024);
});

Deno.test("fifty requests in parallel take one round trip", () => {
  const pair = new Pair();
  pair.onServer = (event) => {
    if (event.type === "request") pair.server.sendWhole(event.streamId, 200, [], "x".repeat(1000));
  };
  for (let count = 0; count < 50; count++) pair.get(`/${count}`);
  let trips = 0;
  while (pair.client.openStreams > 0) {
    pair.step();
    trips++;
  }
  assertLess(trips, 3);
  assertGreater(trips, 0);
});

Deno.test("the acknowledgement of SETTINGS alone is not a greeting", () => {
  const core = serverCore();
  core.receive(joined(PREFACE, SETTINGS_ACK), 0);
  assertEquals(linesOf(drain(core)), ["failed connection 0 PROTOCOL_ERROR"]);
  assert(!core.wantsInput);
});
