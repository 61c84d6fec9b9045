import { bytes, html, json, stream, takeApart, text } from "@avx/semantics/web";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

Deno.test("each builder names its content type unless it is told another", () => {
  const data = new Uint8Array([1]);
  const made: [Response, string][] = [
    [text("x"), "text/plain; charset=utf-8"],
    [html("x"), "text/html; charset=utf-8"],
    [json(1), "application/json"],
    [bytes(data), "application/octet-stream"],
    [stream(new ReadableStream()), "application/octet-stream"],
  ];
  for (const [response, type] of made) assertEquals(response.headers.get("content-type"), type);
  const headers = { "Content-Type": "text/css" };
  assertEquals(takeApart(text("x", { headers })).lines, ["Content-Type", "text/css"]);
});

Deno.test("the builders keep constant bodies and add to given headers", () => {
  assertEquals(takeApart(json({ a: 1 })).body, '{"a":1}');
  const data = new Uint8Array([1]);
  assertStrictEquals(takeApart(bytes(data)).body, data);
  const { lines, status, statusText } = takeApart(
    text("x", { status: 404, statusText: "Nope", headers: { "x-a": "1" } }),
  );
  assertEquals(lines, ["x-a", "1", "content-type", "text/plain; charset=utf-8"]);
  assertEquals([status, statusText], [404, "Nope"]);
  assertEquals(takeApart(text("x", {})).lines, takeApart(text("x")).lines);
});

Deno.test("stream takes streams and async iterables", async () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode("a");
    yield new TextEncoder().encode("b");
  }
  assertEquals(await stream(parts()).text(), "ab");
  const source = ReadableStream.from(parts());
  assertStrictEquals(takeApart(stream(source)).body, source);
});

Deno.test("a status that no final response can have is refused", () => {
  for (const status of [199, 600, NaN]) {
    assertThrows(() => text("x", { status }), RangeError, "status must be within 200 and 599");
  }
  for (const status of [200, 599]) assertEquals(text("x", { status }).status, status);
  for (const status of [204, 205, 304]) {
    assertThrows(() => text("x", { status }), TypeError, "allows none");
    assertEquals(text("", { status }).status, status);
  }
});

Deno.test("json refuses what has no JSON form", () => {
  assertThrows(() => json(undefined), TypeError, "no JSON form");
  assert(json(null).ok);
});
