import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import { OutgoingRequestCache } from "../../http2/proto/outgoing_request.ts";

const GET = { method: "GET", scheme: "https", authority: "a.example", path: "/" } as const;

Deno.test("a request's parts come first", () => {
  const lines = ["Accept", "*/*", "content-length", "0"];
  const request = new OutgoingRequestCache().find({ ...GET, lines });
  assertEquals(request.lines, [
    ...[":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/"],
    ...["accept", "*/*", "content-length", "0"],
  ]);
});

Deno.test("a host line is the authority where there is none", () => {
  const cache = new OutgoingRequestCache();
  const { authority: _, ...rest } = GET;
  assertEquals(cache.find({ ...rest, lines: ["Host", "b.example"] }).lines[5], "b.example");
  assertEquals(cache.find({ ...GET, lines: ["Host", "b.example"] }).lines[5], "a.example");
});

Deno.test("the same request is found again", () => {
  const cache = new OutgoingRequestCache();
  const first = cache.find(GET);
  assertStrictEquals(cache.find({ ...GET }), first);
  for (const other of [{ path: "/b" }, { method: "PUT" }, { scheme: "http" }, { authority: "b" }]) {
    assertEquals(cache.find({ ...GET, ...other }) === first, false);
  }
});

Deno.test("CONNECT has an authority alone, extended CONNECT everything", () => {
  const cache = new OutgoingRequestCache();
  assertEquals(cache.find({ method: "CONNECT", authority: "a:1" }).lines.length, 4);
  const extended = cache.find({ ...GET, method: "CONNECT", protocol: "websocket" });
  assertEquals(extended.lines.slice(8), [":protocol", "websocket"]);
});

Deno.test("what is missing or cannot travel is refused", () => {
  const cache = new OutgoingRequestCache();
  const type = [{ method: "G T" }, { path: "/a b" }, { path: "/#" }, { authority: "a b" }];
  for (const parts of type) assertThrows(() => cache.find({ ...GET, ...parts }), TypeError);
  const local = [
    { path: "" },
    { scheme: "" },
    { scheme: undefined },
    { path: undefined },
    { protocol: "websocket" },
    { method: "CONNECT" },
    { method: "CONNECT", protocol: "x", authority: undefined },
  ];
  for (const parts of local) {
    assertThrows(() => cache.find({ ...GET, ...parts }), LocalProtocolError);
  }
  assertThrows(() => cache.find({ ...GET, method: "CONNECT", protocol: "a b" }), TypeError);
});
