import { MemoryCacheStore } from "@avx/semantics/caching";
import { cacheConfig } from "../../../client/caching/cache_config.ts";
import { assert, assertEquals, assertStrictEquals, assertThrows } from "../../support/assert.ts";

Deno.test("a cache that is told nothing is private, in memory, and waits for nobody", () => {
  const { store, ...others } = cacheConfig();
  assert(store instanceof MemoryCacheStore);
  assertEquals(others, {
    rules: { shared: false, heuristicFraction: 0.1, maxHeuristicMs: 86_400_000 },
    maxBodyBytes: 8 * 1024 * 1024,
    collapse: false,
    maxCollapseWaitMs: 5_000,
    name: "avx",
  });
});

Deno.test("a cache does what it is told", () => {
  const store = new MemoryCacheStore();
  const options = {
    store,
    shared: true,
    heuristicFraction: 0,
    maxHeuristic: 1,
    maxBodyBytes: 2,
    collapse: true,
    maxCollapseWait: 3,
    name: "mine",
  };
  const config = cacheConfig(options);
  assertStrictEquals(config.store, store);
  assertEquals(config.rules, { shared: true, heuristicFraction: 0, maxHeuristicMs: 1 });
  assertEquals([config.maxBodyBytes, config.maxCollapseWaitMs, config.name], [2, 3, "mine"]);
});

Deno.test("the limits of a cache must not be negative", () => {
  for (const name of ["heuristicFraction", "maxHeuristic", "maxBodyBytes", "maxCollapseWait"]) {
    for (const value of [-1, NaN]) {
      assertThrows(() => cacheConfig({ [name]: value }), RangeError, `options.cache.${name}`);
    }
  }
  assertThrows(() => cacheConfig({ maxBytes: 0 }), RangeError, "maxBytes");
});

Deno.test("the name of a cache must be one that a field can carry", () => {
  assertEquals(cacheConfig({ name: "my cache" }).name, "my cache");
  for (const name of ["", "\u00fc", "a\r\nb"]) {
    assertThrows(() => cacheConfig({ name }), TypeError, "options.cache.name");
  }
});
