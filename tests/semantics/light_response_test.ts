import { FastResponse, LightResponse, takeApart, text } from "@avx/semantics/web";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("a light response is a Response of every class there is", () => {
  const response = text("hello");
  assert(response instanceof Response);
  assert(response instanceof FastResponse);
  assertEquals(response instanceof LightResponse, true);
});

Deno.test("a light response has the members of a native one", async () => {
  const light = text("hello", { status: 404, statusText: "Nope", headers: { "x-a": "1" } });
  const native = new Response("hello", {
    status: 404,
    statusText: "Nope",
    headers: { "x-a": "1", "content-type": "text/plain; charset=utf-8" },
  });
  for (
    const name of ["status", "statusText", "ok", "redirected", "type", "url", "bodyUsed"] as const
  ) {
    assertEquals(light[name], native[name], name);
  }
  assertEquals([...light.headers], [...native.headers]);
  assertStrictEquals(light.headers, light.headers);
  assertEquals(await light.text(), "hello");
  assertEquals(light.bodyUsed, true);
});

Deno.test("a light response is read in every way", async () => {
  const bytes = new TextEncoder().encode("[1]");
  assertEquals(await text("[1]").bytes(), bytes);
  assertEquals(new Uint8Array(await text("[1]").arrayBuffer()), bytes);
  assertEquals(await (await text("[1]").blob()).text(), "[1]");
  assertEquals(await text("[1]").json(), [1]);
  assertEquals(await new Response(text("[1]").body).text(), "[1]");
  const form = text("a=1", { headers: { "content-type": "application/x-www-form-urlencoded" } });
  assertEquals((await form.formData()).get("a"), "1");
  const response = text("[1]");
  assertEquals(await response.clone().text(), "[1]");
  assertEquals(await response.text(), "[1]");
});

Deno.test("headers that are changed after the fact are sent", () => {
  const response = text("hello");
  assertEquals(takeApart(response).lines, ["content-type", "text/plain; charset=utf-8"]);
  response.headers.set("x-a", "1");
  const parts = takeApart(response);
  assertEquals(parts.lines, ["content-type", "text/plain; charset=utf-8", "x-a", "1"]);
  assertEquals(parts.body, "hello");
});

Deno.test("a body that was looked at is sent as a stream", async () => {
  const response = text("hello");
  assert(response.body !== null);
  const { body } = takeApart(response);
  assert(body instanceof ReadableStream);
  assertEquals(await new Response(body).text(), "hello");
});

Deno.test("a light response without a body has none", () => {
  assertEquals(text("", { status: 204 }).body, null);
});
