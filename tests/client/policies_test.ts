import { ManualClock } from "@avx/runtime/memory";
import { CookieJar } from "@avx/semantics/cookies";
import { arePoliciesInUse, makePolicies, orderPolicies } from "../../client/policies.ts";
import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

Deno.test("policies are those of the options, or else inherited", () => {
  const first = makePolicies({ redirects: { max: 3 } });
  assertEquals(first.redirects.max, 3);
  assertStrictEquals(makePolicies({}, first).redirects, first.redirects);
  assertEquals(makePolicies({ redirects: "follow" }, first).redirects.max, 20);
  const some = makePolicies({ decompression: { maxLayers: 2 } }, first);
  assertEquals(makePolicies({}, some).decompression.maxLayers, 2);
  assertEquals(makePolicies({ decompression: true }, some).decompression.maxLayers, 5);
  assertThrows(() => makePolicies({ redirects: { max: -1 } }), RangeError);
});

Deno.test("policies that only answer to a request's own options are not in use", () => {
  assertEquals(arePoliciesInUse(makePolicies({})), false);
  assertEquals(arePoliciesInUse(makePolicies({ decompression: false })), false);
  for (
    const option of [
      { redirects: "follow" },
      { decompression: true },
      { retries: true },
      { throwOnStatus: true },
      { deduplication: true },
      { digests: true },
    ] as const
  ) {
    assertEquals(arePoliciesInUse(makePolicies(option)), true);
  }
});

Deno.test("a client that is extended tells the time by the clock of the one that it comes from", () => {
  const clock = new ManualClock();
  const first = makePolicies({ clock });
  assertStrictEquals(makePolicies({ clock: new ManualClock() }, first).clock, clock);
});

Deno.test("policies stand where they see what they are for", () => {
  const { above, below } = orderPolicies(makePolicies({}));
  assertEquals([above.length, below.length], [3, 2]);
});

Deno.test("a client that is extended to another cookie jar does not see what is cached for the first", () => {
  const first = makePolicies({ cookies: true, cache: true });
  assertStrictEquals(makePolicies({}, first).cache, first.cache);
  assertStrictEquals(makePolicies({ cookies: first.cookies }, first).cache, first.cache);
  for (const cookies of [true, false, new CookieJar()]) {
    assertEquals(makePolicies({ cookies }, first).cache, undefined);
    const own = makePolicies({ cookies, cache: true }, first);
    assertEquals([own.cache !== undefined, own.cache === first.cache], [true, false]);
  }
});
