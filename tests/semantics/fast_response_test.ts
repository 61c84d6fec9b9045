import { FastResponse, installFastResponse, takeApart } from "@avx/semantics/web";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

const TEXT_TYPE = "text/plain;charset=UTF-8";

Deno.test("a fast response remembers its constant body", () => {
  const form = new URLSearchParams({ a: "1" });
  assertEquals(takeApart(new FastResponse("hello")).body, "hello");
  assertEquals(takeApart(new FastResponse("hello")).lines, ["content-type", TEXT_TYPE]);
  assertEquals(takeApart(new FastResponse(new Uint8Array([1]))).body, new Uint8Array([1]));
  assertEquals(takeApart(new FastResponse(new Uint8Array([2]).buffer)).body, new Uint8Array([2]));
  assertEquals(takeApart(new FastResponse(form)).body, "a=1");
  assertEquals(takeApart(new FastResponse(null, { status: 204 })).body, undefined);
  assertEquals(takeApart(new FastResponse()).lines, []);
});

Deno.test("a fast response copies bytes, as the platform does", () => {
  const bytes = new Uint8Array([1]);
  const response = new FastResponse(bytes);
  bytes[0] = 2;
  assertEquals(takeApart(response).body, new Uint8Array([1]));
});

Deno.test("a fast response has the header section that a native one has", () => {
  const inits: (ResponseInit | undefined)[] = [
    undefined,
    { headers: { "X-A": "1" } },
    { headers: { "Content-Type": "text/css" } },
    { headers: [["x-a", "1"], ["x-a", "2"]] },
    { headers: new Headers({ "x-a": "1" }) },
    { status: 404, statusText: "Nope" },
  ];
  for (const init of inits) {
    const { lines, status, statusText } = takeApart(new FastResponse("x", init));
    const native = new Response("x", init);
    const headers = new Headers();
    for (let i = 0; i < lines.length; i += 2) headers.append(lines[i], lines[i + 1]);
    assertEquals([...headers], [...native.headers]);
    assertEquals(status, native.status);
    assertEquals(statusText, native.statusText);
  }
});

Deno.test("a fast response validates as a native one does", () => {
  assertThrows(() => new FastResponse("x", { headers: { "bad name": "1" } }), TypeError);
  assertThrows(() => new FastResponse("x", { headers: { a: "b\r\nc" } }), TypeError);
  assertThrows(() => new FastResponse("x", { status: 99 }), RangeError);
  assertThrows(() => new FastResponse("x", { status: 204 }), TypeError);
});

Deno.test("headers that are changed after the fact are sent", () => {
  const response = new FastResponse("x");
  response.headers.set("x-a", "1");
  assertEquals(takeApart(response).lines, ["content-type", TEXT_TYPE, "x-a", "1"]);
  const { headers } = response;
  assertEquals(takeApart(response).lines.length, 4);
  headers.set("x-b", "2");
  assertEquals(takeApart(response).lines.length, 6);
  assertEquals(takeApart(response).body, "x");
});

Deno.test("a body that was looked at, or is no constant, is sent as a stream", async () => {
  const looked = new FastResponse("x");
  assert(looked.body !== null);
  for (const response of [looked, new FastResponse(new Blob(["x"]))]) {
    const { body } = takeApart(response);
    assert(body instanceof ReadableStream);
    assertEquals(await new Response(body).text(), "x");
  }
});

Deno.test("a fast response whose body was read cannot be sent", async () => {
  const readers: ((response: Response) => Promise<unknown>)[] = [
    (response) => response.text(),
    (response) => response.json(),
    (response) => response.bytes(),
    (response) => response.arrayBuffer(),
    (response) => response.blob(),
  ];
  for (const read of readers) {
    const response = new FastResponse("1");
    await read(response);
    assertThrows(() => takeApart(response), TypeError, "was read");
  }
  const form = new FastResponse(new URLSearchParams("a=1"));
  assertEquals((await form.formData()).get("a"), "1");
  assertThrows(() => takeApart(form), TypeError, "was read");
});

Deno.test("the installed class takes the platform's place and gives it back", () => {
  const before = globalThis.Response;
  const restore = installFastResponse();
  try {
    assert(globalThis.Response === FastResponse as unknown);
    assertEquals(takeApart(new Response("x")).body, "x");
    assert(Response.json({}) instanceof Response);
    assert(Response.error() instanceof Response);
    assertEquals({} instanceof Response, false);
    class Derived extends FastResponse {}
    assertEquals(new FastResponse("x") instanceof Derived, false);
    assertEquals(new Derived("x") instanceof Derived, true);
  } finally {
    restore();
  }
  assert(globalThis.Response === before);
});
