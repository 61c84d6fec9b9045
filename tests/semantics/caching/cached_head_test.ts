import { assertEquals } from "../../support/assert.ts";
import { DEFAULT_CACHE_RULES } from "@avx/semantics/caching";
import { headOf } from "./heads.ts";

Deno.test("a cache is private and guesses a tenth, a day at most, unless told otherwise", () => {
  assertEquals(DEFAULT_CACHE_RULES, {
    shared: false,
    heuristicFraction: 0.1,
    maxHeuristicMs: 24 * 3_600_000,
  });
});

Deno.test("the head of a stored response survives JSON", () => {
  const head = headOf({ vary: "accept, x-absent", etag: '"1"' }, { request: { accept: "a/b" } });
  assertEquals(JSON.parse(JSON.stringify(head)), head);
});
