import { KnownRoutes } from "../../client/known_routes.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("known routes let go of the oldest when there are too many", () => {
  const known = new KnownRoutes(2);
  for (const key of ["a", "b", "b", "c"]) known.add(key);
  assertEquals(["a", "b", "c"].map((key) => known.has(key)), [false, true, true]);
  known.delete("b");
  known.add("d");
  assertEquals(["b", "c", "d"].map((key) => known.has(key)), [false, true, true]);
});
