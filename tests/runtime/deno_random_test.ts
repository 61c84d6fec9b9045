import { DenoRandom } from "../../runtime/platform/deno_random.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("randomness fills every part, beyond what one call gives", () => {
  const bytes = new Uint8Array(200_000);
  new DenoRandom().fill(bytes);
  for (let at = 0; at < bytes.length; at += 10_000) {
    assert(bytes.subarray(at, at + 10_000).some((byte) => byte !== 0), `zeros at ${at}`);
  }
});

Deno.test("randomness stays inside what it is given", () => {
  const bytes = new Uint8Array(12);
  new DenoRandom().fill(bytes.subarray(4, 4));
  assertEquals(bytes, new Uint8Array(12));
  new DenoRandom().fill(bytes.subarray(4, 8));
  assertEquals(bytes.subarray(0, 4), new Uint8Array(4));
  assertEquals(bytes.subarray(8), new Uint8Array(4));
});
