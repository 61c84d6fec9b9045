import { assertEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import { clientCore, linesOf, ORIGIN, Pair, Peer, sent, settingsFrame } from "./cores.ts";
import { PREFACE } from "../../http2/frame/preface.ts";

const GET = { ...ORIGIN, method: "GET", path: "/" } as const;

Deno.test("a client sends the preface, SETTINGS and its first request at once", () => {
  const core = clientCore();
  core.sendRequest(GET);
  const bytes = sent(core);
  assertEquals(bytes.subarray(0, 24), PREFACE);
  assertEquals(new Peer().read(bytes.slice(24)), [
    "SETTINGS 0",
    "WINDOW_UPDATE 0 983041",
    "HEADERS 1 :method GET :scheme https :authority example.com :path / end",
  ]);
});

Deno.test("as many requests as the server allows are open and no more", () => {
  const pair = new Pair({ limits: { maxConcurrentStreams: 2 } });
  assertEquals([pair.get(), pair.get()], [1, 3]);
  assertEquals([pair.client.canOpen, pair.client.sendRequest(GET)], [false, undefined]);
  pair.run();
  pair.server.sendWhole(1, 200, [], "");
  pair.run();
  assertEquals([pair.client.canOpen, pair.client.sendRequest(GET)], [true, 5]);
});

Deno.test("before the server has told its limit, a hundred requests are sent", () => {
  const core = clientCore();
  let count = 0;
  while (core.sendRequest(GET) !== undefined) count++;
  assertEquals(count, 100);
  core.receive(settingsFrame(0x3, 150), 0);
  while (core.next() !== undefined);
  assertEquals(core.canOpen, true);
});

Deno.test("a body goes with the request and its length must be true", () => {
  const pair = new Pair();
  const id = pair.post("/", ["content-length", "3"]);
  pair.client.sendData(id, new Uint8Array(3));
  pair.client.sendEnd(id);
  pair.run();
  assertEquals(linesOf(pair.serverEvents), ["request 1 POST / body", "data 1 \0\0\0", "end 1"]);
  const lines = ["content-length", "3"];
  assertThrows(() => pair.client.sendRequest({ ...GET, lines }), LocalProtocolError);
});

Deno.test("a client changes how urgent a response is", () => {
  const pair = new Pair();
  const [one, two] = [pair.get(), pair.get()];
  pair.client.setPriority(two, 0, false);
  pair.run();
  for (const id of [one, two]) pair.server.sendWhole(id, 200, [], new Uint8Array(20_000));
  const lines = new Peer().read(sent(pair.server)).filter((line) => line.endsWith("end"));
  assertEquals(lines.map((line) => line.split(" ")[1]), [`${two}`, `${one}`]);
  assertThrows(() => pair.client.setPriority(two, -1, true), RangeError);
});

Deno.test("a server that resets a request says why", () => {
  const pair = new Pair();
  const id = pair.get();
  pair.run();
  pair.server.reset(id, 0x7);
  pair.run();
  assertEquals(linesOf(pair.clientEvents), ["reset 1 REFUSED_STREAM"]);
});
