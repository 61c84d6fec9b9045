import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "../support/assert.ts";
import { type Http2RequestHead, RequestHeadReader } from "../../http2/proto/request_head.ts";

function read(lines: string[], hasBody = false, connect = true): Http2RequestHead | string {
  const reader = new RequestHeadReader();
  return reader.read(lines, hasBody, connect) ?? reader.fault;
}

const BASE = [":method", "GET", ":scheme", "https", ":authority", "a.example", ":path", "/x?y"];

function changed(name: string, value: string | undefined): string[] {
  const at = BASE.indexOf(name);
  const lines = [...BASE];
  if (value === undefined) lines.splice(at, 2);
  else lines[at + 1] = value;
  return lines;
}

Deno.test("a head has all its parts", () => {
  const head = read([
    ...BASE,
    "content-length",
    "3",
    "expect",
    "100-continue",
    "priority",
    "u=1, i",
  ], true);
  if (typeof head === "string") throw new Error(head);
  const { method, scheme, host, target, protocol, hasBody, contentLength, expectsContinue } = head;
  assertEquals([method, scheme, host, target, protocol], [
    "GET",
    "https",
    "a.example",
    "/x?y",
    undefined,
  ]);
  assertEquals([hasBody, contentLength, expectsContinue], [true, 3, true]);
  assertEquals(head.priority, { urgency: 1, incremental: true });
  assertEquals(head.fields.get("content-length"), "3");
  assertEquals(head.fields.has(":path"), false);
});

Deno.test("missing and malformed parts are faults", () => {
  const faults = [
    changed(":method", undefined),
    changed(":method", "G T"),
    changed(":scheme", undefined),
    changed(":scheme", ""),
    changed(":scheme", "1x"),
    changed(":authority", "a b"),
    changed(":authority", "user@a"),
    changed(":path", undefined),
    changed(":path", ""),
    changed(":path", "x"),
    changed(":path", "*"),
    changed(":path", "/a b"),
    changed(":path", "/a#b"),
    [...BASE, "host", "b.example"],
    [...BASE, "host", "a b"],
    [...BASE, ":path", "/"],
    ["x", "y", ...BASE],
    [...BASE, "content-length", "5"],
  ];
  for (const lines of faults) assertEquals(typeof read(lines), "string", lines.join(" "));
});

Deno.test("OPTIONS may ask for the server as a whole, and other schemes have paths of their own", () => {
  const lines = changed(":path", "*");
  lines[1] = "OPTIONS";
  assertEquals(typeof read(lines), "object");
  const other = changed(":path", "opaque");
  other[3] = "urn";
  assertEquals(typeof read(other), "object");
});

Deno.test("the host is the authority, or else the host field, or nothing", () => {
  const without = changed(":authority", undefined);
  assertEquals((read([...without, "host", "b.example"]) as Http2RequestHead).host, "b.example");
  assertEquals((read(without) as Http2RequestHead).host, undefined);
  assertEquals((read([...BASE, "host", "A.Example"]) as Http2RequestHead).host, "a.example");
});

Deno.test("CONNECT has an authority alone, extended CONNECT has everything", () => {
  const plain = read([":method", "CONNECT", ":authority", "a:1"], true) as Http2RequestHead;
  assertEquals([plain.target, plain.scheme, plain.protocol], ["a:1", "", undefined]);
  assertEquals(
    typeof read([":method", "CONNECT", ":authority", "a:1", ":path", "/"], true),
    "string",
  );
  assertEquals(typeof read([":method", "CONNECT"], true), "string");
  const extended = changed(":method", "CONNECT");
  extended.push(":protocol", "websocket");
  const head = read(extended, true) as Http2RequestHead;
  assertEquals([head.target, head.protocol], ["/x?y", "websocket"]);
  assertEquals(typeof read(extended, true, false), "string");
  assertEquals(typeof read([...BASE, ":protocol", "websocket"], true), "string");
  assertEquals(typeof read(extended.map((text) => text === "websocket" ? "a b" : text)), "string");
  const nowhere = [...extended];
  nowhere.splice(4, 2);
  assertEquals(typeof read(nowhere, true), "string");
});

Deno.test("the same head again is the same object", () => {
  const reader = new RequestHeadReader();
  const read = (lines: readonly string[], hasBody: boolean) => {
    const taken = reader.take();
    taken.push(...lines);
    return reader.read(taken, hasBody, true);
  };
  const first = read(BASE, false);
  assertStrictEquals(read(BASE, false), first);
  assertNotStrictEquals(read(BASE, true), first);
  const other = read([...BASE, "x", "y"], false)!;
  assertEquals(other.fields.get("x"), "y");
  assertEquals(read(BASE, false)!.fields.size, 0);
  assertEquals(other.fields.get("x"), "y");
});
