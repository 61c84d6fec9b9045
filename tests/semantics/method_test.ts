import {
  expectsContent,
  isCacheable,
  isIdempotent,
  isRegisteredMethod,
  isSafe,
  methodProperties,
  METHODS,
} from "@avx/semantics/method";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("METHODS holds the registry", () => {
  assertEquals(METHODS.length, 40);
  assertEquals(new Set(METHODS).size, METHODS.length);
  assert(METHODS.every(isRegisteredMethod));
  assertEquals(isRegisteredMethod("*"), false);
});

Deno.test("the safe methods are those of the registry", () => {
  const safe = ["GET", "HEAD", "OPTIONS", "PRI", "PROPFIND", "QUERY", "REPORT", "SEARCH", "TRACE"];
  assertEquals(METHODS.filter(isSafe).sort(), safe);
});

Deno.test("the cacheable methods are those that RFC 9110, 5789 and 10008 name", () => {
  const cacheable = ["GET", "HEAD", "PATCH", "POST", "QUERY"];
  assertEquals(METHODS.filter(isCacheable).sort(), cacheable);
});

Deno.test("every registered method is idempotent but four", () => {
  const others = METHODS.filter((method) => !isIdempotent(method)).sort();
  assertEquals(others, ["CONNECT", "LOCK", "PATCH", "POST"]);
});

Deno.test("a safe method is idempotent", () => {
  for (const method of METHODS) assert(!isSafe(method) || isIdempotent(method), method);
});

Deno.test("methodProperties assumes the worst of a method it does not know", () => {
  for (const method of ["BREW", "get", "", "toString"]) {
    assertEquals(methodProperties(method), {
      safe: false,
      idempotent: false,
      cacheable: false,
      requestContent: "allowed",
      responseContent: true,
    });
  }
});

Deno.test("only HEAD and CONNECT have responses without content", () => {
  const without = METHODS.filter((method) => !methodProperties(method).responseContent);
  assertEquals(without.sort(), ["CONNECT", "HEAD"]);
});

Deno.test("the cacheable methods are those that say so", () => {
  const cacheable = METHODS.filter((method) => methodProperties(method).cacheable);
  assertEquals(cacheable.sort(), ["GET", "HEAD", "PATCH", "POST", "QUERY"]);
});

Deno.test("expectsContent tells the methods that work on content", () => {
  for (const method of ["POST", "PUT", "PATCH", "QUERY"]) {
    assertEquals(expectsContent(method), true);
  }
  for (const method of ["GET", "HEAD", "DELETE", "TRACE", "CONNECT", "BREW"]) {
    assertEquals(expectsContent(method), false);
  }
  assertEquals(methodProperties("TRACE").requestContent, "forbidden");
});
