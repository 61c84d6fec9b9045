import { parseBareItem } from "../../../semantics/structured_fields/bare_item_parser.ts";
import { Scanner } from "../../../semantics/structured_fields/scanner.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("a value is read as far as it goes, and what follows is left", () => {
  const cases: readonly [string, string][] = [
    ["12;a", ";"],
    ["1.5)", ")"],
    ['"a"b', "b"],
    ["ab(c", "("],
    [":AA==:,", ","],
    ["?1?", "?"],
    ["@1 ", " "],
    ['%"a"=', "="],
  ];
  for (const [text, rest] of cases) {
    const scanner = new Scanner(text);
    assertEquals(parseBareItem(scanner) === undefined, false, text);
    assertEquals(scanner.next, rest, text);
  }
});
