/**
 * The policy that keeps cookies.
 *
 * @module
 */

import type { Clock } from "@avx/runtime/ports/clock";
import { CookieJar, formatCookieField, parseCookieField } from "@avx/semantics/cookies";
import type { EditableFields } from "@avx/semantics/editable-fields";
import type { Interceptor } from "../interceptor.ts";
import type { ClientResponse } from "../response.ts";

/**
 * The jar that an option asks for.
 *
 * @throws {TypeError} If it is no jar.
 */
export function cookieJarOf(option: boolean | CookieJar): CookieJar | undefined {
  if (typeof option === "boolean") return option ? new CookieJar() : undefined;
  if (option instanceof CookieJar) return option;
  throw new TypeError("Cannot use options.cookies as it must be true, false or a CookieJar");
}

/**
 * Sends the cookies of a jar, and keeps those that responses set.
 *
 * Cookies that the request itself names go along and win over those of the jar by the same name: who
 * sets a cookie for one request means that one.
 */
export function cookies(jar: CookieJar, clock: Clock): Interceptor {
  return (request, next) => {
    const { url, headers } = request;
    addCookies(headers, jar, url, clock.wallNow());
    return next(request).then((response) => {
      keepCookies(response, jar, url, clock.wallNow());
      return response;
    });
  };
}

function addCookies(headers: EditableFields, jar: CookieJar, url: URL, nowMs: number): void {
  const kept = jar.cookiesFor(url, nowMs);
  if (kept.length === 0) return;
  const own = parseCookieField(headers.getAll("cookie").join("; "));
  const names = new Set(own.map(({ name }) => name));
  const others = kept.filter(({ name }) => !names.has(name));
  if (others.length > 0) headers.set("cookie", formatCookieField([...own, ...others]));
}

function keepCookies(response: ClientResponse, jar: CookieJar, url: URL, nowMs: number): void {
  const { headers } = response;
  if (!headers.has("set-cookie")) return;
  // A line each: a comma may stand in a date, so that the field cannot be combined.
  for (const line of headers.getAll("set-cookie")) jar.set(line, url, nowMs);
}
