import { FastResponse, takeApart, text } from "@avx/semantics/web";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("a native response that nobody has touched gives its whole body", async () => {
  const { body } = takeApart(new Response("hello"));
  assertEquals(await new Response(body as BodyInit).text(), "hello");
});

Deno.test("a native response is taken apart through its stream", async () => {
  const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"]]);
  const response = new Response("hello", { status: 201, statusText: "Made", headers });
  assert(response.body instanceof ReadableStream);
  const parts = takeApart(response);
  assertEquals(parts.status, 201);
  assertEquals(parts.statusText, "Made");
  assertEquals(parts.lines.filter((_, i) => i % 2 === 1), [
    "text/plain;charset=UTF-8",
    "a=1",
    "b=2",
  ]);
  assert(parts.body instanceof ReadableStream);
  assertEquals(await new Response(parts.body).text(), "hello");
  assertEquals(takeApart(new Response(null)).body, undefined);
});

Deno.test("constant bodies are taken as they are", () => {
  assertEquals(takeApart(text("a")).body, "a");
  assertEquals(takeApart(new FastResponse("b")).body, "b");
});

Deno.test("what cannot be sent is refused", async () => {
  const used = new Response("x");
  await used.text();
  const locked = new Response("x");
  locked.body!.getReader();
  const light = text("x");
  await light.text();
  for (const response of [locked, light]) {
    assertThrows(() => takeApart(response), TypeError, "was read");
  }
  assertThrows(() => takeApart(used), TypeError, "was read");
  assertThrows(() => takeApart(Response.error()), TypeError, "error response");
  for (const [value, name] of [[undefined, "undefined"], [null, "null"], [{}, "class Object"]]) {
    assertThrows(() => takeApart(value as Response), TypeError, name as string);
  }
  assertThrows(() => takeApart(Object.create(null) as Response), TypeError, "class unknown");
});

Deno.test("a body that was read in part or cancelled is not sent as if that were all of it", async () => {
  for (
    const make of [() => new Response("hello"), () => text("hello"), () => new FastResponse("x")]
  ) {
    const cancelled = make();
    await cancelled.body!.cancel();
    const begun = make();
    const reader = begun.body!.getReader();
    await reader.read();
    reader.releaseLock();
    for (const response of [cancelled, begun]) {
      assertThrows(() => takeApart(response), TypeError, "was read");
    }
    const looked = make();
    looked.body!.getReader().releaseLock();
    assert(takeApart(looked).body instanceof ReadableStream);
  }
});
