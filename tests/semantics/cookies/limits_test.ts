import { assertEquals, assertThrows } from "../../support/assert.ts";
import { DEFAULT_COOKIE_LIMITS } from "@avx/semantics/cookies";
import { cookieLimits } from "../../../semantics/cookies/limits.ts";

Deno.test("limits of a jar are completed, and must be positive", () => {
  assertEquals(cookieLimits(), DEFAULT_COOKIE_LIMITS);
  assertEquals(cookieLimits({ maxCookies: 1 }), { ...DEFAULT_COOKIE_LIMITS, maxCookies: 1 });
  for (const value of [0, -1, NaN]) {
    assertThrows(() => cookieLimits({ maxCookieAgeMs: value }), RangeError);
  }
});
