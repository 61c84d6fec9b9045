import { dateLine } from "../../http1/date_line.ts";
import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("the date line is made once a second", () => {
  const first = dateLine(784111777000);
  assertEquals(new TextDecoder().decode(first), "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  assertStrictEquals(dateLine(784111777999), first);
  assertNotStrictEquals(dateLine(784111778000), first);
});
