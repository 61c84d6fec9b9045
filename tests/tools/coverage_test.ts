import { parseLcov, percent, total } from "../../_tools/coverage.ts";
import { assertEquals } from "../support/assert.ts";

const REPORT = `SF:/somewhere/a.ts
DA:1,1
LF:4
LH:3
BRF:2
BRH:1
end_of_record
SF:/somewhere/b.ts
LF:6
LH:6
BRF:0
BRH:0
end_of_record
`;

Deno.test("coverage gate reads lines and branches of each file", () => {
  assertEquals(parseLcov(REPORT), [
    { path: "/somewhere/a.ts", lines: { found: 4, hit: 3 }, branches: { found: 2, hit: 1 } },
    { path: "/somewhere/b.ts", lines: { found: 6, hit: 6 }, branches: { found: 0, hit: 0 } },
  ]);
});

Deno.test("coverage gate weighs files by their size", () => {
  const { lines, branches } = total(parseLcov(REPORT));
  assertEquals([percent(lines), percent(branches)], [90, 50]);
});

Deno.test("coverage of nothing is whole", () => {
  assertEquals(percent({ found: 0, hit: 0 }), 100);
});
