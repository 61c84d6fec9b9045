import {
  commentEnd,
  decodeComment,
  decodeQuotedString,
  encodeQuotedString,
  quotedStringEnd,
} from "@avx/semantics/quoted-string";
import fc from "fast-check";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("decodeQuotedString gives back what encodeQuotedString was given", () => {
  const text = fc.stringMatching(/^[\t -~\u0080-\u00ff]*$/);
  fc.assert(fc.property(text, (value) => {
    const encoded = encodeQuotedString(value);
    assertEquals(decodeQuotedString(encoded), value);
    assertEquals(quotedStringEnd(`${encoded}, "x"`, 0), encoded.length);
  }));
});

Deno.test("encodeQuotedString refuses what no field may hold", () => {
  for (const text of ["\n", "\0", "\u20ac"]) {
    assertThrows(() => encodeQuotedString(text), TypeError, "Cannot quote text");
  }
});

Deno.test("decodeQuotedString resolves quoted pairs of any character", () => {
  assertEquals(decodeQuotedString('"a\\bc\\\\"'), "abc\\");
  assertEquals(decodeQuotedString('""'), "");
});

Deno.test("decodeQuotedString refuses what is not one quoted string", () => {
  for (const text of ["", "a", '"', '"a', 'a"', '"a"b', '"a\\"', '"a""b"', ' "a"', '"a\nb"']) {
    assertEquals(decodeQuotedString(text), undefined, JSON.stringify(text));
  }
});

Deno.test("quotedStringEnd is -1 where the string does not end", () => {
  assertEquals(quotedStringEnd('"a', 0), -1);
  assertEquals(quotedStringEnd('"a\\"', 0), -1);
  assertEquals(quotedStringEnd('"a"', 0), 3);
});

Deno.test("commentEnd counts the comments within", () => {
  assertEquals(commentEnd("(a(b)c)d", 0), 7);
  assertEquals(commentEnd("(a\\)b)", 0), 6);
  assertEquals(commentEnd("(a(b)", 0), -1);
  assertEquals(commentEnd("(\\", 0), -1);
});

Deno.test("decodeComment takes whole comments only", () => {
  assertEquals(decodeComment("()"), "");
  assertEquals(decodeComment("(a \\( (b))"), "a ( (b)");
  for (const text of ["", "a", "(a", "(a)b", "(a)(b)", "(a\n)"]) {
    assertEquals(decodeComment(text), undefined, JSON.stringify(text));
  }
});
