import { assertEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import { linesOf, ORIGIN, Pair } from "./cores.ts";

const PUSH = { ...ORIGIN, method: "GET", path: "/style.css" } as const;

Deno.test("a server pushes to a client that takes pushes", () => {
  const pair = new Pair({}, { push: true });
  const id = pair.get();
  pair.run();
  assertEquals(pair.server.canPush, true);
  const promised = pair.server.push(id, PUSH)!;
  assertEquals(promised, 2);
  pair.server.sendWhole(id, 200, [], "page");
  pair.server.sendWhole(promised, 200, [], "style");
  pair.run();
  assertEquals(linesOf(pair.clientEvents), [
    "push 1 2 GET /style.css",
    "response 1 200",
    "data 1 page",
    "end 1",
    "response 2 200",
    "data 2 style",
    "end 2",
  ]);
  assertEquals([pair.client.openStreams, pair.server.openStreams], [0, 0]);
});

Deno.test("a server does not push to one that does not, nor above its limit", () => {
  const refusing = new Pair();
  refusing.get();
  refusing.run();
  assertEquals([refusing.server.canPush, refusing.server.push(1, PUSH)], [false, undefined]);
  const few = new Pair({}, { push: true, limits: { maxPushes: 1 } });
  few.get();
  few.run();
  assertEquals([few.server.push(1, PUSH), few.server.push(1, PUSH)], [2, undefined]);
});

Deno.test("a client may refuse a push", () => {
  const pair = new Pair({}, { push: true });
  pair.get();
  pair.run();
  pair.server.push(1, PUSH);
  pair.onClient = (event) => {
    if (event.type === "push") pair.client.reset(event.promisedId, 8);
  };
  pair.run();
  assertEquals(linesOf(pair.serverEvents).at(-1), "reset 2 CANCEL");
});

Deno.test("only safe requests are promised, and only on requests", () => {
  const pair = new Pair({}, { push: true });
  pair.get();
  pair.run();
  assertThrows(() => pair.server.push(1, { ...PUSH, method: "POST" }), LocalProtocolError);
  pair.server.push(1, PUSH);
  assertThrows(() => pair.server.push(2, PUSH), LocalProtocolError);
  pair.server.sendWhole(1, 200, [], "");
  assertEquals(pair.server.push(1, PUSH), undefined);
});
