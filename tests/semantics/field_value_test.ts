import { splitAt, splitList, trimWhitespace } from "@avx/semantics/field-value";
import fc from "fast-check";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("trimWhitespace removes space and tab only", () => {
  assertEquals(trimWhitespace("\t a\t \tb \t"), "a\t \tb");
  assertEquals(trimWhitespace(" \t "), "");
  assertEquals(trimWhitespace(""), "");
  assertEquals(trimWhitespace("\u00a0\ufeff\n\v"), "\u00a0\ufeff\n\v");
  assertStrictEquals(trimWhitespace("as is"), "as is");
});

Deno.test("splitList drops empty members and white space", () => {
  assertEquals(splitList(""), []);
  assertEquals(splitList(" , ,\t,"), []);
  assertEquals(splitList(",a ,\tb,, c,"), ["a", "b", "c"]);
});

Deno.test("splitList leaves commas in quoted strings alone", () => {
  assertEquals(splitList('a="1,2", b'), ['a="1,2"', "b"]);
  assertEquals(splitList('"\\",", x'), ['"\\","', "x"]);
  assertEquals(splitList('W/"1,2",W/"3"'), ['W/"1,2"', 'W/"3"']);
});

Deno.test("splitList gives a quoted string that does not end the rest", () => {
  assertEquals(splitList('a, "b, c'), ["a", '"b, c']);
  assertEquals(splitList('"\\'), ['"\\']);
});

Deno.test("splitAt splits at the character it is told", () => {
  assertEquals(splitAt('a; b="c;d" ;e,f', 0x3b), ["a", 'b="c;d"', "e,f"]);
});

Deno.test("splitList gives joined members back", () => {
  const token = fc.stringMatching(/^[!-+\--~]{1,8}$/).filter((text) => !text.includes('"'));
  fc.assert(fc.property(fc.array(token), (members) => {
    assertEquals(splitList(members.join(", ")), members);
    assertEquals(splitList(members.join(",")), members);
  }));
});
