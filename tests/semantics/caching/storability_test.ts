import { assertEquals } from "../../support/assert.ts";
import {
  type CacheRules,
  DEFAULT_CACHE_RULES,
  isStorable,
  parseRequestDirectives,
  storedHead,
} from "@avx/semantics/caching";
import { fieldLinesOf } from "@avx/semantics/field-lines";
import { dateAfter, fields, MADE_MS } from "./heads.ts";

const SHARED: CacheRules = { ...DEFAULT_CACHE_RULES, shared: true };

interface Asked {
  readonly method?: string;
  readonly status?: number;
  readonly request?: Record<string, string>;
  readonly rules?: CacheRules;
}

function storable(response: Record<string, string>, asked: Asked = {}): boolean {
  const { method = "GET", status = 200, request = {}, rules = DEFAULT_CACHE_RULES } = asked;
  return isStorable({
    method,
    request: fields(request),
    asked: parseRequestDirectives(request["cache-control"]),
    status,
    lines: fieldLinesOf(response),
  }, rules);
}

Deno.test("a response is stored if it says for how long, or can be validated (RFC 9111 §3)", () => {
  assertEquals(storable({ "cache-control": "max-age=60" }), true);
  assertEquals(storable({ expires: dateAfter(60) }), true);
  assertEquals(storable({ etag: '"1"' }), true);
  assertEquals(storable({ "last-modified": dateAfter(-60) }), true);
  assertEquals(storable({ "cache-control": "no-cache", etag: '"1"' }), true);
  assertEquals(storable({ "cache-control": "private, max-age=60" }), true);
  assertEquals(storable({ "cache-control": "stale-if-error=60" }), true);
  assertEquals(storable({}), false);
  assertEquals(storable({ "cache-control": "max-age=0" }), false);
  assertEquals(storable({ "cache-control": "s-maxage=60" }), true);
});

Deno.test("nothing is stored against the will of either side (RFC 9111 §5.2.1.5, §5.2.2.5)", () => {
  const lasting = { "cache-control": "max-age=60" };
  assertEquals(storable({ "cache-control": "max-age=60, no-store" }), false);
  assertEquals(storable(lasting, { request: { "cache-control": "no-store" } }), false);
  assertEquals(storable({ ...lasting, vary: "*" }), false);
  assertEquals(storable({ ...lasting, vary: "accept, *" }), false);
  assertEquals(storable({ ...lasting, vary: "accept" }), true);
});

Deno.test("only complete responses to GET are stored: no parts, no 304", () => {
  const lasting = { "cache-control": "public, max-age=60", etag: '"1"' };
  for (const method of ["HEAD", "POST", "PUT", "OPTIONS", "get"]) {
    assertEquals(storable(lasting, { method }), false, method);
  }
  for (const status of [100, 103, 206, 304]) {
    assertEquals(storable(lasting, { status }), false, String(status));
  }
  for (const status of [200, 203, 204, 301, 302, 307, 404, 410, 500, 599, 299]) {
    assertEquals(storable(lasting, { status }), true, String(status));
  }
});

Deno.test("what is not cacheable by default needs to say that it is (RFC 9110 §15.1)", () => {
  const validated = { etag: '"1"' };
  for (const status of [200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]) {
    assertEquals(storable(validated, { status }), true, String(status));
  }
  for (const status of [201, 302, 303, 307, 400, 403, 500, 503]) {
    assertEquals(storable(validated, { status }), false, String(status));
    assertEquals(storable({ ...validated, "cache-control": "public" }, { status }), true);
    assertEquals(storable({ ...validated, "cache-control": "private" }, { status }), true);
  }
});

Deno.test("must-understand lifts no-store for those who know the status (RFC 9111 §5.2.2.3)", () => {
  const response = { "cache-control": "max-age=60, no-store, must-understand" };
  assertEquals(storable(response), true);
  assertEquals(storable(response, { status: 299 }), false);
  assertEquals(
    storable({ "cache-control": "max-age=60, must-understand" }, { status: 499 }),
    false,
  );
});

Deno.test("a shared cache stores what is not one user's (RFC 9111 §3.5, §5.2.2.7)", () => {
  const asked = { rules: SHARED };
  assertEquals(storable({ "cache-control": "private, max-age=60" }, asked), false);
  assertEquals(storable({ "cache-control": 'private="x-user", max-age=60' }, asked), true);
  assertEquals(storable({ "cache-control": "s-maxage=60" }, asked), true);
  const withCredentials = { rules: SHARED, request: { authorization: "Basic YTpi" } };
  assertEquals(storable({ "cache-control": "max-age=60" }, withCredentials), false);
  for (const permission of ["public", "must-revalidate", "s-maxage=60"]) {
    const response = { "cache-control": `max-age=60, ${permission}` };
    assertEquals(storable(response, withCredentials), true, permission);
  }
  const request = { authorization: "Basic YTpi" };
  assertEquals(storable({ "cache-control": "max-age=60" }, { request }), true);
});

Deno.test("fields of one connection, and cookies, are not stored (RFC 9111 §3.1)", () => {
  const lines = fieldLinesOf([
    ["Connection", "close, X-Hop"],
    ["x-hop", "1"],
    ["Keep-Alive", "timeout=5"],
    ["Transfer-Encoding", "chunked"],
    ["Proxy-Authenticate", "Basic"],
    ["Set-Cookie", "a=1"],
    ["Trailer", "x-sum"],
    ["X-User", "7"],
    ["Cache-Control", 'private="x-user"'],
    ["Date", dateAfter(0)],
  ]);
  const response = { status: 200, reason: "OK", lines, requestMs: MADE_MS, responseMs: MADE_MS };
  const kept = ["Cache-Control", 'private="x-user"', "Date", dateAfter(0)];
  assertEquals(storedHead(response, fields(), DEFAULT_CACHE_RULES).lines, ["X-User", "7", ...kept]);
  assertEquals(storedHead(response, fields(), SHARED).lines, kept);
});

Deno.test("a response without a date gets that of its arrival (RFC 9110 §6.6.1)", () => {
  const times = { requestMs: MADE_MS, responseMs: MADE_MS + 1_000 };
  const response = { status: 200, reason: "OK", lines: [], ...times };
  const head = storedHead(response, fields(), DEFAULT_CACHE_RULES);
  assertEquals(head.lines, ["date", dateAfter(1)]);
});
