import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import { drain, GET_LINES, greeting, joined, Pair, Peer, sent, serverCore } from "./cores.ts";
import type { Http2ServerCore } from "../../http2/proto/server_core.ts";

/** A server with one request, and a reader of what it answers. */
function asked(method = "GET", ...parameters: number[]): [Http2ServerCore, () => string[]] {
  const core = serverCore();
  const peer = new Peer();
  const request = peer.headers(1, [":method", method, ...GET_LINES.slice(2)]);
  core.receive(joined(greeting(...parameters), request), 0);
  drain(core);
  sent(core);
  return [core, () => peer.read(sent(core))];
}

Deno.test("a whole response has its length and its date", () => {
  const [core, read] = asked();
  core.date = "now";
  core.sendWhole(1, 200, ["Content-Type", "text/plain"], "héllo");
  assertEquals(read(), [
    "HEADERS 1 :status 200 content-type text/plain date now content-length 6",
    "DATA 1 6 end",
  ]);
});

Deno.test("an empty body is none", () => {
  for (const body of [undefined, "", new Uint8Array(0)]) {
    const [core, read] = asked();
    core.sendWhole(1, 200, [], body);
    assertEquals(read(), ["HEADERS 1 :status 200 content-length 0 end"]);
  }
});

Deno.test("HEAD, 204 and 304 are answered without content", () => {
  const cases: readonly [string, number, string | undefined, string][] = [
    ["HEAD", 200, "hello", "HEADERS 1 :status 200 content-length 5 end"],
    ["HEAD", 200, undefined, "HEADERS 1 :status 200 end"],
    ["GET", 204, "hello", "HEADERS 1 :status 204 end"],
    ["GET", 304, "hello", "HEADERS 1 :status 304 end"],
  ];
  for (const [method, status, body, expected] of cases) {
    const [core, read] = asked(method);
    core.sendWhole(1, status, [], body);
    assertEquals(read(), [expected]);
    assertEquals(core.openStreams, 0);
  }
});

Deno.test("a declared length must be true, except where no content is sent", () => {
  const [core, read] = asked("HEAD");
  core.sendWhole(1, 200, ["content-length", "99"], undefined);
  assertEquals(read(), ["HEADERS 1 :status 200 content-length 99 end"]);
  const [other] = asked();
  const wrong = () => other.sendWhole(1, 200, ["content-length", "99"], "hi");
  assertThrows(wrong, LocalProtocolError);
  other.sendWhole(1, 200, ["content-length", "2"], "hi"); // nothing of the first one was sent
});

Deno.test("a response in parts", () => {
  const [core, read] = asked();
  assertEquals(core.sendHead(1, 201, ["a", "b"]), true);
  assertEquals(core.sendData(1, new Uint8Array(3)), true);
  core.sendEnd(1, ["x-sum", "1"]);
  assertEquals(read(), ["HEADERS 1 :status 201 a b", "DATA 1 3", "HEADERS 1 x-sum 1 end"]);
});

Deno.test("no length is told where none may be", () => {
  const [core, read] = asked();
  core.sendInformational(1, 103, ["content-length", "5", "a", "b"]);
  core.sendHead(1, 204, ["content-length", "5"], true);
  assertEquals(read(), ["HEADERS 1 :status 103 a b", "HEADERS 1 :status 204 end"]);
  const pair = new Pair();
  const id = pair.client.sendRequest({ method: "CONNECT", authority: "a.example:1", end: false })!;
  pair.run();
  pair.server.sendHead(id, 200, ["content-length", "5"]);
  pair.run();
  const [response] = pair.clientEvents;
  assertEquals(response.type === "response" && response.head.contentLength, undefined);
});

Deno.test("a response in parts that has none", () => {
  const [core, read] = asked();
  core.sendHead(1, 200, []);
  core.sendEnd(1);
  assertEquals(read(), ["HEADERS 1 :status 200", "DATA 1 0 end"]);
  const [ended, readEnded] = asked();
  assertEquals(ended.sendHead(1, 404, [], true), false);
  assertEquals(readEnded(), ["HEADERS 1 :status 404 end"]);
});

Deno.test("parts to HEAD are dropped", () => {
  const [core, read] = asked("HEAD");
  assertEquals(core.sendHead(1, 200, ["content-length", "5"]), false);
  assertEquals(core.sendData(1, new Uint8Array(3)), true);
  core.sendEnd(1);
  assertEquals(read(), ["HEADERS 1 :status 200 content-length 5", "DATA 1 0 end"]);
});

Deno.test("parts must add up to a declared length", () => {
  const [core] = asked();
  core.sendHead(1, 200, ["content-length", "3"]);
  core.sendData(1, new Uint8Array(2));
  assertThrows(() => core.sendEnd(1), LocalProtocolError);
  assertThrows(() => core.sendData(1, new Uint8Array(2)), LocalProtocolError);
  const [ended] = asked();
  assertThrows(() => ended.sendHead(1, 200, ["content-length", "3"], true), LocalProtocolError);
});

Deno.test("statuses that are none, or of the other kind, are refused", () => {
  const [core] = asked();
  for (const status of [199, 1000, 200.5, NaN]) {
    assertThrows(() => core.sendWhole(1, status, [], ""), RangeError);
    assertThrows(() => core.sendHead(1, status, []), RangeError);
  }
  for (const status of [200, 99, 101, 102.5]) {
    assertThrows(() => core.sendInformational(1, status, []), RangeError);
  }
});

Deno.test("interim responses come first, and only first", () => {
  const [core, read] = asked();
  core.sendInformational(1, 103, ["link", "</a>"]);
  core.sendWhole(1, 200, [], "");
  assertEquals(read()[0], "HEADERS 1 :status 103 link </a>");
  const [late] = asked();
  late.sendHead(1, 200, []);
  assertThrows(() => late.sendInformational(1, 103, []), LocalProtocolError);
  assertThrows(() => late.sendHead(1, 200, []), LocalProtocolError);
});

Deno.test("a body larger than the window waits and then goes on", () => {
  const [core, read] = asked("GET", 0x4, 10);
  core.sendWhole(1, 200, [], "x".repeat(25));
  assertEquals(read().slice(1), ["DATA 1 10"]);
  assertEquals(core.queuedBytes(1), 15);
});

Deno.test("long text goes out in full, whatever its characters", () => {
  for (const text of ["a".repeat(40_000), "é".repeat(20_000), "é".repeat(5000)]) {
    const pair = new Pair();
    const id = pair.get();
    pair.run();
    pair.server.sendWhole(id, 200, [], text);
    pair.run();
    const parts = pair.clientEvents.flatMap((event) => event.type === "data" ? [event.bytes] : []);
    assertEquals(new TextDecoder().decode(joined(...parts)), text);
  }
});

Deno.test("a head larger than a frame is split and understood", () => {
  const pair = new Pair();
  const id = pair.get();
  pair.run();
  const lines = Array.from({ length: 40 }, (_, at) => [`x-${at}`, `${at}`.padStart(700, "é")])
    .flat();
  pair.server.sendWhole(id, 200, lines, "hi");
  pair.run();
  const [response] = pair.clientEvents;
  assert(response.type === "response");
  assertEquals(response.head.fields.get("x-39"), lines[79]);
});

Deno.test("a tunnel has no length and no end until it is ended", () => {
  const pair = new Pair();
  const id = pair.client.sendRequest({ method: "CONNECT", authority: "a.example:1", end: false })!;
  pair.run();
  pair.server.sendHead(id, 200, []);
  pair.server.sendData(id, new Uint8Array(2));
  pair.client.sendData(id, new Uint8Array(3));
  pair.run();
  assertThrows(() => pair.server.sendEnd(id, ["a", "b"]), LocalProtocolError);
  pair.server.sendEnd(id);
  pair.run();
  assertEquals(pair.client.streamState(id), "half-closed (remote)");
  pair.client.sendData(id, new Uint8Array(1));
  pair.client.sendEnd(id);
  pair.run();
  const types = pair.serverEvents.map(({ type }) => type);
  assertEquals(types, ["request", "data", "data", "end"]);
  assertEquals(pair.server.openStreams, 0);
});
