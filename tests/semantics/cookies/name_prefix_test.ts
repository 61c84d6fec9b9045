import { assertEquals } from "../../support/assert.ts";
import { namePrefix } from "../../../semantics/cookies/name_prefix.ts";

Deno.test("the prefix of a cookie's name is told in any case", () => {
  assertEquals(namePrefix("__Secure-id"), "__secure-");
  assertEquals(namePrefix("__SECURE-"), "__secure-");
  assertEquals(namePrefix("__Host-id"), "__host-");
  assertEquals(namePrefix("__hoST-"), "__host-");
  for (const name of ["", "id", "__", "__Host", "__Hostid", "_Host-id", "__Secur-id", "x__Host-"]) {
    assertEquals(namePrefix(name), undefined, name);
  }
});
