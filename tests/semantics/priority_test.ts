import { DEFAULT_PRIORITY, parsePriority } from "@avx/semantics/serving";
import { assertEquals } from "../support/assert.ts";

Deno.test("a priority is read from its field, and the defaults fill what it leaves out", () => {
  const cases: [string | undefined, number, boolean][] = [
    [undefined, 3, false],
    ["", 3, false],
    ["u=0", 0, false],
    ["u=7, i", 7, true],
    ["i, u=1", 1, true],
    ["i=?1", 3, true],
    ["i=?0", 3, false],
    ["u=8", 3, false],
    ["u=-1, i", 3, true],
    ["x=u=2", 3, false],
    ["u=2;a=b", 3, false],
  ];
  for (const [value, urgency, incremental] of cases) {
    assertEquals(parsePriority(value), { urgency, incremental }, `${value}`);
  }
  assertEquals(parsePriority(undefined), DEFAULT_PRIORITY);
});
