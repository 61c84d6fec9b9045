import { attemptOrder, familyOf } from "../../../client/connecting/address_order.ts";
import { assertEquals, assertStrictEquals } from "../../support/assert.ts";

const A = "192.0.2.1", B = "192.0.2.2", C = "192.0.2.3";
const X = "2001:db8::1", Y = "2001:db8::2";

Deno.test("addresses alternate between the families, and keep their order within", () => {
  assertEquals(attemptOrder([X, Y, A, B, C]), [X, A, Y, B, C]);
  assertEquals(attemptOrder([A, B, X, Y]), [A, X, B, Y]);
  assertEquals(attemptOrder([A, B, C]), [A, B, C]);
});

Deno.test("a preferred family goes first, where there is one of it", () => {
  assertEquals(attemptOrder([X, Y, A], 4), [A, X, Y]);
  assertEquals(attemptOrder([A, X], 6), [X, A]);
  assertEquals(attemptOrder([A, B], 6), [A, B]);
});

Deno.test("an address that repeats is tried once", () => {
  assertEquals(attemptOrder([A, A, X, A]), [A, X]);
});

Deno.test("one address stays as it is", () => {
  const one = [A];
  assertStrictEquals(attemptOrder(one), one);
  assertEquals(attemptOrder([]), []);
});

Deno.test("the family shows in the address", () => {
  assertEquals([familyOf(A), familyOf(X), familyOf("fe80::1%eth0")], [4, 6, 6]);
});
