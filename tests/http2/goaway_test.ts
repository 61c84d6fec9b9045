import { assertEquals } from "../support/assert.ts";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { OutputQueue } from "@avx/runtime/output-queue";
import { Goaway } from "../../http2/proto/goaway.ts";
import { linesOf, Pair, Peer } from "./cores.ts";

function queue(): OutputQueue {
  return new OutputQueue(new BufferPool());
}

Deno.test("the last stream that is named never rises", () => {
  const out = queue();
  const goaway = new Goaway();
  goaway.announce(out);
  goaway.announce(out);
  goaway.send(out, 5, 0, "");
  goaway.send(out, 9, 1, "");
  assertEquals(new Peer().read(out.transmit()!), [
    "GOAWAY 0 2147483647 NO_ERROR",
    "GOAWAY 0 5 NO_ERROR",
    "GOAWAY 0 5 PROTOCOL_ERROR",
  ]);
  assertEquals([goaway.refuses(5), goaway.refuses(7)], [false, true]);
});

Deno.test("a goaway that has only been announced refuses nothing", () => {
  const goaway = new Goaway();
  assertEquals([goaway.begun, goaway.final], [false, false]);
  goaway.announce(queue());
  assertEquals([goaway.begun, goaway.final, goaway.refuses(99)], [true, false, false]);
});

Deno.test("a server drains: two GOAWAYs, what is in flight is answered, then it closes", () => {
  const pair = new Pair();
  const first = pair.get("/first");
  pair.run();
  pair.server.shutdown();
  pair.server.shutdown();
  const second = pair.get("/second"); // on its way when the first GOAWAY is
  pair.run();
  assertEquals(linesOf(pair.serverEvents), ["request 1 GET /first", "request 3 GET /second"]);
  assertEquals(linesOf(pair.clientEvents), ["goaway 2147483647 NO_ERROR", "goaway 3 NO_ERROR"]);
  assertEquals([pair.client.canOpen, pair.client.exhausted], [false, true]);
  assertEquals(pair.server.disposition, "open");
  for (const id of [first, second]) pair.server.sendWhole(id, 200, [], "hi");
  pair.run();
  assertEquals([pair.server.disposition, pair.client.disposition], ["close", "close"]);
});

Deno.test("the second GOAWAY comes also if the PING is never answered", () => {
  const pair = new Pair({ timeouts: { shutdownMs: 500 } });
  pair.server.shutdown();
  const lines: string[] = [];
  const peer = new Peer();
  for (let view = pair.server.transmit(); view !== undefined; view = pair.server.transmit()) {
    lines.push(...peer.read(view));
  }
  assertEquals(lines, ["GOAWAY 0 2147483647 NO_ERROR", "PING 0"]);
  assertEquals(pair.server.deadline, 500);
  pair.server.tick(499);
  assertEquals(pair.server.disposition, "open");
  pair.server.tick(500);
  assertEquals(pair.server.disposition, "close");
});

Deno.test("a client that shuts down waits for its answers and then closes", () => {
  const pair = new Pair();
  const id = pair.get();
  pair.client.shutdown();
  pair.client.shutdown();
  assertEquals(
    pair.client.sendRequest({ method: "GET", scheme: "http", authority: "a", path: "/" }),
    undefined,
  );
  pair.run();
  assertEquals(pair.client.disposition, "open");
  assertEquals(pair.server.disposition, "open");
  pair.server.sendWhole(id, 200, [], "hi");
  pair.run();
  assertEquals([pair.client.disposition, pair.server.disposition], ["close", "close"]);
});

Deno.test("goAway ends everything at once", () => {
  const pair = new Pair();
  pair.get();
  pair.run();
  pair.server.goAway(0x0d, "use the other one");
  assertEquals([pair.server.disposition, pair.server.openStreams], ["close", 0]);
  pair.server.goAway();
  pair.run();
  assertEquals(linesOf(pair.clientEvents), ["goaway 1 HTTP_1_1_REQUIRED"]);
});
