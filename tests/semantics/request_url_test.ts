import { requestUrl } from "@avx/semantics/web";
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";

const AUTHORITIES = [
  "localhost",
  "localhost:8000",
  "127.0.0.1:8000",
  "010.0.0.1",
  "0x7f.1",
  "a.1",
  "Example.com:80",
  "example.com:443",
  "a:00080",
  "[::1]:80",
  "xn--a.com",
];

Deno.test("a request's URL is what the URL standard makes of it", () => {
  const characters = "/.%2eE?#a-~'\"\\[]{}^| é:@&=+;`<>".split("");
  const target = fc.array(fc.constantFrom(...characters)).map((part) => `/${part.join("")}`);
  const scheme = fc.constantFrom("http", "https");
  fc.assert(
    fc.property(scheme, fc.constantFrom(...AUTHORITIES), target, (scheme, authority, target) => {
      const text = `${scheme}://${authority}${target}`;
      const expected = URL.canParse(text) ? new URL(text).href : text;
      assertEquals(requestUrl({ scheme, authority }, target), expected);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

Deno.test("a target in absolute form is the URL", () => {
  const base = { scheme: "http", authority: "proxy" };
  assertEquals(requestUrl(base, "http://origin/x"), "http://origin/x");
  assertEquals(requestUrl(base, "*"), "http://proxy/");
  assertEquals(requestUrl({ scheme: "http", authority: "a%zz" }, "/"), "http://a%zz/");
});
