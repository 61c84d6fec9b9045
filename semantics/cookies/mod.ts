/**
 * Cookies (RFC 6265bis): the `Set-Cookie` and `Cookie` fields for both sides, and a jar for clients.
 *
 * @example A server that sets a cookie and a client that keeps it
 * ```ts
 * import { CookieJar, formatSetCookie, parseCookieField } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * const line = formatSetCookie({ name: "theme", value: "dark", path: "/", maxAge: 86_400 });
 *
 * const jar = new CookieJar();
 * const url = new URL("https://a.example/");
 * jar.set(line, url, Date.now());
 *
 * const field = jar.cookieField(url, Date.now());
 * assertEquals(parseCookieField(field ?? ""), [{ name: "theme", value: "dark" }]);
 * ```
 *
 * @module
 */

export { parseCookieDate } from "./cookie_date.ts";
export { type CookiePair, formatCookieField, parseCookieField } from "./cookie_field.ts";
export { CookieJar, type CookieJarOptions, type CookieOutcome } from "./cookie_jar.ts";
export { defaultPath, domainMatches, pathMatches } from "./cookie_scope.ts";
export { type CookieData, type CookieJarData } from "./jar_data.ts";
export {
  type CookieLimits,
  DEFAULT_COOKIE_LIMITS,
  MAX_COOKIE_ATTRIBUTE_BYTES,
  MAX_COOKIE_BYTES,
} from "./limits.ts";
export { formatSetCookie, parseSetCookie, type SameSite, type SetCookie } from "./set_cookie.ts";
export {
  type CookieContext,
  type CookieLocation,
  type CookieRefusal,
  type StoredCookie,
} from "./stored_cookie.ts";
