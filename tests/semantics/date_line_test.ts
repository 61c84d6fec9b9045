import { DateLine } from "@avx/semantics/serving";
import { assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("the date line is made once a second", () => {
  let asked = 0;
  let wall = 784111777400;
  const date = new DateLine(() => {
    asked++;
    return wall;
  });
  const first = date.at(5000);
  assertEquals(new TextDecoder().decode(first), "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
  assertStrictEquals(date.at(5599), first);
  assertEquals(date.text(5599), "Sun, 06 Nov 1994 08:49:37 GMT");
  assertEquals(asked, 1);
  wall += 600;
  const second = date.at(5600);
  assertEquals(new TextDecoder().decode(second), "date: Sun, 06 Nov 1994 08:49:38 GMT\r\n");
  assertStrictEquals(date.at(6599), second);
  assertEquals(asked, 2);
});
