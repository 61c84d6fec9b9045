import { getPublicSuffix } from "tldts";
import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "../../support/assert.ts";
import { CookieJar, type CookieJarOptions, type CookieOutcome } from "@avx/semantics/cookies";

const NOW = Date.UTC(2026, 0);

function url(text: string): URL {
  return new URL(text);
}

function isUnsound(text: string): boolean {
  return Array.from(text, (character) => character.charCodeAt(0))
    .some((code) => code < 0x20 && code !== 0x09 || code === 0x3b || code === 0x7f);
}

function jarOf(lines: readonly string[], from = "https://a.example/"): CookieJar {
  const jar = new CookieJar();
  for (const line of lines) assertEquals(jar.set(line, url(from), NOW), "stored", line);
  return jar;
}

function field(jar: CookieJar, to = "https://a.example/", now = NOW): string | undefined {
  return jar.cookieField(url(to), now);
}

Deno.test("an empty jar sends no cookie", () => {
  assertEquals(field(new CookieJar()), undefined);
});

Deno.test("a host's own cookie goes to no other host, a domain's goes to all within it", () => {
  const jar = jarOf(["own=1", "all=2; domain=a.example"]);
  assertEquals(field(jar), "own=1; all=2");
  assertEquals(field(jar, "https://b.a.example/"), "all=2");
  assertEquals(field(jar, "https://b.example/"), undefined);
  assertEquals(field(jar, "https://example/"), undefined);
});

Deno.test("cookies go where their path is, longer paths first and then the older ones", () => {
  const jar = jarOf([
    "a=1; path=/",
    "b=2; path=/docs",
    "c=3; path=/docs/deep",
    "d=4; path=/docs",
  ]);
  assertEquals(field(jar, "https://a.example/docs/deep/page"), "c=3; b=2; d=4; a=1");
  assertEquals(field(jar, "https://a.example/docsearch"), "a=1");
});

Deno.test("a cookie that is set again keeps its place and its time of creation", () => {
  const jar = jarOf(["a=1", "b=2"]);
  assertEquals(jar.set("a=3", url("https://a.example/"), NOW + 5), "stored");
  assertEquals(field(jar), "a=3; b=2");
  assertEquals([...jar].map(({ createdMs }) => createdMs), [NOW, NOW]);
  assertEquals(jar.size, 2);
});

Deno.test("cookies that differ in path, or in whom they are for, are different ones", () => {
  const jar = jarOf(["a=1", "a=2; path=/x", "a=3; domain=a.example"]);
  assertEquals(jar.size, 3);
  assertEquals(field(jar, "https://a.example/x"), "a=2; a=1; a=3");
});

Deno.test("a cookie is sent until the moment at which it expires", () => {
  const jar = jarOf(["a=1; max-age=10"]);
  assertEquals(field(jar, undefined, NOW + 9_999), "a=1");
  assertEquals(field(jar, undefined, NOW + 10_000), undefined);
  assertEquals(jar.size, 0);
});

Deno.test("a server removes a cookie by letting it expire in the past", () => {
  const jar = jarOf(["a=1", "b=2"]);
  assertEquals(jar.set("a=; max-age=0", url("https://a.example/"), NOW), "expired");
  assertEquals(jar.set("c=; max-age=0", url("https://a.example/"), NOW), "expired");
  const past = "b=; expires=Thu, 01 Jan 1970 00:00:00 GMT";
  assertEquals(jar.set(past, url("https://a.example/"), NOW), "expired");
  assertEquals(jar.size, 0);
});

Deno.test("secure cookies go over secure connections only", () => {
  const jar = jarOf(["a=1; secure", "b=2"]);
  assertEquals(field(jar, "http://a.example/"), "b=2");
  assertEquals(field(jar, "https://a.example/"), "a=1; b=2");
});

Deno.test("an insecure connection cannot hide or replace a secure cookie", () => {
  const jar = jarOf(["id=1; secure; path=/login; domain=a.example"]);
  const cases: readonly [string, string, CookieOutcome][] = [
    ["id=2; path=/login; domain=a.example", "http://a.example/", "insecure"],
    ["id=2; path=/login/deep", "http://b.a.example/", "insecure"],
    ["id=2; path=/login", "http://a.example/", "insecure"],
    ["id=2; path=/login2", "http://a.example/", "stored"],
    ["id=2; path=/", "http://a.example/", "stored"],
    ["other=2; path=/login", "http://a.example/", "stored"],
    ["id=2; path=/login", "http://b.example/", "stored"],
    ["id=3; path=/login; domain=a.example", "https://a.example/", "stored"],
  ];
  for (const [line, from, outcome] of cases) {
    assertEquals(jar.set(line, url(from), NOW), outcome, `${line} from ${from}`);
  }
  const below = jarOf(["id=1; secure; path=/"], "https://b.a.example/");
  assertEquals(below.set("id=2; domain=a.example", url("http://a.example/"), NOW), "insecure");
});

Deno.test("a jar takes lines that are malformed for what they are", () => {
  const jar = new CookieJar();
  assertEquals(jar.set("a=\0", url("https://a.example/"), NOW), "malformed");
  assertEquals(jar.set({ name: "", value: "" }, url("https://a.example/"), NOW), "malformed");
  assertEquals(jar.set({ name: "a", value: "1" }, url("https://a.example/"), NOW), "stored");
});

Deno.test("a script does not replace an HttpOnly cookie", () => {
  const jar = jarOf(["a=1; httponly"]);
  const scripted = { scripted: true };
  assertEquals(jar.set("a=2", url("https://a.example/"), NOW, scripted), "http-only");
  assertEquals(jar.cookieField(url("https://a.example/"), NOW, scripted), undefined);
  assertEquals(field(jar), "a=1");
});

Deno.test("without a list, no cookie is for a whole top-level domain", () => {
  const jar = new CookieJar();
  assertEquals(jar.set("a=1; domain=example", url("https://a.example/"), NOW), "public-suffix");
  assertEquals(jar.set("a=1; domain=localhost", url("http://localhost/"), NOW), "stored");
  assertEquals([...jar][0].hostOnly, true);
});

Deno.test("with the public suffix list, no cookie is for everybody's domain", () => {
  const options: CookieJarOptions = {
    isPublicSuffix: (domain) => getPublicSuffix(domain, { allowPrivateDomains: true }) === domain,
  };
  const jar = new CookieJar(options);
  const cases: readonly [string, string, CookieOutcome][] = [
    ["co.uk", "https://www.shop.co.uk/", "public-suffix"],
    ["shop.co.uk", "https://www.shop.co.uk/", "stored"],
    ["github.io", "https://somebody.github.io/", "public-suffix"],
    ["com.br", "https://loja.com.br/", "public-suffix"],
    ["loja.com.br", "https://loja.com.br/", "stored"],
    ["www.ck", "https://www.ck/", "stored"],
    ["foo.ck", "https://bar.foo.ck/", "public-suffix"],
    ["github.io", "https://github.io/", "stored"],
  ];
  for (const [domain, from, outcome] of cases) {
    assertEquals(jar.set(`a=1; domain=${domain}`, url(from), NOW), outcome, domain);
  }
});

Deno.test("cookies of one domain beyond the limit push out the insecure, then the unused", () => {
  const jar = new CookieJar({ limits: { maxCookiesPerDomain: 3 } });
  const from = url("https://a.example/");
  jar.set("a=1; secure", from, NOW);
  jar.set("b=2; path=/b", from, NOW + 1);
  jar.set("c=3; path=/c", from, NOW + 2);
  jar.cookieField(url("https://a.example/b"), NOW + 3);
  jar.set("d=4; secure", from, NOW + 4);
  assertEquals([...jar].map(({ name }) => name), ["a", "b", "d"]);
  jar.set("e=5; secure", from, NOW + 5);
  jar.set("f=6; secure", from, NOW + 6);
  assertEquals([...jar].map(({ name }) => name), ["d", "e", "f"]);
});

Deno.test("what has expired is pushed out before anything else", () => {
  const jar = new CookieJar({ limits: { maxCookiesPerDomain: 2, maxCookies: 2 } });
  const from = url("https://a.example/");
  jar.set("a=1", from, NOW);
  jar.set("b=2; max-age=1", from, NOW + 1);
  jar.set("c=3", from, NOW + 5_000);
  assertEquals([...jar].map(({ name }) => name), ["a", "c"]);
});

Deno.test("cookies of all domains beyond the limit push out what was not used for longest", () => {
  const jar = new CookieJar({ limits: { maxCookies: 2 } });
  jar.set("a=1; secure", url("https://a.example/"), NOW);
  jar.set("b=2", url("https://b.example/"), NOW + 1);
  field(jar, "https://a.example/", NOW + 2);
  jar.set("c=3", url("https://c.example/"), NOW + 3);
  assertEquals([...jar].map(({ name }) => name), ["a", "c"]);
});

Deno.test("a jar's cookies can be deleted one by one, by session, and all", () => {
  const jar = jarOf(["a=1", "b=2; max-age=9", "c=3"]);
  const [first] = jar;
  assertEquals(jar.delete(first), true);
  assertEquals(jar.delete(first), false);
  jar.endSession();
  assertEquals([...jar].map(({ name }) => name), ["b"]);
  jar.clear();
  assertEquals([jar.size, field(jar)], [0, undefined]);
});

Deno.test("a jar survives JSON with the order and the times of its cookies", () => {
  const jar = jarOf(["b=2; samesite=lax; partitioned; secure; httponly", "a=1; max-age=9"]);
  jar.set("c=3; domain=a.example", url("https://x.a.example/"), NOW + 7);
  const copy = CookieJar.fromJSON(JSON.parse(JSON.stringify(jar)));
  assertEquals([...copy], [...jar]);
  assertEquals(field(copy), "b=2; a=1; c=3");
});

Deno.test("a domain that has become a public suffix is left behind when a jar is read", () => {
  const jar = jarOf(["a=1; domain=a.example", "b=2"]);
  const options = { isPublicSuffix: (domain: string) => domain === "a.example" };
  assertEquals(field(CookieJar.fromJSON(jar.toJSON(), options)), "b=2");
  assertThrows(() => CookieJar.fromJSON({}), TypeError);
});

Deno.test("whatever servers send, a jar stays within its limits and its fields are sound", () => {
  const hosts = ["a.example", "b.a.example", "c.example", "192.0.2.1"];
  const limits = { maxCookiesPerDomain: 4, maxCookies: 7 };
  const attribute = fc.constantFrom(
    ...["Secure", "HttpOnly", "Path=/", "Path=/x", "Domain=a.example", "Domain=.example"],
    ...["Max-Age=3", "Max-Age=0", "SameSite=None", "Expires=Thu, 01 Jan 2026 00:00:02 GMT"],
  );
  const step = fc.record({
    text: fc.oneof(fc.constantFrom("a=1", "b=2", "c", "__Host-a=1"), fc.string({ unit: "binary" })),
    attributes: fc.array(attribute, { maxLength: 4 }),
    host: fc.constantFrom(...hosts),
    scheme: fc.constantFrom("http", "https"),
    path: fc.constantFrom("/", "/x", "/x/y"),
    later: fc.nat(1_000),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const jar = new CookieJar({ limits });
      let now = NOW;
      for (const { text, attributes, host, scheme, path, later } of steps) {
        now += later;
        const from = url(`${scheme}://${host}${path}`);
        jar.set([text, ...attributes].join(";"), from, now);
        assert(jar.size <= limits.maxCookies);
        const cookies = jar.cookiesFor(from, now);
        for (const cookie of cookies) {
          assert(scheme === "https" || !cookie.secure);
          assert(cookie.expiresMs === undefined || cookie.expiresMs > now);
          assert(!isUnsound(`${cookie.name}${cookie.value}`));
        }
        const longest = cookies.map((cookie) => cookie.path.length);
        assertEquals(longest, [...longest].sort((one, other) => other - one));
      }
      assertEquals([...CookieJar.fromJSON(jar.toJSON(), { limits })], [...jar]);
    }),
    { numRuns: 300 },
  );
});
