import { LazyRequest, lazyRequest, nativeRequest } from "@avx/semantics/web";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";
import { requestSource, scriptedBody } from "../support/request_source.ts";

Deno.test("a lazy request is a Request with the members of its source", () => {
  const { signal } = new AbortController();
  const source = requestSource({ method: "GET", url: "http://h/x?y", lines: ["X-A", "1"], signal });
  const request = lazyRequest(source);
  assert(request instanceof Request);
  assertEquals(request.method, "GET");
  assertEquals(request.url, "http://h/x?y");
  assertEquals(request.headers.get("x-a"), "1");
  assertStrictEquals(request.headers, request.headers);
  assertStrictEquals(request.signal, signal);
  assertEquals(request.body, null);
  assertEquals(request.bodyUsed, false);
});

Deno.test("a lazy request has every member that a native one has", () => {
  const native = new Request("http://localhost/", { method: "POST" });
  const lazy = lazyRequest(requestSource()) as unknown as Record<string, unknown>;
  const constants = [
    "cache",
    "credentials",
    "destination",
    "integrity",
    "isHistoryNavigation",
    "isReloadNavigation",
    "keepalive",
    "mode",
    "redirect",
    "referrer",
    "referrerPolicy",
  ];
  for (const name of Object.keys(Object.getOwnPropertyDescriptors(Request.prototype))) {
    const value = (native as unknown as Record<string, unknown>)[name];
    if (value === undefined || name === "constructor") continue;
    assert(lazy[name] !== undefined, `${name} is missing`);
    if (constants.includes(name) && name !== "mode" && name !== "credentials") {
      assertEquals(lazy[name], value, name);
    }
  }
});

Deno.test("the body of a lazy request is read once, whichever way", async () => {
  const readers: ((request: Request) => Promise<unknown>)[] = [
    (request) => request.text(),
    (request) => request.json(),
    (request) => request.bytes(),
    (request) => request.arrayBuffer(),
    (request) => request.blob(),
  ];
  for (const read of readers) {
    const request = lazyRequest(requestSource({ body: scriptedBody("[1", ",2]") }));
    assertEquals(request.bodyUsed, false);
    const value = await read(request);
    const text = value instanceof Blob
      ? await value.text()
      : value instanceof ArrayBuffer
      ? new TextDecoder().decode(value)
      : value instanceof Uint8Array
      ? new TextDecoder().decode(value)
      : typeof value === "string"
      ? value
      : JSON.stringify(value);
    assertEquals(text, "[1,2]");
    assertEquals(request.bodyUsed, true);
    await assertRejects(() => request.text(), TypeError);
  }
});

Deno.test("a form in a lazy request is parsed", async () => {
  const lines = ["Content-Type", "application/x-www-form-urlencoded"];
  const request = lazyRequest(requestSource({ lines, body: scriptedBody("a=1&b=%20") }));
  const form = await request.formData();
  assertEquals(form.get("a"), "1");
  assertEquals(form.get("b"), " ");
});

Deno.test("a blob has the type of the request", async () => {
  const lines = ["Content-Type", "image/png"];
  const request = lazyRequest(requestSource({ lines, body: scriptedBody("x") }));
  assertEquals((await request.blob()).type, "image/png");
});

Deno.test("the body stream of a lazy request can be read, and the rest follows the stream", async () => {
  const request = lazyRequest(requestSource({ body: scriptedBody("ab", "c") }));
  assertStrictEquals(request.body, request.body);
  const reader = request.body!.getReader();
  assertEquals((await reader.read()).value, new TextEncoder().encode("ab"));
  assertEquals(request.bodyUsed, true);
  reader.releaseLock();
  await assertRejects(() => request.text(), TypeError);
  const whole = lazyRequest(requestSource({ body: scriptedBody("ab", "c") }));
  assert(whole.body !== null);
  assertEquals(await whole.text(), "abc");
});

Deno.test("a body that was read shows an empty stream", async () => {
  const request = lazyRequest(requestSource({ body: scriptedBody("ab") }));
  await request.text();
  assertEquals(await new Response(request.body).text(), "");
});

Deno.test("cancelling the body stream reaches the source", async () => {
  const body = scriptedBody("ab");
  await lazyRequest(requestSource({ body })).body!.cancel("enough");
  assertEquals(body.cancelled, ["enough"]);
});

Deno.test("a clone and its original both have the body", async () => {
  const request = lazyRequest(requestSource({ body: scriptedBody("abc"), lines: ["X-A", "1"] }));
  const clone = request.clone();
  assertEquals(clone.headers.get("x-a"), "1");
  assertEquals(await clone.text(), "abc");
  assertEquals(await request.text(), "abc");
  assertEquals(request.bodyUsed, true);
});

Deno.test("the native request passes the brand checks of the platform", () => {
  const lines = ["X-A", "1", "X-A", "2"];
  const request = lazyRequest(requestSource({ body: scriptedBody("abc"), lines }));
  const native = nativeRequest(request);
  assertStrictEquals(nativeRequest(request), native);
  assertEquals(new Request(native).headers.get("x-a"), "1, 2");
  assertEquals(request.headers, native.headers);
  assertEquals(request.body === null, false);
  const other = new Request("http://localhost/");
  assertStrictEquals(nativeRequest(other), other);
});

Deno.test("a native request of a method without a body has none", () => {
  const native = nativeRequest(lazyRequest(requestSource({ method: "GET" })));
  assertEquals(native.method, "GET");
  assertEquals(native.body, null);
});

Deno.test("a lazy request serves as the init of another", async () => {
  const request = lazyRequest(requestSource({ body: scriptedBody("abc") }));
  assertEquals(await new Request("http://other/", request).text(), "abc");
});

Deno.test("only a lazy request has a source", () => {
  const source = requestSource();
  assertStrictEquals(LazyRequest.source(lazyRequest(source)), source);
  assertEquals(LazyRequest.source(new Request("http://localhost/")), undefined);
  assertEquals(LazyRequest.native({}), undefined);
});
