import { assertEquals } from "../../support/assert.ts";
import type { CookieContext, SetCookie } from "@avx/semantics/cookies";
import {
  type CookieRules,
  isSecure,
  mayBeSent,
  storableCookie,
  type StoredCookie,
} from "../../../semantics/cookies/stored_cookie.ts";

const NOW = Date.UTC(2026, 0);
const DAY_MS = 86_400_000;
const RULES: CookieRules = {
  isPublicSuffix: (domain) => ["example", "co.example"].includes(domain),
  trustLoopback: true,
  maxCookieAgeMs: 400 * DAY_MS,
};

function store(
  cookie: Partial<SetCookie>,
  url = "https://www.a.example/docs/page",
  context: CookieContext = {},
): StoredCookie | string {
  const set = { name: "n", value: "v", ...cookie };
  return storableCookie(set, new URL(url), context, NOW, RULES);
}

function stored(...parameters: Parameters<typeof store>): StoredCookie {
  const cookie = store(...parameters);
  if (typeof cookie === "string") throw new Error(`Refused: ${cookie}`);
  return cookie;
}

Deno.test("a cookie without attributes is its host's, below its directory, for the session", () => {
  assertEquals(stored({}), {
    name: "n",
    value: "v",
    domain: "www.a.example",
    hostOnly: true,
    path: "/docs",
    expiresMs: undefined,
    secure: false,
    httpOnly: false,
    sameSite: undefined,
    partitioned: false,
    createdMs: NOW,
    usedMs: NOW,
  });
  assertEquals(stored({ path: "" }).path, "/docs");
  assertEquals(stored({ path: "/other" }).path, "/other");
});

Deno.test("a cookie's domain must be around its host and no public suffix", () => {
  assertEquals(stored({ domain: "a.example" }).hostOnly, false);
  assertEquals(stored({ domain: "www.a.example" }).hostOnly, false);
  assertEquals(stored({ domain: "" }).hostOnly, true);
  assertEquals(store({ domain: "b.example" }), "domain");
  assertEquals(store({ domain: "x.www.a.example" }), "domain");
  assertEquals(store({ domain: "\u00e9.example" }), "domain");
  assertEquals(store({ domain: "example" }), "public-suffix");
  assertEquals(store({ domain: "co.example" }), "public-suffix");
  const own = stored({ domain: "co.example" }, "https://co.example/");
  assertEquals([own.domain, own.hostOnly], ["co.example", true]);
  assertEquals(store({ domain: "0.2.1" }, "https://192.0.2.1/"), "domain");
  assertEquals(stored({ domain: "192.0.2.1" }, "https://192.0.2.1/").domain, "192.0.2.1");
});

Deno.test("a cookie expires by max-age before expires, and never later than the limit", () => {
  assertEquals(stored({ maxAge: 10, expiresMs: 5 }).expiresMs, NOW + 10_000);
  assertEquals(stored({ maxAge: 0 }).expiresMs, 0);
  assertEquals(stored({ maxAge: -5 }).expiresMs, 0);
  assertEquals(stored({ expiresMs: NOW + 5 }).expiresMs, NOW + 5);
  assertEquals(stored({ maxAge: 1e15 }).expiresMs, NOW + 400 * DAY_MS);
  assertEquals(stored({ expiresMs: NOW + 401 * DAY_MS }).expiresMs, NOW + 400 * DAY_MS);
});

Deno.test("a secure cookie is not taken from an insecure connection", () => {
  assertEquals(store({ secure: true }, "http://www.a.example/"), "insecure");
  for (
    const url of ["https://a.example/", "http://localhost/", "http://x.localhost/", "http://127.1/"]
  ) assertEquals(stored({ secure: true }, url).secure, true, url);
  const wss = { protocol: "wss:", hostname: "a.example", pathname: "/" };
  assertEquals(isSecure(wss, RULES), true);
  const here = new URL("http://[::1]/");
  assertEquals(isSecure(here, RULES), true);
  assertEquals(isSecure(here, { ...RULES, trustLoopback: false }), false);
  assertEquals(isSecure(new URL("http://127.a.example/"), RULES), false);
});

Deno.test("a cookie must keep what its name's prefix promises", () => {
  const host = { name: "__Host-n", secure: true, path: "/" };
  assertEquals(stored(host).name, "__Host-n");
  assertEquals(store({ ...host, secure: false }), "prefix");
  assertEquals(store({ ...host, path: undefined }), "prefix");
  assertEquals(store({ ...host, path: undefined }, "https://a.example/"), "prefix");
  assertEquals(store({ ...host, path: "/docs" }), "prefix");
  // An empty path is the default one, and yet an attribute that is there.
  assertEquals(store({ ...host, path: "" }), "prefix");
  assertEquals(stored({ ...host, path: "" }, "https://a.example/").path, "/");
  assertEquals(store({ ...host, domain: "a.example" }), "prefix");
  assertEquals(store({ ...host, name: "__HOST-n", domain: "a.example" }), "prefix");
  assertEquals(store({ name: "__secure-n" }), "prefix");
  assertEquals(stored({ name: "__secure-n", secure: true }).path, "/docs");
  assertEquals(store({ name: "", value: "__Host-n=v", secure: true, path: "/" }), "prefix");
  assertEquals(stored({ name: "", value: "v" }).name, "");
});

Deno.test("a cookie that is empty, too large or holds a control is malformed", () => {
  assertEquals(store({ name: "", value: "" }), "malformed");
  assertEquals(store({ value: "v".repeat(4096) }), "malformed");
  assertEquals(store({ value: "\n" }), "malformed");
  assertEquals(store({ name: "\0" }), "malformed");
  // What no line can hold, but an object can.
  assertEquals(store({ name: "a=b" }), "malformed");
  assertEquals(store({ value: "1; b=2" }), "malformed");
  assertEquals(store({ value: "\u20ac" }), "malformed");
  assertEquals(stored({ value: "\u00ff" }).value, "\u00ff");
});

Deno.test("another site in the background sets only what says SameSite=None, and is secure", () => {
  const context: CookieContext = { site: "cross-site" };
  const url = "https://a.example/";
  for (const sameSite of ["strict", "lax", undefined] as const) {
    assertEquals(store({ sameSite }, url, context), "same-site");
    assertEquals(stored({ sameSite }, url, { site: "navigation" }).sameSite, sameSite);
  }
  assertEquals(store({ sameSite: "none" }, url, context), "same-site");
  assertEquals(stored({ sameSite: "none", secure: true }, url, context).sameSite, "none");
});

Deno.test("a script neither sets nor sees what is HttpOnly", () => {
  const url = "https://a.example/";
  assertEquals(store({ httpOnly: true }, url, { scripted: true }), "http-only");
  assertEquals(mayBeSent(stored({ httpOnly: true }), true, { scripted: true }), false);
  assertEquals(mayBeSent(stored({}), true, { scripted: true }), true);
  assertEquals(mayBeSent(stored({ httpOnly: true }), true, undefined), true);
});

Deno.test("which cookies other sites' requests carry depends on SameSite", () => {
  const cases: readonly [StoredCookie["sameSite"], CookieContext["site"], boolean][] = [
    ["strict", "same-site", true],
    ["strict", "navigation", false],
    ["strict", "cross-site", false],
    ["lax", "navigation", true],
    ["lax", "cross-site", false],
    [undefined, "navigation", true],
    [undefined, "cross-site", false],
    ["none", "navigation", true],
    ["none", "cross-site", true],
  ];
  for (const [sameSite, site, sent] of cases) {
    const cookie = stored({ sameSite, secure: true });
    assertEquals(mayBeSent(cookie, true, { site }), sent, `${sameSite} ${site}`);
    assertEquals(mayBeSent(cookie, false, { site }), false);
  }
});
