import { assertEquals } from "../../support/assert.ts";
import {
  parseRequestDirectives,
  parseResponseDirectives,
  type RequestDirectives,
  type ResponseDirectives,
} from "@avx/semantics/caching";
import { parseSeconds } from "../../../semantics/caching/cache_control.ts";

const SAID = parseResponseDirectives("");
const ASKED = parseRequestDirectives("");

Deno.test("the directives of a response are read (RFC 9111 §5.2.2, RFC 5861, RFC 8246)", () => {
  const cases: readonly [string, Partial<ResponseDirectives>][] = [
    ["max-age=5", { maxAge: 5 }],
    ["MAX-AGE=5", { maxAge: 5 }],
    ['max-age="5"', { maxAge: 5 }],
    ["s-maxage=7", { sMaxage: 7 }],
    ["stale-while-revalidate=3, stale-if-error=4", { staleWhileRevalidate: 3, staleIfError: 4 }],
    ["no-cache", { noCache: true }],
    ['no-cache="Set-Cookie, x-a"', { noCacheFields: ["set-cookie", "x-a"] }],
    ["no-cache=set-cookie", { noCacheFields: ["set-cookie"] }],
    ["no-store", { noStore: true }],
    ["private", { private: true }],
    ['private="x-b"', { privateFields: ["x-b"] }],
    ["public, immutable", { public: true, immutable: true }],
    ["must-revalidate", { mustRevalidate: true }],
    ["proxy-revalidate", { proxyRevalidate: true }],
    ["must-understand, no-store", { mustUnderstand: true, noStore: true }],
    ['unknown, other="no-store, private", ,', {}],
    ["no-stores, xno-store", {}],
  ];
  for (const [value, expected] of cases) {
    assertEquals(parseResponseDirectives(value), { ...SAID, ...expected }, value);
  }
  assertEquals(parseResponseDirectives(undefined), SAID);
});

Deno.test("a lifetime that is malformed is none, and the first of several counts (RFC 9111 §4.2.1)", () => {
  for (
    const value of ["max-age=-1", "max-age=1.5", "max-age=a", "max-age", "max-age='5'", "max-age ="]
  ) {
    assertEquals(parseResponseDirectives(value).maxAge ?? 0, 0, value);
  }
  assertEquals(parseResponseDirectives("max-age=1, max-age=5").maxAge, 1);
  assertEquals(parseResponseDirectives("max-age=x, max-age=5").maxAge, 0);
  assertEquals(parseResponseDirectives("stale-if-error=x").staleIfError, undefined);
});

Deno.test("seconds beyond what fits are very many seconds (RFC 9111 §1.2.2)", () => {
  assertEquals(parseSeconds("2147483648"), 2_147_483_648);
  assertEquals(parseSeconds("99999999999999999999"), 2_147_483_648);
  assertEquals(parseSeconds("0007"), 7);
  for (const text of ["", "-1", "+1", "1 ", "1.0", "1e3"]) {
    assertEquals(parseSeconds(text), undefined);
  }
});

Deno.test("the directives of a request are read (RFC 9111 §5.2.1)", () => {
  const cases: readonly [string, Partial<RequestDirectives>][] = [
    ["max-age=0", { maxAge: 0 }],
    ["max-age=x", { maxAge: 0 }],
    ["max-stale", { maxStale: Infinity }],
    ["max-stale=5", { maxStale: 5 }],
    ["max-stale=x", {}],
    ["min-fresh=5", { minFresh: 5 }],
    ["min-fresh=x", { minFresh: Infinity }],
    ["stale-if-error=9", { staleIfError: 9 }],
    ["no-cache, no-store", { noCache: true, noStore: true }],
    ["only-if-cached", { onlyIfCached: true }],
  ];
  for (const [value, expected] of cases) {
    assertEquals(parseRequestDirectives(value), { ...ASKED, ...expected }, value);
  }
});

Deno.test("Pragma counts where there is no Cache-Control (RFC 9111 §5.4)", () => {
  assertEquals(parseRequestDirectives(undefined, "no-cache").noCache, true);
  assertEquals(parseRequestDirectives(undefined, "foo, no-cache").noCache, true);
  assertEquals(parseRequestDirectives("max-age=5", "no-cache").noCache, false);
  assertEquals(parseRequestDirectives(undefined, "foo").noCache, false);
  assertEquals(parseRequestDirectives(undefined), ASKED);
});
