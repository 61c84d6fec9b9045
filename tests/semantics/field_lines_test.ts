import {
  appendField,
  deleteField,
  EMPTY_FIELDS,
  type FieldInit,
  fieldLinesOf,
  FieldList,
  fieldValueOf,
  hasField,
  overlayFields,
  setField,
  validateFieldLines,
} from "@avx/semantics/field-lines";
import fc from "fast-check";
import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";

const LINES = ["Accept", "a", "X-One", "1", "ACCEPT", "b", "x-empty", ""];

const fieldName = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
const fieldValue = fc.stringMatching(/^(?:[!-~\u0080-\u00ff](?:[\t -~]{0,8}[!-~])?)?$/);
const fieldLines = fc.array(fc.tuple(fieldName, fieldValue)).map((pairs) => pairs.flat());

Deno.test("FieldList keeps order and case of its lines", () => {
  const fields = new FieldList(LINES);
  assertEquals(fields.size, 4);
  assertEquals(fields.nameAt(0), "Accept");
  assertEquals(fields.nameAt(2), "ACCEPT");
  assertEquals(fields.valueAt(1), "1");
  assertEquals([...fields], [["Accept", "a"], ["X-One", "1"], ["ACCEPT", "b"], ["x-empty", ""]]);
  assertStrictEquals(fields.lines, LINES);
});

Deno.test("FieldList finds fields in any case", () => {
  const fields = new FieldList(LINES);
  assertEquals(fields.get("accept"), "a, b");
  assertEquals(fields.getAll("accept"), ["a", "b"]);
  assertEquals(fields.get("x-empty"), "");
  assertEquals(fields.get("missing"), undefined);
  assertEquals(fields.getAll("missing"), []);
  assertEquals(fields.has("x-one"), true);
  assertEquals(fields.has("x-two"), false);
});

Deno.test("FieldList refuses an index that it does not have", () => {
  const fields = new FieldList(LINES);
  for (const index of [-1, 4, 0.5, NaN]) {
    assertThrows(() => fields.nameAt(index), RangeError, "must be below 4");
    assertThrows(() => fields.valueAt(index), RangeError, "must be below 4");
  }
});

Deno.test("FieldList refuses a name without a value", () => {
  assertThrows(() => new FieldList(["a"]), TypeError, "each name needs a value");
});

Deno.test("EMPTY_FIELDS has nothing", () => {
  assertEquals([...EMPTY_FIELDS], []);
  assertEquals(EMPTY_FIELDS.has("host"), false);
  assertThrows(() => EMPTY_FIELDS.valueAt(0), RangeError);
});

Deno.test("validateFieldLines accepts what RFC 9110 allows", () => {
  validateFieldLines([]);
  validateFieldLines(["a", "", "X-!#$%&'*+-.^_`|~09", "tab\there \u0080\u00ff"]);
});

Deno.test("validateFieldLines refuses names that are no tokens", () => {
  for (const name of ["", "a b", "a:", "\u00e9", "a\r", ":path", "\u212a"]) {
    assertThrows(() => validateFieldLines([name, "v"]), TypeError, "must be a token");
  }
});

Deno.test("validateFieldLines refuses values that could split a message", () => {
  for (
    const value of [
      "a\r\nb: c",
      "\n",
      "\r",
      "\0",
      "\x7f",
      "\u0100",
      "\ud83d\ude00",
      "\u010a",
      " a",
      "a\t",
    ]
  ) {
    const error = assertThrows(() => validateFieldLines(["a", "ok", "x-secret", value]), TypeError);
    assertEquals(
      (error as Error).message,
      'Cannot send field "x-secret" as its value has white space at an end or a character that no ' +
        "field may hold",
    );
  }
});

Deno.test("validateFieldLines refuses an odd length and shortens what it quotes", () => {
  assertThrows(() => validateFieldLines(["a", "b", "c"]), TypeError, "current length is 3");
  const error = assertThrows(() => validateFieldLines([" ".repeat(1000), ""]), TypeError);
  assertEquals((error as Error).message.length < 150, true);
});

Deno.test("fieldLinesOf takes pairs, a Map, Headers and a record", () => {
  const expected = ["a", "1", "b", "2"];
  const inits: FieldInit[] = [
    [["a", "1"], ["b", " 2\t"]],
    new Map([["a", "1"], ["b", "2"]]),
    new Headers({ a: "1", b: "2" }),
    { a: "1", b: " 2" },
    { a: ["1"], b: ["2 "], c: [] },
  ];
  for (const init of inits) assertEquals(fieldLinesOf(init), expected);
});

Deno.test("fieldLinesOf checks what it was given", () => {
  assertThrows(() => fieldLinesOf({ "a b": "1" }), TypeError);
  assertThrows(() => fieldLinesOf([["a", "1\n2"]]), TypeError);
});

Deno.test("fieldLinesOf gives a valid section back unchanged", () => {
  fc.assert(fc.property(fieldLines, (lines) => {
    assertEquals(fieldLinesOf(new FieldList(lines)), lines);
  }));
});

Deno.test("setField replaces in place and removes the other lines", () => {
  const lines = ["a", "1", "Vary", "x", "b", "2", "vary", "y", "VARY", "z"];
  setField(lines, "VARY", "w");
  assertEquals(lines, ["a", "1", "VARY", "w", "b", "2"]);
  setField(lines, "c", "3");
  assertEquals(lines.slice(-2), ["c", "3"]);
});

Deno.test("appendField leaves the lines before it alone", () => {
  const lines = ["a", "1"];
  appendField(lines, "a", "2");
  assertEquals(lines, ["a", "1", "a", "2"]);
});

Deno.test("deleteField says whether there was a field", () => {
  const lines = ["A", "1", "b", "2", "a", "3"];
  assertEquals(deleteField(lines, "a"), true);
  assertEquals(lines, ["b", "2"]);
  assertEquals(deleteField(lines, "a"), false);
  assertEquals(lines, ["b", "2"]);
});

Deno.test("setField, then fieldValueOf, is the value; deleteField takes only that field away", () => {
  fc.assert(fc.property(fieldLines, fieldName, fieldValue, (lines, name, value) => {
    const lower = name.toLowerCase();
    const changed = [...lines];
    setField(changed, name, value);
    assertEquals(fieldValueOf(changed, lower), value);
    deleteField(changed, name);
    assertEquals(hasField(changed, lower), false);
    const others = [...new FieldList(lines)].filter(([other]) => other.toLowerCase() !== lower);
    assertEquals(changed, others.flat());
  }));
});

Deno.test("overlayFields replaces whole fields, whatever their case", () => {
  const base = ["Accept", "1", "b", "2", "accept", "3"];
  assertEquals(overlayFields(base, ["ACCEPT", "4"]), ["b", "2", "ACCEPT", "4"]);
  assertEquals(overlayFields(base, []), base);
  assertEquals(overlayFields([], ["a", "1"]), ["a", "1"]);
});
