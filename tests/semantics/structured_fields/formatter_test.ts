import { assertEquals, assertThrows } from "../../support/assert.ts";
import {
  type BareItem,
  formatDictionary,
  formatItem,
  formatList,
  type StructuredDictionary,
  type StructuredItem,
  type StructuredList,
} from "@avx/semantics/structured-fields";
import { expectedOf, noVectors, type Vector, vectors } from "./vectors.ts";

function writtenOf(vector: Vector): string {
  const value = expectedOf(vector);
  if (vector.header_type === "item") return formatItem(value as StructuredItem);
  if (vector.header_type === "list") return formatList(value as StructuredList);
  return formatDictionary(value as StructuredDictionary);
}

const cases = noVectors ? [["the vectors", []] as const] : vectors("serialisation-tests");
for (const [file, some] of cases) {
  Deno.test(`structured fields: ${file} are written or refused`, { ignore: noVectors }, () => {
    for (const vector of some) {
      const { name, must_fail = false, canonical = [] } = vector;
      const written = () => writtenOf(vector);
      if (must_fail) assertThrows(written, Error, "Cannot format", name);
      else assertEquals(written(), canonical.join(", "), name);
    }
  });
}

function text(item: BareItem): string {
  return formatItem({ item, parameters: new Map() });
}

Deno.test("values of each type are written", () => {
  const items: readonly [BareItem, string][] = [
    [{ type: "integer", value: -999_999_999_999_999 }, "-999999999999999"],
    [{ type: "decimal", value: 0 }, "0.0"],
    [{ type: "decimal", value: -1.5 }, "-1.5"],
    [{ type: "decimal", value: 0.0005 }, "0.0"],
    [{ type: "decimal", value: 0.0015 }, "0.002"],
    [{ type: "decimal", value: -0.0015 }, "-0.002"],
    [{ type: "decimal", value: 1.25 }, "1.25"],
    [{ type: "decimal", value: 999_999_999_999.999 }, "999999999999.999"],
    [{ type: "string", value: 'a "b" \\' }, '"a \\"b\\" \\\\"'],
    [{ type: "string", value: "" }, '""'],
    [{ type: "token", value: "a/b" }, "a/b"],
    [{ type: "bytes", value: new Uint8Array([0xff, 0xfe]) }, "://4=:"],
    [{ type: "bytes", value: new Uint8Array(0) }, "::"],
    [{ type: "boolean", value: false }, "?0"],
    [{ type: "date", value: -1 }, "@-1"],
    [{ type: "displayString", value: 'f\u00fc "100%"\n' }, '%"f%c3%bc %22100%25%22%0a"'],
  ];
  for (const [item, expected] of items) assertEquals(text(item), expected);
});

Deno.test("values that no field can carry are refused", () => {
  for (const value of [1e15, 1.5, NaN, Infinity]) {
    assertThrows(() => text({ type: "integer", value }), RangeError);
  }
  for (const value of [1e12, -1e12, NaN, Infinity]) {
    assertThrows(() => text({ type: "decimal", value }), RangeError);
  }
  assertThrows(() => text({ type: "date", value: 0.5 }), RangeError);
  assertThrows(() => text({ type: "string", value: "\u00fc" }), TypeError);
  assertThrows(() => text({ type: "string", value: "\n" }), TypeError);
  for (const value of ["", "1a", "a b"]) {
    assertThrows(() => text({ type: "token", value }), TypeError);
  }
  assertThrows(() => text({ type: "displayString", value: "\ud800" }), TypeError);
  const parameters = new Map();
  const item = { type: "boolean", value: true } as const;
  for (const key of ["", "A", "1"]) {
    assertThrows(() => formatDictionary(new Map([[key, { item, parameters }]])), TypeError);
    assertThrows(() => formatItem({ item, parameters: new Map([[key, item]]) }), TypeError);
  }
});
