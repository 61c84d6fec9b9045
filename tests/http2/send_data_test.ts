import { assert, assertEquals } from "../support/assert.ts";
import {
  drain,
  greeting,
  joined,
  linesOf,
  Pair,
  Peer,
  sent,
  serverCore,
  windowUpdate,
} from "./cores.ts";

Deno.test("a sender is told to wait, and when to go on", () => {
  const core = serverCore({ limits: { sendBufferBytes: 1000 } });
  core.receive(joined(greeting(0x4, 100), new Peer().get(1)), 0);
  drain(core);
  core.sendHead(1, 200, []);
  assertEquals(core.sendData(1, new Uint8Array(999)), true);
  assertEquals(core.sendData(1, new Uint8Array(1)), false);
  sent(core); // a hundred go
  assertEquals(linesOf(drain(core)), []);
  core.receive(windowUpdate(1, 399), 0);
  drain(core);
  sent(core);
  assertEquals(linesOf(drain(core)), []);
  core.receive(windowUpdate(1, 1), 0);
  drain(core);
  sent(core);
  assertEquals(linesOf(drain(core)), ["writable 1"]);
  assertEquals(core.queuedBytes(1), 500);
});

Deno.test("the end goes with the last content, and trailers behind it", () => {
  const core = serverCore();
  const peer = new Peer();
  core.receive(joined(greeting(0x4, 5), peer.get(1), peer.get(3)), 0);
  drain(core);
  for (const id of [1, 3]) {
    core.sendHead(id, 200, []);
    core.sendData(id, new Uint8Array(8));
  }
  core.sendEnd(1);
  core.sendEnd(3, ["x", "y"]);
  assertEquals(peer.read(sent(core)).slice(-2), ["DATA 1 5", "DATA 3 5"]);
  core.receive(joined(windowUpdate(1, 3), windowUpdate(3, 3)), 0);
  drain(core);
  assertEquals(peer.read(sent(core)), ["DATA 1 3 end", "DATA 3 3", "HEADERS 3 x y end"]);
  assertEquals(core.openStreams, 0);
});

Deno.test("writes are of one buffer each, and of whole frames", () => {
  const pair = new Pair({}, {
    limits: { streamWindowBytes: 1 << 20, connectionWindowBytes: 1 << 20 },
  });
  const id = pair.get();
  pair.run();
  pair.server.sendWhole(id, 200, [], new Uint8Array(500_000));
  let bytes = 0;
  let writes = 0;
  for (let view = pair.server.transmit(); view !== undefined; view = pair.server.transmit()) {
    assert(view.length <= 262_144, `${view.length}`);
    bytes += view.length;
    writes++;
    const peer = new Peer();
    assert(peer.read(view.slice()).length > 0);
  }
  assert(bytes > 500_000);
  assertEquals(writes, 2); // the head leaves with the first part of the content
});

Deno.test("content that is more urgent overtakes what waits", () => {
  const pair = new Pair({}, {
    limits: { streamWindowBytes: 1 << 20, connectionWindowBytes: 1 << 20 },
  });
  const slow = pair.get("/slow", ["priority", "u=6"]);
  const fast = pair.get("/fast", ["priority", "u=0"]);
  pair.run();
  const peer = new Peer();
  pair.server.sendWhole(slow, 200, [], new Uint8Array(300_000));
  peer.read(pair.server.transmit()!.slice());
  pair.server.sendWhole(fast, 200, [], new Uint8Array(20_000));
  const lines = peer.read(sent(pair.server));
  const ends = lines.filter((line) => line.endsWith("end")).map((line) => line.split(" ")[1]);
  assertEquals(ends, [`${fast}`, `${slow}`]);
});

Deno.test("incremental responses share, others do not", () => {
  for (
    const [priority, expected] of [["u=3, i", ["1", "3", "1", "3"]], ["u=3", [
      "1",
      "1",
      "3",
      "3",
    ]]] as const
  ) {
    const pair = new Pair({}, {
      limits: { streamWindowBytes: 1 << 20, connectionWindowBytes: 1 << 20 },
    });
    const ids = [pair.get("/a", ["priority", priority]), pair.get("/b", ["priority", priority])];
    pair.run();
    for (const id of ids) pair.server.sendWhole(id, 200, [], new Uint8Array(30_000));
    const lines = new Peer().read(sent(pair.server)).filter((line) => line.startsWith("DATA"));
    assertEquals(lines.map((line) => line.split(" ")[1]), [...expected]);
  }
});

Deno.test("a reset drops what waits", () => {
  const core = serverCore();
  const peer = new Peer();
  core.receive(joined(greeting(), peer.get(1)), 0);
  drain(core);
  core.sendWhole(1, 200, [], new Uint8Array(50_000));
  core.reset(1, 8);
  assertEquals(peer.read(sent(core)).slice(3), [
    "HEADERS 1 :status 200 content-length 50000",
    "RST_STREAM 1 CANCEL",
  ]);
  assertEquals([core.queuedBytes(1), core.openStreams], [0, 0]);
});

Deno.test("whoever wants to know hears when a waiting end has gone", () => {
  const core = serverCore();
  core.receive(joined(greeting(0x4, 10), new Peer().get(1)), 0);
  drain(core);
  assertEquals(core.watchEnd(1), false);
  core.sendWhole(1, 200, [], new Uint8Array(15));
  assertEquals([core.watchEnd(1), core.watchEnd(3)], [true, false]);
  sent(core);
  assertEquals(linesOf(drain(core)), []);
  core.receive(windowUpdate(1, 5), 0);
  drain(core);
  sent(core);
  assertEquals(linesOf(drain(core)), ["sent 1"]);
});

Deno.test("many bodies given in one turn wait as they lie instead of being copied", () => {
  const pair = new Pair({}, { limits: { connectionWindowBytes: 1 << 24 } });
  for (let count = 0; count < 100; count++) pair.get();
  pair.run();
  const body = new Uint8Array(10_000);
  for (let id = 1; id < 200; id += 2) pair.server.sendWhole(id, 200, [], body);
  assert(pair.server.outputBytes < 100_000);
  pair.run();
  assertEquals(pair.client.openStreams, 0);
});

Deno.test("a client that wants no more of a response says so once it is too much", () => {
  const pair = new Pair({}, { limits: { maxDrainBytes: 10_000 } });
  const id = pair.get();
  pair.run();
  pair.server.sendWhole(id, 200, [], new Uint8Array(1 << 20));
  pair.client.discardBody(id);
  pair.run();
  assertEquals(linesOf(pair.serverEvents).at(-1), "reset 1 CANCEL");
  assertEquals(linesOf(pair.clientEvents), ["response 1 200"]);
});
