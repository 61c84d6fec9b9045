import { base64 } from "../../ws/proto/base64.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("base64 pads as RFC 4648 shows", () => {
  const encode = (text: string) => base64(new TextEncoder().encode(text));
  assertEquals(["", "f", "fo", "foo", "foob", "fooba", "foobar"].map(encode), [
    "",
    "Zg==",
    "Zm8=",
    "Zm9v",
    "Zm9vYg==",
    "Zm9vYmE=",
    "Zm9vYmFy",
  ]);
});

Deno.test("base64 agrees with the platform on all bytes", () => {
  const bytes = new Uint8Array(256).map((_, index) => index * 7);
  assertEquals(base64(bytes), btoa(String.fromCharCode(...bytes)));
});
