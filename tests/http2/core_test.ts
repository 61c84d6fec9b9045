import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import {
  clientCore,
  dataFrame,
  drain,
  frameOf,
  greeting,
  joined,
  linesOf,
  ORIGIN,
  Pair,
  Peer,
  repeated,
  sent,
  serverCore,
} from "./cores.ts";

Deno.test("the end of input ends the connection, once", () => {
  const pair = new Pair();
  pair.get();
  pair.run();
  pair.server.receive(new Uint8Array(0), 0);
  assertEquals(linesOf(drain(pair.server)), ["closed"]);
  assertEquals(drain(pair.server), []);
  assertEquals([pair.server.openStreams, pair.server.disposition], [0, "close"]);
  assert(!pair.server.wantsInput);
});

Deno.test("what came before the end of input is told first", () => {
  const core = serverCore();
  core.receive(joined(greeting(), new Peer().get(1)), 0);
  core.receive(new Uint8Array(0), 0);
  assertEquals(linesOf(drain(core)), ["request 1 GET /", "closed"]);
  const silent = serverCore();
  silent.receive(new Uint8Array(0), 0);
  assertEquals(linesOf(drain(silent)), ["closed"]);
});

Deno.test("a peer that reads nothing is not read from either", () => {
  const core = serverCore({ limits: { maxQueuedBytes: 1000 }, abuse: { maxPings: 1000 } });
  core.receive(greeting(), 0);
  drain(core);
  assert(core.wantsInput);
  core.receive(repeated(60, frameOf(0x06, 0, 0, new Uint8Array(8))), 0);
  drain(core);
  assertEquals(core.wantsInput, false);
  assert(core.outputBytes > 1000);
  sent(core);
  assert(core.wantsInput);
});

Deno.test("content is consumed once", () => {
  const core = serverCore();
  core.receive(joined(greeting(), new Peer().post(1), dataFrame(1, 10)), 0);
  drain(core);
  assertThrows(() => core.consume(1, 11), RangeError);
  assertThrows(() => core.consume(1, -1), RangeError);
  core.consume(1, 10);
  assertThrows(() => core.consume(1, 1), RangeError);
});

Deno.test("content of a stream that is closed meanwhile is consumed all the same", () => {
  const limits = { connectionWindowBytes: 65_535, streamWindowBytes: 65_535 };
  const pair = new Pair({ limits });
  for (let round = 0; round < 10; round++) {
    const id = pair.post();
    pair.client.sendData(id, new Uint8Array(40_000));
    pair.client.sendEnd(id);
    pair.run();
    pair.server.reset(id, 8);
    pair.server.consume(id, 40_000);
    pair.run();
    assertEquals(pair.client.openStreams, 0);
  }
});

Deno.test("to act on a stream that never was is a mistake, on a closed one nothing", () => {
  const pair = new Pair();
  assertThrows(() => pair.server.sendWhole(1, 200, [], ""), LocalProtocolError);
  assertThrows(() => pair.client.reset(1, 8), LocalProtocolError);
  const id = pair.get();
  pair.client.reset(id, 8);
  pair.client.reset(id, 8);
  assertEquals(pair.client.sendData(id, new Uint8Array(1)), false);
  pair.client.sendEnd(id);
  pair.client.discardBody(id);
  pair.run();
  pair.server.sendWhole(id, 200, [], "");
  assertEquals(pair.server.sendHead(id, 200, []), false);
  assertEquals(sent(pair.server).length, 0);
});

Deno.test("a message that has ended takes no more", () => {
  const core = clientCore();
  const id = core.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false })!;
  core.sendEnd(id);
  assertThrows(() => core.sendData(id, new Uint8Array(1)), LocalProtocolError);
  assertThrows(() => core.sendEnd(id), LocalProtocolError);
});

Deno.test("trailers that cannot travel are refused before anything is sent", () => {
  const core = clientCore();
  const id = core.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false })!;
  sent(core);
  assertThrows(() => core.sendEnd(id, ["a b", "c"]), TypeError);
  assertEquals(sent(core).length, 0);
  core.sendEnd(id, ["a", "c"]);
  assert(sent(core).length > 0);
});

Deno.test("only so many PINGs of the caller's are on their way", () => {
  const core = clientCore();
  let count = 0;
  while (core.ping() !== undefined) count++;
  assertEquals(count, 16);
  core.goAway();
  assertEquals(core.ping(), undefined);
});

Deno.test("a connection that is over does nothing more", () => {
  const core = serverCore();
  core.receive(joined(greeting(), new Peer().post(1), dataFrame(1, 3)), 0);
  drain(core);
  core.goAway();
  sent(core);
  core.receive(new Peer().get(3), 0);
  core.tick(1e9);
  core.consume(1, 3);
  core.shutdown();
  core.sendWhole(1, 200, [], "");
  assertEquals([drain(core).length, sent(core).length], [0, 0]);
});
