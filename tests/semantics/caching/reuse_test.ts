import { assertEquals } from "../../support/assert.ts";
import { reusedLines } from "@avx/semantics/caching";
import { headOf } from "./heads.ts";

Deno.test("a reused response has its age, in whole seconds (RFC 9111 §4)", () => {
  const head = headOf({ age: "5", date: "x" });
  const lines = reusedLines(head, { ageMs: 12_999, validated: false });
  assertEquals(lines, ["date", "x", "age", "12"]);
});

Deno.test("fields that no-cache names are left out until they are validated (RFC 9111 §5.2.2.4)", () => {
  const head = headOf([
    ["Cache-Control", 'no-cache="X-Secret"'],
    ["X-Secret", "1"],
    ["date", "x"],
  ]);
  const control = ["Cache-Control", 'no-cache="X-Secret"'];
  assertEquals(reusedLines(head, { ageMs: 0, validated: false }), [
    ...control,
    ...["date", "x"],
    ...["age", "0"],
  ]);
  assertEquals(reusedLines(head, { ageMs: 0, validated: true }), [
    ...control,
    ...["X-Secret", "1"],
    ...["date", "x"],
    ...["age", "0"],
  ]);
});
