import { decodeBase64, encodeBase64 } from "@avx/semantics/base64";
import fc from "fast-check";
import { assertEquals } from "../support/assert.ts";

Deno.test("base64 has the RFC's test vectors", () => {
  const vectors = ["", "f", "fo", "foo", "foob", "fooba", "foobar"];
  const coded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
  for (const [at, text] of vectors.entries()) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(encodeBase64(bytes), coded[at]);
    assertEquals(decodeBase64(coded[at]), bytes);
    assertEquals(decodeBase64(coded[at].replaceAll("=", "")), bytes);
  }
});

Deno.test("base64 is what the platform makes of it", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
    const text = btoa(String.fromCharCode(...bytes));
    assertEquals(encodeBase64(bytes), text);
    assertEquals(decodeBase64(text), new Uint8Array(bytes));
  }));
});

Deno.test("base64 refuses what is malformed", () => {
  for (const text of ["Z", "Zm9vY", "Zm8==", "Zg=", "=", "====", "Z===", "Zm 9", "Zm-_", "Zmü="]) {
    assertEquals(decodeBase64(text), undefined, text);
  }
});
