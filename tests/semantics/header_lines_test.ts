import { headerLines } from "@avx/semantics/web";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("header lines come from records, pairs and Headers", () => {
  assertEquals(headerLines(undefined), []);
  assertEquals(headerLines({ "X-A": "1", b: "2" }), ["X-A", "1", "b", "2"]);
  assertEquals(headerLines([["X-A", "1"], ["X-A", "2"]]), ["X-A", "1", "X-A", "2"]);
  assertEquals(headerLines(new Headers({ "X-A": "1" })), ["x-a", "1"]);
});

Deno.test("header values become strings as the platform makes them", () => {
  const init = { "content-length": 5 } as unknown as HeadersInit;
  assertEquals(headerLines(init), ["content-length", "5"]);
  assertEquals(headerLines([["a", 1]] as unknown as HeadersInit), ["a", "1"]);
});

Deno.test("an entry that is no pair is refused", () => {
  assertThrows(() => headerLines([["a"]] as unknown as HeadersInit), TypeError, "must be a pair");
});
