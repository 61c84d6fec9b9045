import { isWireCode } from "../../ws/proto/close_code.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("codes of the registry, of libraries and of applications may be on the wire", () => {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1014, 3000, 3999, 4000, 4999]) {
    assertEquals(isWireCode(code), true, String(code));
  }
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2999, 5000, 65535]) {
    assertEquals(isWireCode(code), false, String(code));
  }
});
