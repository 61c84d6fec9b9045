import { assertEquals } from "../../support/assert.ts";
import { formatCookieField, parseCookieField } from "@avx/semantics/cookies";

Deno.test("a Cookie field is read pair by pair", () => {
  const cases: readonly [string, readonly (readonly [string, string])[]][] = [
    ["", []],
    [" ; ;", []],
    ["a=1", [["a", "1"]]],
    ["a=1;b=2 ;\tc = 3", [["a", "1"], ["b", "2"], ["c", "3"]]],
    ["a=1; a=2", [["a", "1"], ["a", "2"]]],
    ["a; =b; c=", [["", "a"], ["", "b"], ["c", ""]]],
    ['a="x=y"', [["a", '"x=y"']]],
  ];
  for (const [field, pairs] of cases) {
    assertEquals(parseCookieField(field), pairs.map(([name, value]) => ({ name, value })), field);
  }
});

Deno.test("a Cookie field is written as it is read", () => {
  assertEquals(formatCookieField([]), "");
  const field = "a=1; b=; nameless";
  assertEquals(formatCookieField(parseCookieField(field)), field);
});
