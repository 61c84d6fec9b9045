import { decodeBase64, encodeBase64 } from "../../../semantics/structured_fields/base64.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("bytes of every length are the same after base64", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, index) => index * 37 + length);
    const text = encodeBase64(bytes);
    assertEquals(text, btoa(String.fromCharCode(...bytes)));
    assertEquals(decodeBase64(text), bytes);
    assertEquals(decodeBase64(text.replace(/=+$/, "")), bytes);
  }
});

Deno.test("base64 is taken with bits left over, but not with other characters or padding", () => {
  assertEquals(decodeBase64("iZ=="), new Uint8Array([0x89]));
  for (const text of ["A", "AA=", "AAA==", "=", "A=A=", "AA-_", "AA A", "AAAA="]) {
    assertEquals(decodeBase64(text), undefined, text);
  }
});
