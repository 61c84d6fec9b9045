import { assertEquals } from "../support/assert.ts";
import * as codes from "../../http2/frame/error_code.ts";

Deno.test("each error code has the name of its constant", () => {
  for (const [value, name] of codes.ERROR_CODE_NAMES.entries()) {
    assertEquals((codes as unknown as Record<string, number>)[name], value);
    assertEquals(codes.errorCodeName(value), name);
  }
});

Deno.test("an unknown error code is named by its number", () => {
  assertEquals(codes.errorCodeName(0xffff_ffff), "0xffffffff");
});
