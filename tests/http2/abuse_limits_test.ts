import { assert, assertEquals } from "../support/assert.ts";
import { DEFAULT_ABUSE_LIMITS } from "../../http2/proto/abuse_limits.ts";

Deno.test("every abuse limit is a positive number and cannot be changed by accident", () => {
  for (const value of Object.values(DEFAULT_ABUSE_LIMITS)) assert(value > 0);
  assert(Object.isFrozen(DEFAULT_ABUSE_LIMITS));
  assertEquals(DEFAULT_ABUSE_LIMITS.intervalMs, 10_000);
});
