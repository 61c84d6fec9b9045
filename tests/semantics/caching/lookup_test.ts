import { assertEquals } from "../../support/assert.ts";
import {
  type CachedHead,
  type CacheMode,
  type CacheRules,
  DEFAULT_CACHE_RULES,
  lookUp,
  type Verdict,
} from "@avx/semantics/caching";
import { dateAfter, fields, headOf, MADE_MS } from "./heads.ts";

interface Asked {
  readonly method?: string;
  readonly request?: Record<string, string>;
  readonly mode?: CacheMode;
  readonly rules?: CacheRules;
}

/** What becomes of a request `seconds` after the response was made. */
function after(seconds: number, head: CachedHead, asked: Asked = {}): Verdict<CachedHead> {
  const { method = "GET", request = {}, mode = "default", rules = DEFAULT_CACHE_RULES } = asked;
  const headers = fields(request);
  return lookUp({ method, headers, mode }, [head], MADE_MS + seconds * 1000, rules);
}

/** The verdict as a word. */
function word(...parameters: Parameters<typeof after>): string {
  const verdict = after(...parameters);
  return verdict.type === "hit" && verdict.refresh ? "hit and refresh" : verdict.type;
}

function control(value: string): { readonly request: Record<string, string> } {
  return { request: { "cache-control": value } };
}

const MINUTE = headOf({ "cache-control": "max-age=60" });

Deno.test("a fresh response is used, a stale one validated (RFC 9111 §4.2)", () => {
  assertEquals(word(0, MINUTE), "hit");
  assertEquals(word(59, MINUTE), "hit");
  assertEquals(word(60, MINUTE), "validate");
  assertEquals(word(0, MINUTE, { method: "HEAD" }), "hit");
  assertEquals(word(30, headOf({ expires: dateAfter(60) })), "hit");
  assertEquals(word(90, headOf({ expires: dateAfter(60) })), "validate");
  assertEquals(word(9, headOf({ "last-modified": dateAfter(-100) })), "hit");
  assertEquals(word(11, headOf({ "last-modified": dateAfter(-100) })), "validate");
});

Deno.test("why a request is forwarded is told (RFC 9211 §2.2)", () => {
  const now = MADE_MS;
  const request = { method: "GET", headers: fields(), mode: "default" } as const;
  const rules = DEFAULT_CACHE_RULES;
  assertEquals(lookUp(request, [], now, rules), { type: "forward", reason: "uri-miss" });
  const other = headOf({ "cache-control": "max-age=60", vary: "a" }, { request: { a: "1" } });
  assertEquals(after(0, other), { type: "forward", reason: "vary-miss" });
  assertEquals(after(0, MINUTE, { method: "POST" }), { type: "forward", reason: "method" });
  assertEquals(after(0, MINUTE, { mode: "no-store" }), { type: "forward", reason: "bypass" });
  assertEquals(after(0, MINUTE, control("no-store")), { type: "forward", reason: "bypass" });
  assertEquals(after(0, MINUTE, { mode: "reload" }), { type: "forward", reason: "request" });
  function reason(verdict: Verdict<CachedHead>): string | undefined {
    return verdict.type === "validate" ? verdict.reason : undefined;
  }
  assertEquals(reason(after(60, MINUTE)), "stale");
  assertEquals(reason(after(0, MINUTE, control("no-cache"))), "request");
});

Deno.test("no-cache asks the origin each time, whoever says it (RFC 9111 §5.2.1.4, §5.2.2.4)", () => {
  assertEquals(word(0, headOf({ "cache-control": "no-cache, max-age=60" })), "validate");
  assertEquals(word(0, headOf({ "cache-control": 'no-cache="x-a", max-age=60' })), "hit");
  assertEquals(word(0, MINUTE, control("no-cache")), "validate");
  assertEquals(word(0, MINUTE, { request: { pragma: "no-cache" } }), "validate");
  assertEquals(word(0, MINUTE, { mode: "no-cache" }), "validate");
});

Deno.test("max-age in a request bounds the age (RFC 9111 §5.2.1.1)", () => {
  assertEquals(word(5, MINUTE, control("max-age=5")), "hit");
  assertEquals(word(6, MINUTE, control("max-age=5")), "validate");
  assertEquals(word(0, MINUTE, control("max-age=0")), "validate");
  assertEquals(word(90, MINUTE, control("max-age=100")), "validate");
  assertEquals(word(90, MINUTE, control("max-age=100, max-stale=30")), "hit");
  assertEquals(word(90, MINUTE, control("max-age=80, max-stale=30")), "validate");
});

Deno.test("min-fresh in a request wants time left (RFC 9111 §5.2.1.3)", () => {
  assertEquals(word(50, MINUTE, control("min-fresh=10")), "hit");
  assertEquals(word(51, MINUTE, control("min-fresh=10")), "validate");
  assertEquals(word(61, MINUTE, control("min-fresh=10, max-stale")), "validate");
});

Deno.test("max-stale in a request takes what is stale, unless that is forbidden (RFC 9111 §5.2.1.2, §4.2.4)", () => {
  assertEquals(word(70, MINUTE, control("max-stale")), "hit");
  assertEquals(word(70, MINUTE, control("max-stale=10")), "hit");
  assertEquals(word(71, MINUTE, control("max-stale=10")), "validate");
  assertEquals(word(60, MINUTE, control("max-stale=0")), "validate");
  for (const directive of ["must-revalidate", "no-cache"]) {
    const head = headOf({ "cache-control": `max-age=60, ${directive}` });
    assertEquals(word(61, head, control("max-stale")), "validate", directive);
  }
  for (const directive of ["proxy-revalidate", "s-maxage=60"]) {
    const head = headOf({ "cache-control": `max-age=60, ${directive}` });
    const rules = { ...DEFAULT_CACHE_RULES, shared: true };
    assertEquals(word(61, head, { ...control("max-stale"), rules }), "validate", directive);
    assertEquals(word(61, head, control("max-stale")), "hit", directive);
  }
});

Deno.test("only-if-cached asks nobody (RFC 9111 §5.2.1.7)", () => {
  assertEquals(word(0, MINUTE, control("only-if-cached")), "hit");
  assertEquals(word(60, MINUTE, control("only-if-cached")), "unavailable");
  assertEquals(word(60, MINUTE, control("only-if-cached, max-stale")), "hit");
  assertEquals(word(0, MINUTE, { ...control("only-if-cached"), method: "POST" }), "unavailable");
  const request = { method: "GET", headers: fields(), mode: "only-if-cached" } as const;
  assertEquals(lookUp(request, [], MADE_MS, DEFAULT_CACHE_RULES).type, "unavailable");
});

Deno.test("stale-while-revalidate gives what is stale and refreshes it (RFC 5861 §3)", () => {
  const head = headOf({ "cache-control": "max-age=60, stale-while-revalidate=30" });
  assertEquals(word(59, head), "hit");
  assertEquals(word(60, head), "hit and refresh");
  assertEquals(word(89, head), "hit and refresh");
  assertEquals(word(90, head), "validate");
  assertEquals(word(70, head, control("max-age=65")), "validate");
  assertEquals(word(70, head, control("min-fresh=1")), "validate");
  assertEquals(word(70, head, control("no-cache")), "validate");
  assertEquals(word(70, head, control("max-stale=20")), "hit");
  const strict = headOf({
    "cache-control": "max-age=60, stale-while-revalidate=30, must-revalidate",
  });
  assertEquals(word(70, strict), "validate");
});

Deno.test("stale-if-error says for how long a stale response may stand in for an error (RFC 5861 §4)", () => {
  function fallbackSeconds(...parameters: Parameters<typeof after>): number | undefined {
    const verdict = after(...parameters);
    return verdict.type === "validate" ? verdict.fallbackMs / 1000 : undefined;
  }
  const head = headOf({ "cache-control": "max-age=60, stale-if-error=30" });
  assertEquals(fallbackSeconds(60, head), 30);
  assertEquals(fallbackSeconds(85, head), 5);
  assertEquals(fallbackSeconds(95, head), 0);
  assertEquals(fallbackSeconds(70, MINUTE), 0);
  assertEquals(fallbackSeconds(70, MINUTE, control("stale-if-error=15")), 5);
  assertEquals(fallbackSeconds(70, head, control("stale-if-error=0")), 0);
  assertEquals(fallbackSeconds(0, head, control("no-cache")), 90);
  for (const directive of ["must-revalidate", "no-cache"]) {
    const strict = headOf({ "cache-control": `max-age=60, stale-if-error=30, ${directive}` });
    assertEquals(fallbackSeconds(61, strict), 0, directive);
  }
});

Deno.test("what is immutable is not asked for again by a reload while it is fresh (RFC 8246 §2)", () => {
  const head = headOf({ "cache-control": "max-age=60, immutable" });
  assertEquals(word(30, head, control("max-age=0")), "hit");
  assertEquals(word(60, head, control("max-age=0")), "validate");
  assertEquals(word(30, head, control("no-cache")), "validate");
});

Deno.test("the modes of fetch decide before anything else but the stored responses", () => {
  assertEquals(word(500, MINUTE, { mode: "force-cache" }), "hit");
  assertEquals(word(500, MINUTE, { mode: "only-if-cached" }), "hit");
  const other = headOf({ "cache-control": "max-age=60", vary: "a" }, { request: { a: "1" } });
  assertEquals(word(0, other, { mode: "force-cache" }), "forward");
  assertEquals(word(0, other, { mode: "only-if-cached" }), "unavailable");
});
