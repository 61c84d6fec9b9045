import { hashing } from "@avx/runtime/platform";
import { assertEquals } from "../support/assert.ts";

Deno.test("hashes are those of the Web, in any pieces", async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(1_000));
  for (const algorithm of ["sha-256", "sha-512"] as const) {
    const expected = new Uint8Array(await crypto.subtle.digest(algorithm, bytes));
    for (const step of [1, 64, 1_000]) {
      const hash = hashing.start(algorithm);
      for (let at = 0; at < bytes.length; at += step) hash.update(bytes.subarray(at, at + step));
      assertEquals(hash.digest(), expected);
    }
  }
});
