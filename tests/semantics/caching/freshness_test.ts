import { assertEquals } from "../../support/assert.ts";
import {
  type CacheRules,
  DEFAULT_CACHE_RULES,
  freshnessOf,
  parseResponseDirectives,
} from "@avx/semantics/caching";
import { fieldValueOf } from "@avx/semantics/field-lines";
import { dateAfter, headOf, MADE_MS } from "./heads.ts";

type Case = readonly [Record<string, string>, number];

function lifetimeSeconds(
  init: Record<string, string>,
  rules: CacheRules = DEFAULT_CACHE_RULES,
  status = 200,
): number {
  const head = headOf(init, { status });
  const said = parseResponseDirectives(fieldValueOf(head.lines, "cache-control"));
  return freshnessOf(head, said, rules, MADE_MS).lifetimeMs / 1000;
}

Deno.test("how long a response is fresh is what it says (RFC 9111 §4.2.1)", () => {
  const date = dateAfter(0);
  const cases: readonly Case[] = [
    [{ "cache-control": "max-age=60" }, 60],
    [{ "cache-control": "max-age=60", expires: dateAfter(-5) }, 60],
    [{ "cache-control": "max-age=0", expires: dateAfter(60) }, 0],
    [{ "cache-control": "s-maxage=60, max-age=5" }, 5],
    [{ "cache-control": "s-maxage=60" }, 0],
    [{ "cache-control": "max-age=x", expires: dateAfter(60) }, 0],
    [{ expires: dateAfter(60) }, 60],
    [{ expires: dateAfter(60), date }, 60],
    [{ expires: dateAfter(60), date: dateAfter(20) }, 40],
    [{ expires: dateAfter(-60) }, 0],
    [{ expires: "0" }, 0],
    [{ expires: "tomorrow", "last-modified": dateAfter(-100) }, 0],
    [{ expires: `${dateAfter(60)}, ${dateAfter(90)}` }, 0],
    [{}, 0],
  ];
  for (const [init, seconds] of cases) {
    assertEquals(lifetimeSeconds(init), seconds, JSON.stringify(init));
  }
  const shared = { ...DEFAULT_CACHE_RULES, shared: true };
  assertEquals(lifetimeSeconds({ "cache-control": "s-maxage=60, max-age=5" }, shared), 60);
  assertEquals(lifetimeSeconds({ "cache-control": "max-age=5" }, shared), 5);
});

Deno.test("what does not say how long is fresh for a tenth of its age (RFC 9111 §4.2.2)", () => {
  const modified = { "last-modified": dateAfter(-1000) };
  assertEquals(lifetimeSeconds(modified), 100);
  assertEquals(lifetimeSeconds(modified, DEFAULT_CACHE_RULES, 404), 100);
  assertEquals(lifetimeSeconds(modified, DEFAULT_CACHE_RULES, 302), 0);
  assertEquals(
    lifetimeSeconds({ ...modified, "cache-control": "public" }, DEFAULT_CACHE_RULES, 302),
    100,
  );
  assertEquals(lifetimeSeconds({ "last-modified": dateAfter(100) }), 0);
  assertEquals(lifetimeSeconds({ "last-modified": "long ago" }), 0);
  assertEquals(lifetimeSeconds({ "last-modified": dateAfter(-100 * 86_400) }), 86_400);
  const rules = { ...DEFAULT_CACHE_RULES, heuristicFraction: 0.5, maxHeuristicMs: 300_000 };
  assertEquals(lifetimeSeconds({ "last-modified": dateAfter(-500) }, rules), 250);
  assertEquals(lifetimeSeconds({ "last-modified": dateAfter(-1000) }, rules), 300);
  assertEquals(lifetimeSeconds(modified, { ...rules, heuristicFraction: 0 }), 0);
});

function ageSeconds(
  init: Record<string, string>,
  nowSeconds: number,
  times: { readonly requestMs?: number; readonly responseMs?: number } = {},
): number {
  const head = headOf(init, times);
  const now = MADE_MS + nowSeconds * 1000;
  return freshnessOf(head, parseResponseDirectives(undefined), DEFAULT_CACHE_RULES, now).ageMs /
    1000;
}

Deno.test("the age of a response is the larger of what its date and its Age say (RFC 9111 §4.2.3)", () => {
  assertEquals(ageSeconds({}, 10), 10);
  assertEquals(ageSeconds({ date: dateAfter(-5) }, 10), 15);
  assertEquals(ageSeconds({ date: dateAfter(5) }, 10), 10);
  assertEquals(ageSeconds({ age: "7" }, 10), 17);
  assertEquals(ageSeconds({ age: "7", date: dateAfter(-9) }, 10), 19);
  // The time on the way counts as age, where nobody knows when in it the response was made.
  assertEquals(ageSeconds({ age: "7" }, 10, { requestMs: MADE_MS - 2_000 }), 19);
  assertEquals(ageSeconds({}, 10, { requestMs: MADE_MS + 1 }), 10);
  assertEquals(ageSeconds({}, -10), 0);
});

Deno.test("an Age that is a list counts by its first member, one that is no number not at all (RFC 9111 §5.1)", () => {
  assertEquals(ageSeconds({ age: "7, 9" }, 0), 7);
  for (const age of ["-7", "7.5", "x", ""]) assertEquals(ageSeconds({ age }, 0), 0, age);
  assertEquals(ageSeconds({ age: "99999999999" }, 0), 2 ** 31);
});
