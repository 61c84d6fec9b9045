import { assertEquals, assertThrows } from "../support/assert.ts";
import {
  formatEntityTag,
  isSameStrongly,
  isSameWeakly,
  parseEntityTag,
  parseEntityTags,
} from "@avx/semantics/entity-tag";

Deno.test("entity tags are read and written", () => {
  for (const text of ['""', '"a"', 'W/"a"', '"a,b"', '"\\"', '"\u00ff"', '"!#\'"', 'W/""']) {
    const tag = parseEntityTag(text);
    assertEquals(tag === undefined ? "none" : formatEntityTag(tag), text);
  }
  for (const text of ["", "a", '"a', 'w/"a"', 'W/ "a"', '"a b"', '"a"b"', '"\x7f"', '"a" ', "*"]) {
    assertEquals(parseEntityTag(text), undefined, text);
  }
  for (const tag of ['"', " ", "\n", "\u0100"]) {
    assertThrows(() => formatEntityTag({ weak: false, tag }), TypeError);
  }
});

Deno.test("lists of entity tags are read, with commas and backslashes in them", () => {
  const strong = (tag: string) => ({ weak: false, tag });
  assertEquals(parseEntityTags('"a"'), [strong("a")]);
  assertEquals(parseEntityTags(' , "a,b" ,, "c\\" ,'), [strong("a,b"), strong("c\\")]);
  assertEquals(parseEntityTags('"a","b",W/"c"'), [strong("a"), strong("b"), {
    weak: true,
    tag: "c",
  }]);
  assertEquals(parseEntityTags(" * "), "*");
  for (const text of ["", ",", "a", '"a" "b"', '"a", *', '"a", b', '"a', '"a""b"']) {
    assertEquals(parseEntityTags(text), undefined, text);
  }
});

Deno.test("entity tags are compared strongly and weakly (RFC 9110 §8.8.3.2)", () => {
  const cases: readonly [string, string, boolean, boolean][] = [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
  ];
  for (const [left, right, strongly, weakly] of cases) {
    const [one, other] = [parseEntityTag(left)!, parseEntityTag(right)!];
    assertEquals([isSameStrongly(one, other), isSameWeakly(one, other)], [strongly, weakly]);
  }
});
