import { assertEquals } from "../support/assert.ts";
import {
  ask,
  dataFrame,
  frameOf,
  linesOf,
  ORIGIN,
  Pair,
  Peer,
  repeated,
  resetFrame,
  serve,
} from "./cores.ts";
import { joined } from "./cores.ts";

Deno.test("RST_STREAM ends a stream at once, with any code", () => {
  assertEquals(serve({}, new Peer().post(1), resetFrame(1, 8)).events.at(-1), "reset 1 CANCEL");
  assertEquals(
    serve({}, new Peer().post(1), resetFrame(1, 0xbeef)).events.at(-1),
    "reset 1 0xbeef",
  );
  assertEquals(ask({}, resetFrame(1, 7)).events, ["reset 1 REFUSED_STREAM"]);
});

Deno.test("RST_STREAM on stream 0, on an idle one, or of another size is a connection error", () => {
  assertEquals(serve({}, resetFrame(0, 8)).events, ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(serve({}, resetFrame(1, 8)).events, ["failed connection 0 PROTOCOL_ERROR"]);
  const short = frameOf(0x03, 0, 1, [0, 0, 0]);
  assertEquals(
    serve({}, new Peer().get(1), short).events.at(-1),
    "failed connection 0 FRAME_SIZE_ERROR",
  );
});

Deno.test("rapid reset: as many resets as the limit and no more", () => {
  const abuse = { maxPeerResets: 10 };
  const frames = (count: number) => {
    const peer = new Peer();
    return joined(
      ...Array.from(
        { length: count },
        (_, at) => joined(peer.get(2 * at + 1), resetFrame(2 * at + 1, 8)),
      ),
    );
  };
  assertEquals(serve({ abuse }, frames(10)).events.at(-1), "reset 19 CANCEL");
  assertEquals(
    serve({ abuse }, frames(11)).events.at(-1),
    "failed connection 0 ENHANCE_YOUR_CALM maxPeerResets",
  );
});

Deno.test("resets are counted anew in each interval", () => {
  const pair = new Pair({ abuse: { maxPeerResets: 2, intervalMs: 1000 } });
  for (let round = 0; round < 5; round++) {
    for (let count = 0; count < 2; count++) pair.client.reset(pair.get(), 8);
    pair.run();
    pair.now += 1000;
  }
  assertEquals(pair.server.disposition, "open");
  assertEquals(pair.server.abuseCounts.maxPeerResets, 2);
});

Deno.test("late resets of one stream are ignored, and counted", () => {
  const abuse = { maxPeerResets: 5 };
  const many = (count: number) => repeated(count, resetFrame(1, 8));
  assertEquals(serve({ abuse }, new Peer().get(1), many(5)).events.length, 2);
  assertEquals(
    serve({ abuse }, new Peer().get(1), many(6)).events.at(-1),
    "failed connection 0 ENHANCE_YOUR_CALM maxPeerResets",
  );
});

Deno.test("content behind a reset of the peer's is a stream error", () => {
  const { events } = serve({}, new Peer().post(1), resetFrame(1, 8), dataFrame(1, 1));
  assertEquals(events.at(-1), "failed stream 1 STREAM_CLOSED");
});

Deno.test("a client that refuses each push resets no stream too many, unless it does so twice", () => {
  const pair = new Pair({ abuse: { maxPeerResets: 2 } }, { push: true });
  const parent = pair.get();
  pair.run();
  for (let count = 0; count < 10; count++) {
    const promised = pair.server.push(parent, { ...ORIGIN, method: "GET", path: "/" })!;
    pair.run();
    pair.client.reset(promised, 8);
    pair.run();
  }
  assertEquals(pair.server.abuseCounts.maxPeerResets, 0);
  pair.server.receive(repeated(3, resetFrame(2, 8)), 0);
  const last = pair.serverEvents.length;
  pair.run();
  assertEquals(linesOf(pair.serverEvents.slice(last)), [
    "failed connection 0 ENHANCE_YOUR_CALM maxPeerResets",
  ]);
});
