import { assertEquals, assertStrictEquals } from "../support/assert.ts";
import { formatPriority, parsePriority, priorityOf } from "@avx/semantics/priority";

Deno.test("urgency and incremental are read in any order and form", () => {
  const cases: readonly [string, number, boolean][] = [
    ["", 3, false],
    ["u=0", 0, false],
    ["i", 3, true],
    ["u=5, i", 5, true],
    ["i=?1,u=7", 7, true],
    ["i=?0", 3, false],
    ["i, i=?0", 3, false],
    ["u=1, u=2", 2, false],
    ["u=2;x=1 , i;y", 2, true],
  ];
  for (const [text, urgency, incremental] of cases) {
    assertEquals(parsePriority(text), { urgency, incremental }, text);
  }
});

Deno.test("what is malformed, unknown or out of range counts as absent", () => {
  for (
    const text of ["u=8", "u=-1", "u=1.5", "u", "U=1", "x=1", "u=a, i=1", ";;", "u=10", "u = 1"]
  ) {
    assertEquals(parsePriority(text), { urgency: 3, incremental: false }, text);
  }
});

Deno.test("a priority is written without its defaults", () => {
  for (let urgency = 0; urgency < 8; urgency++) {
    for (const incremental of [false, true]) {
      const priority = priorityOf(urgency, incremental);
      assertStrictEquals(parsePriority(formatPriority(priority)), priority);
    }
  }
  assertEquals(formatPriority(priorityOf(3, false)), "");
  assertEquals(formatPriority(priorityOf(1, true)), "u=1, i");
});

Deno.test("a priority of much white space takes no longer than another", () => {
  const blank = " \t".repeat(500_000); // for ever, if each blank were looked at from each other one
  assertEquals(parsePriority(`${blank}u=1${blank},x${blank}y,i${blank}`), {
    urgency: 1,
    incremental: true,
  });
});
