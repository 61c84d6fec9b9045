import fc from "fast-check";
import { assert, assertEquals } from "../../support/assert.ts";
import {
  formatDictionary,
  formatItem,
  formatList,
  parseDictionary,
  parseItem,
  parseList,
  type StructuredDictionary,
  type StructuredItem,
  type StructuredList,
} from "@avx/semantics/structured-fields";
import { expectedOf, noVectors, type Vector, vectors } from "./vectors.ts";

function parse(kind: Vector["header_type"], text: string): unknown {
  if (kind === "item") return parseItem(text);
  return kind === "list" ? parseList(text) : parseDictionary(text);
}

function format(kind: Vector["header_type"], value: unknown): string {
  if (kind === "item") return formatItem(value as StructuredItem);
  if (kind === "list") return formatList(value as StructuredList);
  return formatDictionary(value as StructuredDictionary);
}

/** Decimals without a fraction as integers: the vectors are JSON, which does not tell them apart. */
function comparable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_key, part) => {
    if (part instanceof Map) return [...part];
    if (part instanceof Uint8Array) return [...part];
    return part?.type === "decimal" && Number.isInteger(part.value)
      ? { ...part, type: "integer" }
      : part;
  }));
}

for (const [file, cases] of noVectors ? [["the vectors", []] as const] : vectors()) {
  Deno.test(`structured fields: ${file} are read and written`, { ignore: noVectors }, () => {
    for (const vector of cases) {
      const { name, header_type, raw = [], must_fail = false, can_fail = false } = vector;
      const parsed = parse(header_type, raw.join(", "));
      if (must_fail) {
        assertEquals(parsed, undefined, name);
        continue;
      }
      if (can_fail && parsed === undefined) continue;
      assertEquals(comparable(parsed), comparable(expectedOf(vector)), name);
      const canonical = vector.canonical ?? raw;
      assertEquals(format(header_type, parsed), canonical.join(", "), name);
    }
  });
}

Deno.test("structured fields of each kind and type are read", () => {
  const parameters = new Map();
  const item = (text: string) => parseItem(text)?.item;
  assertEquals(item("-5"), { type: "integer", value: -5 });
  assertEquals(item("-0"), { type: "integer", value: 0 });
  assertEquals(item("1.50"), { type: "decimal", value: 1.5 });
  assertEquals(item('"a\\"b"'), { type: "string", value: 'a"b' });
  assertEquals(item("*a/b:c"), { type: "token", value: "*a/b:c" });
  assertEquals(item(":AQI=:"), { type: "bytes", value: new Uint8Array([1, 2]) });
  assertEquals(item("?0"), { type: "boolean", value: false });
  assertEquals(item("@1659578233"), { type: "date", value: 1_659_578_233 });
  assertEquals(item('%"f%c3%bc"'), { type: "displayString", value: "fü" });
  assertEquals(parseList(" a ,\tb "), [
    { item: { type: "token", value: "a" }, parameters },
    { item: { type: "token", value: "b" }, parameters },
  ]);
  assertEquals(parseList(""), []);
  assertEquals(parseDictionary("  "), new Map());
  assertEquals([...parseDictionary("a=1, b, a=2")?.keys() ?? []], ["a", "b"]);
});

Deno.test("a structured field that is malformed anywhere is none", () => {
  for (
    const text of [
      ...["", "1 2", "-", "1.", "1.2345", "1234567890123456", "1234567890123.1", "@1.5", "@", "?2"],
      ...['"a', '"a\\b"', '"a\\', '"\u00e9"', ":a", ":a:", ":A===:", ":AA=:", "%", '%"', "%a"],
      ...['%"%C3%BC"', '%"%ff"', '%"%c"', '%"\u00e9"', "a;A", "a;", "a;b=", "a; =1", ",", "é"],
    ]
  ) assertEquals(parseItem(text), undefined, text);
  for (const text of ["a,", "a b", ",a", "(a", "(a,b)", '("a""b")', "(a)b", "(a);", "( "]) {
    assertEquals(parseList(text), undefined, text);
  }
  for (const text of ["a=", "A=1", "a=1 b", "a=1,", "=1", "a;b=(", "a=("]) {
    assertEquals(parseDictionary(text), undefined, text);
  }
});

Deno.test("whatever is read is written so that it reads the same", () => {
  const alphabet = fc.constantFrom(...'aB1-.*"\\;=,() \t:?@%/éz0');
  fc.assert(
    fc.property(
      fc.constantFrom("item", "list", "dictionary"),
      fc.oneof(fc.string({ unit: alphabet, maxLength: 20 }), fc.string({ unit: "binary" })),
      (kind, text) => {
        const parsed = parse(kind, text);
        if (parsed === undefined) return;
        const written = format(kind, parsed);
        assert(/^[\x20-\x7e]*$/.test(written));
        assertEquals(parse(kind, written), parsed);
      },
    ),
    { numRuns: 5_000 },
  );
});
