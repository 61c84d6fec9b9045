import {
  formatParameterized,
  parseParameterized,
  parseWeight,
  parseWeighted,
} from "@avx/semantics/parameters";
import fc from "fast-check";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

function parsed(text: string): readonly [string, Record<string, string>] | undefined {
  const found = parseParameterized(text);
  return found && [found.value, Object.fromEntries(found.parameters)];
}

Deno.test("parseParameterized takes a value and its parameters apart", () => {
  assertEquals(parsed("text/html"), ["text/html", {}]);
  assertEquals(parsed(" text/html ;charset=utf-8"), ["text/html", { charset: "utf-8" }]);
  assertEquals(parsed('a; B="x;\\"y"; c=d'), ["a", { b: 'x;"y', c: "d" }]);
});

Deno.test("parseParameterized allows empty parameters, as RFC 9110 does", () => {
  assertEquals(parsed("a;"), ["a", {}]);
  assertEquals(parsed("a; ; b=c ;"), ["a", { b: "c" }]);
});

Deno.test("parseParameterized lets the first of a name count", () => {
  assertEquals(parsed("a; b=1; B=2"), ["a", { b: "1" }]);
});

Deno.test("parseParameterized refuses what is malformed", () => {
  const malformed = [
    "",
    " ",
    ";a=b",
    "a;b",
    "a;b =c",
    "a;b= c",
    "a;=c",
    "a;b=",
    'a;b="c',
    "a;b=c d",
  ];
  for (const text of malformed) assertEquals(parsed(text), undefined, JSON.stringify(text));
});

Deno.test("formatParameterized refuses a name that is no token and a value no field may hold", () => {
  assertThrows(() => formatParameterized("a", [["b c", "d"]]), TypeError, "must be a token");
  assertThrows(() => formatParameterized("a", [["b", "\n"]]), TypeError, "Cannot quote");
});

Deno.test("parseParameterized gives back what formatParameterized was given", () => {
  const name = fc.stringMatching(/^[a-z0-9*-]{1,8}$/);
  const value = fc.stringMatching(/^[\t -~\u0080-\u00ff]{0,12}$/);
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, value), { selector: ([n]) => n }), (pairs) => {
      const found = parseParameterized(formatParameterized("v", pairs));
      assert(found !== undefined);
      assertEquals([...found.parameters], pairs);
    }),
  );
});

Deno.test("parseWeight takes 0 to 1 with three decimals", () => {
  const weights = [["0", 0], ["1", 1], ["0.", 0], ["1.", 1], ["0.5", 0.5], [
    "0.123",
    0.123,
  ]] as const;
  for (const [text, weight] of weights) assertEquals(parseWeight(text), weight, text);
  assertEquals(parseWeight("1.000"), 1);
  for (const text of ["", ".5", "2", "1.1", "0.1234", "-0", "1e0", " 1", "0x1"]) {
    assertEquals(parseWeight(text), -1, JSON.stringify(text));
  }
});

Deno.test("parseWeighted sorts by weight and keeps the order of equals", () => {
  const members = parseWeighted("a;q=0.5, b, c;Q=0.5;x=y, d;q=0, e").map(
    ({ value, weight }) => `${value} ${weight}`,
  );
  assertEquals(members, ["b 1", "e 1", "a 0.5", "c 0.5", "d 0"]);
});

Deno.test("parseWeighted leaves malformed members out", () => {
  assertEquals(parseWeighted("a;q=2, b;q, c").map(({ value }) => value), ["c"]);
  assertEquals(parseWeighted(""), []);
});
