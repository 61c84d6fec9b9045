import { parseExtensions } from "../../ws/proto/extensions.ts";
import { assertEquals } from "../support/assert.ts";

const parse = (value: string) =>
  parseExtensions(value)?.map(({ name, parameters }) => [name, ...parameters]);

Deno.test("extensions have parameters with values, quoted or not, and without", () => {
  assertEquals(parse(""), []);
  assertEquals(parse('foo, bar; a; b=1 ;c = "2"'), [["foo"], [
    "bar",
    ["a", undefined],
    ["b", "1"],
    ["c", "2"],
  ]]);
});

Deno.test("malformed extensions are refused, all of them", () => {
  for (const value of ["a b", "a; b=", 'a; b="x y"', "a; b; b", 'a; b="', "a; =1", "é"]) {
    assertEquals(parse(value), undefined, value);
  }
});
