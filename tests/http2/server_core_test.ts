import { assertEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import {
  bytesOf,
  drain,
  greeting,
  joined,
  linesOf,
  ORIGIN,
  Pair,
  Peer,
  sent,
  serverCore,
} from "./cores.ts";

Deno.test("what does not begin as HTTP/2 does is refused at the first byte that differs", () => {
  const core = serverCore();
  core.receive(bytesOf("PRI"), 0);
  assertEquals(drain(core), []);
  core.receive(bytesOf(" * HTTP/1.1"), 0);
  assertEquals(linesOf(drain(core)), ["failed connection 0 PROTOCOL_ERROR"]);
  assertEquals(new Peer().read(sent(core)).at(-1), "GOAWAY 0 0 PROTOCOL_ERROR");
});

Deno.test("a preface that never comes is waited for only so long", () => {
  const core = serverCore();
  core.tick(10_000);
  assertEquals(linesOf(drain(core)), ["failed connection 0 SETTINGS_TIMEOUT settingsMs"]);
});

Deno.test("extended CONNECT is a duplex stream", () => {
  const pair = new Pair();
  const id = pair.client.sendRequest({
    ...ORIGIN,
    method: "CONNECT",
    protocol: "websocket",
    path: "/chat",
    lines: ["sec-websocket-version", "13"],
    end: false,
  })!;
  pair.run();
  const [event] = pair.serverEvents;
  assertEquals(event.type === "request" && [event.head.protocol, event.head.target], [
    "websocket",
    "/chat",
  ]);
  pair.server.sendHead(id, 200, []);
  pair.server.sendData(id, bytesOf("ping"));
  pair.client.sendData(id, bytesOf("pong"));
  pair.run();
  assertEquals(linesOf(pair.clientEvents), ["response 1 200", "data 1 ping"]);
  assertEquals(linesOf(pair.serverEvents).at(-1), "data 1 pong");
  pair.pass(600_000); // nobody's turn: no wait runs out
  assertEquals(pair.server.openStreams, 1);
});

Deno.test("extended CONNECT is refused by both ends where it was not offered", () => {
  const pair = new Pair({ connectProtocol: false });
  const request = { ...ORIGIN, method: "CONNECT", protocol: "websocket", path: "/" };
  assertThrows(() => pair.client.sendRequest(request), LocalProtocolError);
  const core = serverCore({ connectProtocol: false });
  const lines = [
    ":method",
    "CONNECT",
    ":protocol",
    "x",
    ":scheme",
    "http",
    ":path",
    "/",
    ":authority",
    "a",
  ];
  core.receive(joined(greeting(), new Peer().headers(1, lines)), 0);
  assertEquals(linesOf(drain(core)), ["failed stream 1 PROTOCOL_ERROR"]);
});

Deno.test("100 (Continue) is sent once and only if it is of use", () => {
  const pair = new Pair();
  const id = pair.post("/", ["expect", "100-continue"]);
  pair.run();
  pair.server.sendContinue(id);
  pair.server.sendContinue(id);
  pair.run();
  assertEquals(linesOf(pair.clientEvents), ["informational 1 100"]);
  const eager = pair.post("/", ["expect", "100-continue"]);
  pair.client.sendData(eager, bytesOf("x"));
  pair.run();
  pair.server.sendContinue(eager);
  const silent = pair.post();
  pair.run();
  pair.server.sendContinue(silent);
  pair.run();
  assertEquals(pair.clientEvents.length, 1);
});

Deno.test("the server's own priority goes over the client's", () => {
  const pair = new Pair();
  const [one, two] = [pair.get("/", ["priority", "u=0"]), pair.get("/", ["priority", "u=1"])];
  pair.run();
  pair.server.setPriority(one, 7, false);
  for (const id of [one, two]) pair.server.sendWhole(id, 200, [], new Uint8Array(20_000));
  const lines = new Peer().read(sent(pair.server)).filter((line) => line.endsWith("end"));
  assertEquals(lines.map((line) => line.split(" ")[1]), [`${two}`, `${one}`]);
  assertThrows(() => pair.server.setPriority(two, 8, false), RangeError);
});

Deno.test("a server that shuts down before anyone has spoken closes at once", () => {
  const core = serverCore();
  core.shutdown();
  assertEquals(core.disposition, "close");
});
