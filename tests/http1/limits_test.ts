import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS } from "../../http1/proto/limits.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("every limit and every timeout has a default that is a positive number", () => {
  for (const value of [...Object.values(DEFAULT_LIMITS), ...Object.values(DEFAULT_TIMEOUTS)]) {
    assert(value > 0);
  }
});

Deno.test("a field line fits into a head, and a target does too", () => {
  assert(DEFAULT_LIMITS.maxFieldBytes < DEFAULT_LIMITS.maxHeadBytes);
  assert(DEFAULT_LIMITS.maxTargetBytes < DEFAULT_LIMITS.maxHeadBytes);
  // RFC 9112 §3: it is recommended to support 8,000 bytes at least.
  assert(DEFAULT_LIMITS.maxTargetBytes >= 8000);
});

Deno.test("the defaults cannot be changed for everyone", () => {
  assertEquals([Object.isFrozen(DEFAULT_LIMITS), Object.isFrozen(DEFAULT_TIMEOUTS)], [true, true]);
});
