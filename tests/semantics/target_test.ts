import { isTarget, parseTarget, targetUrl } from "@avx/semantics/target";
import fc from "fast-check";
import { assert, assertEquals } from "../support/assert.ts";

const BASE = { scheme: "http", authority: "a.example:8080" };

Deno.test("parseTarget takes the origin form apart", () => {
  const targets = [
    ["/", "/", undefined],
    ["/a/b", "/a/b", undefined],
    ["/a?", "/a", ""],
    ["/a?b?c", "/a", "b?c"],
    ["//a.example/b", "//a.example/b", undefined],
    ['/%zz|^{}[]"<>`\\', '/%zz|^{}[]"<>`\\', undefined],
    ["/http://b/?c://d", "/http://b/", "c://d"],
  ] as const;
  for (const [target, path, query] of targets) {
    assertEquals(parseTarget("GET", target), { form: "origin", path, query });
  }
});

Deno.test("parseTarget takes the absolute form apart", () => {
  assertEquals(parseTarget("GET", "HTTP://A.example:80/b?c"), {
    form: "absolute",
    scheme: "http",
    authority: "A.example:80",
    path: "/b",
    query: "c",
  });
  assertEquals(parseTarget("OPTIONS", "https://[::1]"), {
    form: "absolute",
    scheme: "https",
    authority: "[::1]",
    path: "",
    query: undefined,
  });
  assertEquals(parseTarget("GET", "http://a?b"), {
    form: "absolute",
    scheme: "http",
    authority: "a",
    path: "",
    query: "b",
  });
});

Deno.test("parseTarget takes the authority form with CONNECT only", () => {
  assertEquals(parseTarget("CONNECT", "[::1]:443"), {
    form: "authority",
    authority: "[::1]:443",
    host: "[::1]",
    port: 443,
  });
  assertEquals(parseTarget("GET", "a.example:443"), undefined);
});

Deno.test("parseTarget refuses another form, and a missing port, with CONNECT", () => {
  for (
    const target of ["/", "*", "a", "a:", "a:0", "a:65536", ":80", "http://a:80", "u@a:80", ""]
  ) {
    assertEquals(parseTarget("CONNECT", target), undefined, target);
    assertEquals(isTarget("CONNECT", target), false, target);
  }
});

Deno.test("parseTarget takes the asterisk form with OPTIONS only", () => {
  assertEquals(parseTarget("OPTIONS", "*"), { form: "asterisk" });
  assertEquals(parseTarget("GET", "*"), undefined);
  assertEquals(parseTarget("OPTIONS", "**"), undefined);
});

Deno.test("parseTarget refuses what is no target", () => {
  const invalid = [
    ...["", "a", "a/b", "?a", "#", "/a#b", "/a b", "/a\t", "/a\0", "/\u00e4", "/\x7f", "/\u0100"],
    ...[
      "http:",
      "http:/a",
      "http://",
      "http:///a",
      "http://?a",
      "://a",
      "1http://a",
      "http://u@a/",
    ],
    ...[
      "http://a:b/",
      "http://a b/",
      "http://[::1",
      "http://a/#b",
      "mailto:a@b",
      "http:a",
      "http://a\\b",
    ],
  ];
  for (const target of invalid) {
    assertEquals(parseTarget("GET", target), undefined, JSON.stringify(target));
    assertEquals(isTarget("GET", target), false, JSON.stringify(target));
  }
});

Deno.test("isTarget agrees with parseTarget", () => {
  const method = fc.constantFrom("GET", "OPTIONS", "CONNECT");
  const target = fc.oneof(
    fc.string(),
    fc.string().map((text) => `/${text}`),
    fc.webUrl({ withQueryParameters: true }),
    fc.domain().map((domain) => `${domain}:443`),
    fc.constant("*"),
  );
  fc.assert(
    fc.property(method, target, (method, target) => {
      assertEquals(isTarget(method, target), parseTarget(method, target) !== undefined);
    }),
    { numRuns: 500 },
  );
});

Deno.test("targetUrl makes the target URI of every form", () => {
  assertEquals(targetUrl(BASE, "/b?c"), "http://a.example:8080/b?c");
  assertEquals(targetUrl(BASE, "//b/c"), "http://a.example:8080//b/c");
  assertEquals(targetUrl(BASE, "*"), "http://a.example:8080");
  assertEquals(targetUrl(BASE, "https://b/c"), "https://b/c");
  assertEquals(targetUrl(BASE, "b:443"), "http://b:443");
  assertEquals(targetUrl(BASE, "[::1]:443"), "http://[::1]:443");
});

Deno.test("parseTarget and targetUrl give the path and query of a URL back", () => {
  const url = fc.webUrl({ withQueryParameters: true }).map((text) => new URL(text));
  fc.assert(fc.property(url, (url) => {
    // Not url.search, which is empty for a lone "?".
    const target = url.href.slice(url.origin.length);
    const parsed = parseTarget("GET", target);
    assert(parsed?.form === "origin");
    assertEquals(parsed.path, url.pathname);
    assertEquals(parsed.query ?? "", url.search.slice(1));
    const base = { scheme: url.protocol.slice(0, -1), authority: url.host };
    assertEquals(targetUrl(base, target), url.href);
    const absolute = parseTarget("GET", url.href);
    assert(absolute?.form === "absolute");
    assertEquals(absolute.authority, url.host);
    assertEquals(targetUrl(base, url.href), url.href);
  }));
});
