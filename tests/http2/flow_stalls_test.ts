import { assertEquals } from "../support/assert.ts";
import {
  drain,
  frameOf,
  greeting,
  joined,
  Pair,
  Peer,
  sent,
  serverCore,
  settingsFrame,
  u32,
  windowUpdate,
} from "./cores.ts";
import { writingWitness } from "./witnesses.ts";

/** A server core whose peer lets each stream send `windowBytes`, with a request on stream 1. */
function answering(windowBytes: number) {
  const core = serverCore();
  const { witness, lines } = writingWitness();
  core.observe(witness);
  core.receive(joined(greeting(4, windowBytes), new Peer().get(1)), 0);
  drain(core);
  core.sendHead(1, 200, []);
  sent(core);
  function hear(bytes: Uint8Array): void {
    core.receive(bytes, 0);
    drain(core);
    sent(core);
  }
  return { core, lines, hear };
}

Deno.test("a stream stalls when its window is used up, once, and goes on when there is room", () => {
  const { core, lines, hear } = answering(100);
  core.sendData(1, new Uint8Array(100));
  sent(core);
  assertEquals(lines, [], "nothing waits");
  core.sendData(1, new Uint8Array(50));
  core.sendData(1, new Uint8Array(50));
  assertEquals(lines, ["stalled 1 50"]);
  hear(windowUpdate(1, 60));
  assertEquals(lines, ["stalled 1 50", "open 1 100", "stalled 1 40"]);
  hear(windowUpdate(1, 60));
  assertEquals(lines.slice(3), ["open 1 40"]);
});

Deno.test("a stream stalls when the peer makes its windows smaller by SETTINGS", () => {
  const { core, lines, hear } = answering(0);
  core.sendData(1, new Uint8Array(50));
  assertEquals(lines, ["stalled 1 50"]);
  hear(settingsFrame(4, 20));
  assertEquals(lines, ["stalled 1 50", "open 1 50", "stalled 1 30"]);
  hear(settingsFrame(4, 10));
  assertEquals(lines.length, 3, "it is stalled already");
  hear(settingsFrame(4, 100));
  assertEquals(lines.slice(3), ["open 1 30"]);
});

Deno.test("the connection stalls as stream 0", () => {
  const { core, lines, hear } = answering(1_000_000);
  core.sendData(1, new Uint8Array(65_535));
  sent(core);
  core.sendData(1, new Uint8Array(10));
  assertEquals(lines, ["stalled 0 10"]);
  hear(windowUpdate(0, 5));
  hear(windowUpdate(0, 5));
  assertEquals(lines, ["stalled 0 10", "open 0 10", "stalled 0 5", "open 0 5"]);
});

Deno.test("a core without a witness keeps no account of stalls", () => {
  const core = serverCore();
  core.receive(joined(greeting(4, 0), new Peer().get(1)), 0);
  drain(core);
  core.sendHead(1, 200, []);
  core.sendData(1, new Uint8Array(10));
  core.receive(windowUpdate(1, 20), 0);
  assertEquals(drain(core).length, 0);
});

Deno.test("a witness hears of priorities and pushes on both ends", () => {
  const pair = new Pair({}, { push: true });
  const [server, client] = [writingWitness(), writingWitness()];
  pair.server.observe(server.witness);
  pair.client.observe(client.witness);
  const id = pair.get();
  pair.client.setPriority(id, 1, true);
  pair.run();
  pair.server.push(id, { method: "GET", scheme: "https", authority: "h", path: "/style.css" });
  pair.run();
  assertEquals(client.lines, ["priority sent 1 1 true", "push received 1 2 GET /style.css"]);
  assertEquals(server.lines, ["priority received 1 1 true", "push sent 1 2 GET /style.css"]);
});

Deno.test("a witness hears a part of a peer's last words, however long they are", () => {
  const core = serverCore();
  const { witness, lines } = writingWitness();
  core.observe(witness);
  const words = new Uint8Array(5_000).fill(0x61);
  core.receive(joined(greeting(), frameOf(7, 0, 0, [...u32(0), ...u32(2), ...words])), 0);
  drain(core);
  assertEquals(lines, [`goaway received 0 INTERNAL_ERROR ${"a".repeat(1024)}`]);
});
