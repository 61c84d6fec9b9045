import { type ClientResponse, makeResponse, ResponsePromise } from "@avx/client";
import { BodyTooLargeError } from "@avx/semantics/errors";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

function promised(body: string): ResponsePromise {
  return ResponsePromise.of(Promise.resolve(makeResponse("http://a.example/", { body })));
}

Deno.test("a response promise is one of the response", async () => {
  const response = await promised("abc");
  assertEquals(response.status, 200);
  const then = promised("abc").then((it: ClientResponse) => it.status);
  assert(!(then instanceof ResponsePromise));
  assertEquals(await then, 200);
});

Deno.test("a response promise gives the body in every form", async () => {
  assertEquals(await promised("[1]").json(), [1]);
  assertEquals(await promised("abc").text(), "abc");
  assertEquals(await promised("abc").bytes(), new TextEncoder().encode("abc"));
  assertEquals(await new Response(await promised("abc").stream()).text(), "abc");
  await assertRejects(() => promised("abc").text({ maxBytes: 2 }), BodyTooLargeError);
});

Deno.test("a response promise fails as the request does, once", async () => {
  const failed = ResponsePromise.of(Promise.reject(new Error("lost")));
  await assertRejects(() => failed.json(), Error, "lost");
});
