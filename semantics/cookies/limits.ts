/**
 * How large cookies may be, and how many are kept.
 *
 * @module
 */

/**
 * The bytes of a cookie's name and value together; one that has more is ignored.
 *
 * @example The limit of every browser
 * ```ts
 * import { MAX_COOKIE_BYTES } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(MAX_COOKIE_BYTES, 4096);
 * ```
 */
export const MAX_COOKIE_BYTES = 4_096; // RFC 6265bis §5.6: this very number; all browsers have it

/**
 * The bytes of one attribute's value; an attribute that has more is ignored, the cookie is not.
 *
 * @example The limit of every browser
 * ```ts
 * import { MAX_COOKIE_ATTRIBUTE_BYTES } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(MAX_COOKIE_ATTRIBUTE_BYTES, 1024);
 * ```
 */
export const MAX_COOKIE_ATTRIBUTE_BYTES = 1_024; // RFC 6265bis §5.6: this very number

/** How many cookies a jar keeps, and for how long. */
export interface CookieLimits {
  /**
   * Cookies of one domain.
   *
   * @default {180}
   */
  readonly maxCookiesPerDomain: number;
  /**
   * Cookies in total.
   *
   * @default {3300}
   */
  readonly maxCookies: number;
  /**
   * How far in the future a cookie can expire, in milliseconds.
   *
   * @default {34560000000}
   */
  readonly maxCookieAgeMs: number;
}

/**
 * The limits of a jar that was told no others.
 *
 * @example Twice as many of one domain
 * ```ts
 * import { CookieJar, DEFAULT_COOKIE_LIMITS } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * const maxCookiesPerDomain = 2 * DEFAULT_COOKIE_LIMITS.maxCookiesPerDomain;
 * const jar = new CookieJar({ limits: { maxCookiesPerDomain } });
 * assertEquals(jar.size, 0);
 * ```
 */
export const DEFAULT_COOKIE_LIMITS: CookieLimits = Object.freeze({
  maxCookiesPerDomain: 180, // Chrome 180, Firefox 180, RFC 6265bis at least 50
  maxCookies: 3_300, // Chrome 3,300, Firefox 3,000, RFC 6265bis at least 3,000
  maxCookieAgeMs: 400 * 86_400_000, // RFC 6265bis §5.6 and all browsers: 400 days
});

/**
 * Completes and checks limits.
 *
 * @throws {RangeError} If one is not positive.
 */
export function cookieLimits(limits: Partial<CookieLimits> = {}): CookieLimits {
  const complete = { ...DEFAULT_COOKIE_LIMITS, ...limits };
  for (const [name, value] of Object.entries(complete)) {
    if (!(value > 0)) {
      throw new RangeError(
        `Cannot use limits.${name} as it must be positive: current value is ${value}`,
      );
    }
  }
  return Object.freeze(complete);
}
