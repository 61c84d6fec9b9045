import { EditableFields } from "@avx/semantics/editable-fields";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("editable fields start as what they are made of, and as a copy of it", () => {
  const record = new EditableFields({ accept: "a", "x-two": ["1", "2"] });
  assertEquals(record.lines, ["accept", "a", "x-two", "1", "x-two", "2"]);
  const copy = new EditableFields(record);
  copy.set("accept", "b");
  assertEquals([record.get("accept"), copy.get("accept")], ["a", "b"]);
  assertEquals(new EditableFields().size, 0);
});

Deno.test("editable fields set, append and delete whatever the case", () => {
  const fields = new EditableFields([["Accept", "a"], ["x", "1"], ["accept", "b"]]);
  fields.set("ACCEPT", " c ");
  fields.append("X", "2");
  assertEquals(fields.lines, ["ACCEPT", "c", "x", "1", "X", "2"]);
  assertEquals(fields.delete("x"), true);
  assertEquals(fields.delete("x"), false);
  assertEquals([...fields], [["ACCEPT", "c"]]);
});

Deno.test("editable fields refuse what would not be one line", () => {
  const fields = new EditableFields();
  assertThrows(() => fields.set("a b", "1"), TypeError, "token");
  assertThrows(() => fields.append("a", "1\nb: 2"), TypeError, "character");
  assertThrows(() => new EditableFields({ "a:": "1" }), TypeError, "token");
  assertEquals(fields.size, 0);
});

Deno.test("a clone of editable fields changes alone", () => {
  const fields = new EditableFields({ a: "1" });
  const clone = fields.clone();
  clone.append("a", "2");
  assertEquals([fields.get("a"), clone.get("a")], ["1", "1, 2"]);
});
