/** Every way in which a peer can make work, against the server of `serve` and against a `Client`. */

import { assert, assertEquals } from "../support/assert.ts";
import {
  dataFrame,
  frameOf,
  joined,
  type Peer,
  repeated,
  resetFrame,
  settingsFrame,
  u32,
  windowUpdate,
} from "./cores.ts";
import { attacking } from "./attack.ts";
import { defending } from "./defence.ts";

const CALM = "ENHANCE_YOUR_CALM";
const LIMIT = 10;

/** What is done `count` times. `peer` has a compression state of its own; stream 1 is open. */
type Flood = (count: number, peer: Peer) => Uint8Array;

const EMPTY = new Uint8Array(0);

/** What costs the same from either end. */
const FLOODS: Readonly<Record<string, Flood>> = {
  "maxSettings: SETTINGS": (count) => repeated(count - 1, settingsFrame()), // the first is one too
  "maxSettings: empty changes": (count) => repeated(count - 1, settingsFrame(1, 4096, 4, 65_535)),
  "maxPings: PING": (count) => repeated(count, frameOf(0x06, 0, 0, new Uint8Array(8))),
  "maxPings: answers to nothing": (count) =>
    repeated(count, frameOf(0x06, 0x01, 0, new Uint8Array(8))),
  "maxPriorities: PRIORITY": (count) => repeated(count, frameOf(0x02, 0, 99, [0, 0, 0, 0, 1])),
  "maxWindowUpdates: WINDOW_UPDATE of the connection": (count) =>
    repeated(count, windowUpdate(0, 1)),
  "maxWindowUpdates: WINDOW_UPDATE of a stream": (count) => repeated(count, windowUpdate(1, 1)),
  "maxEmptyFrames: DATA without content": (count) => repeated(count, dataFrame(1, 0)),
  "maxEmptyFrames: DATA of padding alone": (count) =>
    repeated(count, frameOf(0x00, 0x08, 1, [3, 0, 0, 0])),
  "maxUnknownFrames: frames of unknown types": (count) => repeated(count, frameOf(0xfe, 0, 1)),
};

/** What only a client can do. */
const CLIENT_FLOODS: Readonly<Record<string, Flood>> = {
  ...FLOODS,
  "maxPeerResets: a rapid reset": (count, peer) =>
    each(count, (id) => joined(peer.get(id), resetFrame(id, 8))),
  "maxProvokedResets: stream errors": (count, peer) =>
    each(count, (id) => joined(peer.post(id), windowUpdate(id, 0))),
  "maxProvokedResets: windows that overflow": (count, peer) =>
    each(count, (id) => joined(peer.post(id), windowUpdate(id, 0x7fff_ffff))),
  "maxProvokedResets: content behind the end": (count, peer) =>
    each(count, (id) => joined(peer.get(id), dataFrame(id, 1))),
  "maxProvokedResets: a second head behind the end": (count, peer) =>
    each(count, (id) => joined(peer.get(id), peer.headers(id, ["x", "y"]))),
  "maxProvokedResets: streams that depend on themselves": (count, peer) =>
    each(count, (id) => joined(peer.post(id), frameOf(0x02, 0, id, [...u32(id), 1]))),
  "maxProvokedResets: more content than was declared": (count, peer) =>
    each(count, (id) => joined(peer.post(id, ["content-length", "1"]), dataFrame(id, 2))),
  "maxProvokedResets: requests that are malformed": (count, peer) =>
    each(count, (id) => peer.headers(id, [":method", "GET"])),
  "maxProvokedResets: requests that are answered at once for their size": (count, peer) =>
    each(count, (id) => peer.post(id, ["content-length", "1000000"])),
  "maxPriorities: PRIORITY_UPDATE": (count) =>
    repeated(count, frameOf(0x10, 0, 0, [...u32(99), 0x75, 0x3d, 0x31])),
  "maxContinuations: CONTINUATION": (count, peer) => section(3, count, peer.block(GET)),
  "maxEmptyFrames: CONTINUATION without content": (count, peer) =>
    section(3, count + 1, peer.block(GET), true),
};

const GET = [":method", "GET", ":scheme", "http", ":authority", "memory", ":path", "/"];

function each(count: number, make: (streamId: number) => Uint8Array): Uint8Array {
  return joined(...Array.from({ length: count }, (_, at) => make(2 * at + 3)));
}

/** A field section in HEADERS and so many CONTINUATIONs, of which all but the last may be empty. */
function section(
  streamId: number,
  continuations: number,
  block: Uint8Array,
  isEmpty = false,
): Uint8Array {
  const frames = [frameOf(0x01, 0x01, streamId, block.subarray(0, 1))];
  for (let count = 1; count < continuations; count++) {
    const part = isEmpty ? EMPTY : block.subarray(count, count + 1);
    frames.push(frameOf(0x09, 0, streamId, part));
  }
  frames.push(frameOf(0x09, 0x04, streamId, block.subarray(isEmpty ? 1 : continuations)));
  return joined(...frames);
}

function limitOf(name: string): string {
  return name.slice(0, name.indexOf(":"));
}

for (const [name, flood] of Object.entries(CLIENT_FLOODS)) {
  const limit = limitOf(name);
  const abuse = { [limit]: LIMIT };

  Deno.test(`server takes as much as the limit of ${name}`, () =>
    attacking({ limits: { abuse } }, async ({ wire, peer, seen, send }) => {
      // Each stream opened pays for a few priorities and window updates.
      const paid = limit === "maxPriorities" ? 8 : limit === "maxWindowUpdates" ? 4 : 0;
      await send(flood(LIMIT + paid, peer));
      assertEquals(wire.lines.filter((line) => line.startsWith("GOAWAY")), []);
      assertEquals(seen.of("h2.limit").filter((event) => event.limit === limit), []);
      assertEquals(wire.ended, false);
    }));

  Deno.test(`server ends a connection over the limit of ${name}`, () =>
    attacking({ limits: { abuse } }, async ({ wire, peer, seen, send }) => {
      const paid = limit === "maxPriorities" ? 8 : limit === "maxWindowUpdates" ? 4 : 0;
      await send(flood(LIMIT + paid + 1, peer));
      assert(wire.lines.at(-1)!.endsWith(CALM), wire.lines.at(-1));
      const events = seen.of("h2.limit").filter((event) => event.limit === limit);
      assertEquals(events.map(({ code, streamId }) => [code, streamId]), [[CALM, 0]]);
      // CONTINUATIONs are counted for each section, all others for the connection.
      const { counts } = events[0] as { counts: Record<string, number> };
      assertEquals(counts[limit], limit === "maxContinuations" ? undefined : LIMIT + 1);
      assertEquals(wire.ended, true);
    }));
}

Deno.test("server counts anew after each interval, which can be set", () =>
  attacking({ limits: { abuse: { maxPings: LIMIT, intervalMs: 500 } } }, async (attack) => {
    const { wire, peer, send, pass } = attack;
    for (let round = 0; round < 5; round++) {
      await send(FLOODS["maxPings: PING"](LIMIT, peer));
      await pass(500);
    }
    assertEquals(wire.lines.filter((line) => line === "PING 0 ack").length, 5 * LIMIT);
    await send(FLOODS["maxPings: PING"](LIMIT + 1, peer));
    assertEquals(wire.ended, true);
  }));

Deno.test("server answers a header list over its limit with 431, and an HPACK bomb too", () =>
  attacking({ limits: { maxHeaderListBytes: 16 * 1024 } }, async ({ wire, peer, seen, send }) => {
    // RFC 7541 §5.1: one large entry of the table, and a byte for each time that it is meant.
    const entry = peer.block([...GET, "x", "y".repeat(3_000)]);
    const bomb = new Uint8Array(entry.length + 12_000).fill(0x80 | 62);
    bomb.set(entry);
    await send(frameOf(0x01, 0x05, 3, entry), frameOf(0x01, 0x05, 5, bomb));
    assert(wire.lines.some((line) => line.startsWith("HEADERS 5 :status 431")), `${wire.lines}`);
    const [event] = seen.of("h2.limit");
    assertEquals([event.limit, event.streamId], ["maxHeaderListBytes", 5]);
    // The tables of both ends are the same still.
    await send(frameOf(0x01, 0x05, 7, entry.slice()));
    assertEquals(wire.ended, false);
  }));

Deno.test("server ends a connection over a section of too many bytes", () =>
  attacking({ limits: { maxHeaderBlockBytes: 1_000 } }, async ({ wire, peer, seen, send }) => {
    const block = peer.block([...GET, "x", "\u00ff".repeat(1_200)]);
    assert(block.length > 1_000);
    await send(
      frameOf(0x01, 0x01, 3, block.subarray(0, 900)),
      frameOf(0x09, 0x00, 3, block.subarray(900, 1_000)),
    );
    assertEquals(wire.ended, false);
    await send(frameOf(0x09, 0x04, 3, block.subarray(1_000, 1_001)));
    assert(wire.lines.at(-1)!.endsWith(CALM));
    assertEquals(seen.of("h2.limit")[0].limit, "maxHeaderBlockBytes");
  }));

Deno.test("server refuses streams over its limit, which it has told, and may count them as provoked", () =>
  attacking(
    { limits: { maxConcurrentStreams: 3, abuse: { maxProvokedResets: 2 } } },
    async ({ wire, peer, seen, send }) => {
      await send(peer.get(3), peer.get(5));
      assertEquals(wire.lines.filter((line) => line.startsWith("RST_STREAM")), []);
      await send(peer.get(7));
      assertEquals(wire.lines.at(-1), "RST_STREAM 7 REFUSED_STREAM");
      assertEquals(seen.of("h2.limit").at(-1)?.limit, "maxConcurrentStreams");
      await send(peer.get(9), peer.get(11));
      assert(wire.lines.at(-1)!.endsWith(CALM));
    },
  ));

Deno.test("server resets streams that were opened and are never finished", () =>
  attacking({ timeouts: { bodyMs: 5_000 } }, async ({ wire, peer, seen, send, pass }) => {
    await pass(3_000);
    await send(peer.post(3), dataFrame(1, 1));
    await pass(4_900);
    assertEquals(wire.lines.filter((line) => line.startsWith("RST_STREAM")), []);
    await send(dataFrame(3, 1)); // who goes on is waited for
    await pass(2_000);
    assertEquals(wire.lines.filter((line) => line.startsWith("RST_STREAM")), [
      "RST_STREAM 1 CANCEL",
    ]);
    await pass(5_000);
    assertEquals(wire.lines.at(-1), "RST_STREAM 3 CANCEL");
    assertEquals(seen.of("h2.limit").map(({ limit, streamId }) => [limit, streamId]), [
      ["bodyMs", 1],
      ["bodyMs", 3],
    ]);
  }, async (request) => new Response(await request.arrayBuffer())));

Deno.test("server ends a connection whose field section is never finished", () =>
  attacking({ timeouts: { headMs: 5_000 } }, async ({ wire, seen, send, pass }) => {
    await send(frameOf(0x01, 0x01, 3, [0x82]));
    await pass(4_900);
    assertEquals(wire.ended, false);
    await pass(200);
    assert(wire.lines.at(-1)!.endsWith(CALM));
    assertEquals(seen.of("h2.limit")[0].limit, "headMs");
  }));

Deno.test("server resets a stream whose window is held at nothing", () =>
  attacking(
    { timeouts: { stallMs: 5_000 } },
    async ({ wire, peer, seen, send, pass }) => {
      await send(peer.get(3));
      await pass(5_000);
      assertEquals(wire.lines.filter((line) => line.startsWith("RST_STREAM")), []);
      await pass(2_000);
      assertEquals(wire.lines.at(-1), `RST_STREAM 3 ${CALM}`);
      const { limit, streamId } = seen.of("h2.limit")[0];
      assertEquals([limit, streamId], ["stallMs", 3]);
    },
    answerLarge,
    4,
    0,
  ));

Deno.test("server resets a stream whose window is opened byte by byte, not one that is slow", () =>
  attacking(
    { timeouts: { stallMs: 5_000, minSendBytesPerSecond: 100 } },
    async ({ wire, peer, seen, send, pass }) => {
      await send(peer.get(3), peer.get(5));
      for (let second = 0; second < 7; second++) {
        await send(windowUpdate(3, 1), windowUpdate(5, 150));
        await pass(1_000);
      }
      assertEquals(wire.lines.filter((line) => line.startsWith("RST_STREAM")), [
        `RST_STREAM 3 ${CALM}`,
      ]);
      assertEquals(seen.of("h2.limit").map(({ limit }) => limit), ["minSendBytesPerSecond"]);
    },
    answerLarge,
    4,
    1,
  ));

Deno.test("server ends a connection whose own window is held at nothing", () =>
  attacking({ timeouts: { stallMs: 5_000 } }, async ({ wire, peer, seen, send, pass }) => {
    await send(peer.get(3), peer.get(5));
    await pass(7_000);
    assert(wire.lines.at(-1)!.endsWith(CALM));
    const { limit, streamId } = seen.of("h2.limit")[0];
    assertEquals([limit, streamId], ["stallMs", 0]);
  }, answerLarge));

function answerLarge(request: Request): Response | Promise<Response> {
  if (request.method === "POST") return new Promise(() => {});
  return new Response(new Uint8Array(100_000));
}

// The other way round: a server that attacks a client.

for (const [name, flood] of Object.entries(FLOODS)) {
  const limit = limitOf(name);
  const abuse = { [limit]: LIMIT };
  const head = (peer: Peer) => peer.headers(1, [":status", "200"], 0x04);

  Deno.test(`client takes as much as the limit of ${name}`, () =>
    defending({ abuse }, async ({ wire, peer, outcome, send }) => {
      await send(head(peer), flood(LIMIT, peer), dataFrame(1, 0, 1));
      assertEquals(await outcome, "");
      assertEquals(wire.ended, false);
    }));

  Deno.test(`client ends a connection over the limit of ${name}`, () =>
    defending({ abuse }, async ({ wire, peer, seen, outcome, send }) => {
      await send(head(peer), flood(LIMIT + 1, peer), dataFrame(1, 0, 1));
      assertEquals(await outcome, `RemoteProtocolError ${CALM}`);
      assert(wire.lines.at(-1)!.endsWith(CALM), wire.lines.at(-1));
      const { code, counts, streamId } = seen.of("h2.limit")[0];
      assertEquals([code, streamId], [CALM, 0]);
      assertEquals((counts as Record<string, number>)[limit], LIMIT + 1);
    }));
}

Deno.test("client takes so many interim responses and no more", async () => {
  for (const [count, expected] of [[LIMIT, ""], [LIMIT + 1, `RemoteProtocolError ${CALM}`]]) {
    await defending({ maxInformational: LIMIT }, async ({ peer, seen, outcome, send }) => {
      const hints = Array.from(
        { length: count as number },
        () => peer.headers(1, [":status", "103"], 0x04),
      );
      await send(...hints, peer.headers(1, [":status", "200"]));
      assertEquals(await outcome, expected);
      assertEquals(seen.of("h2.limit").length, expected === "" ? 0 : 1);
    });
  }
});

Deno.test("client fails a response whose header list is over its limit, and an HPACK bomb", () =>
  defending({ maxHeaderListBytes: 16 * 1024 }, async ({ peer, seen, outcome, send, wire }) => {
    const entry = peer.block([":status", "200", "x", "y".repeat(3_000)]);
    const bomb = new Uint8Array(entry.length + 12_000).fill(0x80 | 62);
    bomb.set(entry);
    await send(frameOf(0x01, 0x05, 1, bomb));
    assertEquals(await outcome, "RemoteProtocolError PROTOCOL_ERROR");
    assertEquals(seen.of("h2.limit")[0].limit, "maxHeaderListBytes");
    assertEquals(wire.ended, false);
  }));

Deno.test("client takes so many CONTINUATIONs and no more", async () => {
  const block = (peer: Peer) => peer.block([":status", "204", "x", "y".repeat(20)]);
  for (const [count, isOver] of [[LIMIT, false], [LIMIT + 1, true]] as const) {
    await defending({ abuse: { maxContinuations: LIMIT } }, async ({ peer, outcome, send }) => {
      await send(section(1, count, block(peer)));
      assertEquals(await outcome, isOver ? `RemoteProtocolError ${CALM}` : "");
    });
  }
});
