import { Deferred } from "@avx/runtime/deferred";
import { assertEquals, assertRejects } from "../support/assert.ts";

Deno.test("deferred is fulfilled from outside, once", async () => {
  const deferred = new Deferred<number>();
  deferred.resolve(1);
  deferred.resolve(2);
  deferred.reject(new Error("too late"));
  assertEquals(await deferred.promise, 1);
});

Deno.test("deferred is rejected from outside", async () => {
  const deferred = new Deferred<number>();
  deferred.reject(new RangeError("no"));
  await assertRejects(() => deferred.promise, RangeError, "no");
});

Deno.test("deferred follows a promise it is resolved with", async () => {
  const deferred = new Deferred<string>();
  deferred.resolve(Promise.resolve("later"));
  assertEquals(await deferred.promise, "later");
});
