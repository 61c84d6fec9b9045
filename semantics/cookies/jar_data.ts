/**
 * A jar as JSON.
 *
 * @module
 */

import { isSendable, type StoredCookie } from "./stored_cookie.ts";

/** What a jar is as JSON. */
export interface CookieJarData {
  /** The version of this form. */
  readonly version: 1;
  /** The cookies, in the order in which they were first set. */
  readonly cookies: readonly CookieData[];
}

/** A cookie as JSON, which knows no `undefined`: one of the session expires at `null`. */
export type CookieData = Omit<StoredCookie, "expiresMs"> & { readonly expiresMs: number | null };

/**
 * Reads cookies out of what may be a jar's data.
 *
 * @throws {TypeError} If it is none.
 */
export function cookiesFromData(data: unknown): StoredCookie[] {
  const { version, cookies } = (data ?? {}) as { version?: unknown; cookies?: unknown };
  if (version !== 1 || !Array.isArray(cookies)) {
    throw new TypeError("Cannot read cookie jar as it must have version 1 and a list of cookies");
  }
  return cookies.map(cookieFromData);
}

const SAME_SITES: readonly unknown[] = ["strict", "lax", "none", undefined];

function cookieFromData(data: unknown, index: number): StoredCookie {
  const cookie = (data ?? {}) as Record<keyof StoredCookie, unknown>;
  const valid =
    ["name", "value", "domain", "path"].every((key) =>
      typeof cookie[key as keyof StoredCookie] === "string"
    ) &&
    ["hostOnly", "secure", "httpOnly", "partitioned"].every((key) =>
      typeof cookie[key as keyof StoredCookie] === "boolean"
    ) && Number.isFinite(cookie.createdMs) && Number.isFinite(cookie.usedMs) &&
    (cookie.expiresMs === null || Number.isFinite(cookie.expiresMs)) &&
    SAME_SITES.includes(cookie.sameSite);
  if (!valid || !isSendable(cookie.name as string, cookie.value as string)) {
    throw new TypeError(`Cannot read cookie jar as cookie ${index} in it is malformed`);
  }
  const stored = cookie as unknown as StoredCookie;
  return {
    name: stored.name,
    value: stored.value,
    domain: stored.domain,
    hostOnly: stored.hostOnly,
    path: stored.path,
    expiresMs: stored.expiresMs ?? undefined,
    secure: stored.secure,
    httpOnly: stored.httpOnly,
    sameSite: stored.sameSite,
    partitioned: stored.partitioned,
    createdMs: stored.createdMs,
    usedMs: stored.usedMs,
  };
}
