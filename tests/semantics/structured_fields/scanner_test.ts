import { Scanner } from "../../../semantics/structured_fields/scanner.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("a scanner goes from left to right, by character, class and delimiter", () => {
  const scanner = new Scanner("  \t12a:rest");
  scanner.skipSpaces();
  assertEquals(scanner.next, "\t");
  scanner.skipWhitespace();
  assertEquals(scanner.takeDigits(), "12");
  assertEquals([scanner.skip("b"), scanner.skip("a")], [false, true]);
  assertEquals(scanner.take(), ":");
  assertEquals(scanner.nextIs((code) => code === 0x72), true);
  assertEquals(scanner.takeUntil("!"), undefined);
  assertEquals(scanner.takeUntil("t"), "res");
  assertEquals([scanner.isDone, scanner.next, scanner.take()], [true, "", ""]);
  assertEquals(scanner.nextIs(() => true), false);
  assertEquals(scanner.takeWhile(() => true), "");
});
