import { sha1 } from "../../ws/proto/sha1.ts";
import { assertEquals } from "../support/assert.ts";

const hex = (bytes: Uint8Array) => [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

Deno.test("SHA-1 gives the digests of RFC 3174", () => {
  assertEquals(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  assertEquals(
    hex(sha1("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
    "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
  );
});

Deno.test("SHA-1 agrees with the platform on every length up to three blocks", async () => {
  for (let length = 0; length < 200; length++) {
    const text = "a7".repeat(100).slice(0, length);
    const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(text));
    assertEquals(hex(sha1(text)), hex(new Uint8Array(digest)));
  }
});
