import { assertEquals } from "../../support/assert.ts";
import { defaultPath, domainMatches, pathMatches } from "@avx/semantics/cookies";
import { enclosingDomains } from "../../../semantics/cookies/cookie_scope.ts";

Deno.test("a host matches its own domain and those around it", () => {
  const cases: readonly [string, string, boolean][] = [
    ["a.example", "a.example", true],
    ["b.a.example", "a.example", true],
    ["c.b.a.example", "a.example", true],
    ["a.example", "b.a.example", false],
    ["ba.example", "a.example", false],
    ["example", "a.example", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "0.2.1", false],
    ["[::1]", "[::1]", true],
    ["[::ffff:1.2]", "2]", false],
  ];
  for (const [host, domain, matches] of cases) {
    assertEquals(domainMatches(host, domain), matches, `${host} ${domain}`);
  }
});

Deno.test("a path matches a cookie's path and what lies below it", () => {
  const cases: readonly [string, string, boolean][] = [
    ["/", "/", true],
    ["/a", "/", true],
    ["/a", "/a", true],
    ["/a/", "/a", true],
    ["/a/b", "/a", true],
    ["/a/b", "/a/", true],
    ["/a", "/a/", false],
    ["/ab", "/a", false],
    ["/", "/a", false],
    ["/A", "/a", false],
  ];
  for (const [path, cookiePath, matches] of cases) {
    assertEquals(pathMatches(path, cookiePath), matches, `${path} ${cookiePath}`);
  }
});

Deno.test("the default path is the directory of the request", () => {
  const cases: readonly [string, string][] = [
    ["", "/"],
    ["/", "/"],
    ["/a", "/"],
    ["/a/", "/a"],
    ["/a/b", "/a"],
    ["/a/b/c", "/a/b"],
    ["a/b", "/"],
    ["*", "/"],
  ];
  for (const [path, expected] of cases) assertEquals(defaultPath(path), expected, path);
});

Deno.test("the domains around a host are found from the inside out", () => {
  assertEquals([...enclosingDomains("c.b.example")], ["c.b.example", "b.example", "example"]);
  assertEquals([...enclosingDomains("localhost")], ["localhost"]);
  assertEquals([...enclosingDomains("a.example.")], ["a.example.", "example."]);
  assertEquals([...enclosingDomains("192.0.2.1")], ["192.0.2.1"]);
  assertEquals([...enclosingDomains("[2001:db8::1.2]")], ["[2001:db8::1.2]"]);
});
