/**
 * What becomes of a cookie that a server sets, before other cookies are looked at
 * (RFC 6265bis §5.7).
 *
 * @module
 */

import { isIpv4 } from "../authority.ts";
import { defaultPath, domainMatches } from "./cookie_scope.ts";
import { MAX_COOKIE_BYTES } from "./limits.ts";
import { namePrefix } from "./name_prefix.ts";
import { hasControl, type SameSite, type SetCookie } from "./set_cookie.ts";

/** What cookies need of a URL. A `URL` is one. */
export interface CookieLocation {
  /** The scheme with its colon. */
  readonly protocol: string;
  /** The host in lower case, without a port, an IPv6 address in brackets. */
  readonly hostname: string;
  /** The path, without a query. */
  readonly pathname: string;
}

/** On whose behalf cookies are set or sent. */
export interface CookieContext {
  /**
   * Which site asks: the cookie's own, another one by following a link, or another one in the
   * background (RFC 6265bis §5.2).
   *
   * @default {"same-site"}
   */
  readonly site?: "same-site" | "navigation" | "cross-site";
  /**
   * Whether a script asks, which `HttpOnly` cookies are kept from.
   *
   * @default {false}
   */
  readonly scripted?: boolean;
}

/** A cookie in a jar. */
export interface StoredCookie {
  /** The name. */
  readonly name: string;
  /** The value. */
  readonly value: string;
  /** The host, or the domain for all of whose hosts it is. */
  readonly domain: string;
  /** Whether it is for the host {@linkcode domain} alone. */
  readonly hostOnly: boolean;
  /** The path below which it is sent. */
  readonly path: string;
  /** When it expires, in milliseconds since 1970; `undefined` at the end of the session. */
  readonly expiresMs: number | undefined;
  /** Whether it is sent over secure connections only. */
  readonly secure: boolean;
  /** Whether it is kept from scripts. */
  readonly httpOnly: boolean;
  /** With which requests of other sites it goes along; `undefined` is treated as `"lax"`. */
  readonly sameSite: SameSite | undefined;
  /** Whether it asked for a partition. It is kept but nothing is partitioned. */
  readonly partitioned: boolean;
  /** When it was first set, in milliseconds since 1970. */
  readonly createdMs: number;
  /** When it was last set or sent, in milliseconds since 1970. */
  readonly usedMs: number;
}

/**
 * Why a cookie was not stored: it has no name and no value, is too large or holds controls
 * (`"malformed"`); its domain is not the host's or is a public suffix; it is `Secure` but came over
 * an insecure connection, or would hide one that is (`"insecure"`); it is for the cookie's own site
 * and another one asked (`"same-site"`); it lacks what its name's prefix promises (`"prefix"`); a
 * script may not touch it (`"http-only"`).
 */
export type CookieRefusal =
  | "malformed"
  | "domain"
  | "public-suffix"
  | "insecure"
  | "same-site"
  | "prefix"
  | "http-only";

/** What decides about cookies beside themselves. */
export interface CookieRules {
  /** Whether everybody can register a name below a domain, as with `com` and `co.uk`. */
  readonly isPublicSuffix: (domain: string) => boolean;
  /** Whether what is on this machine counts as reached securely. */
  readonly trustLoopback: boolean;
  /** How far in the future a cookie can expire. */
  readonly maxCookieAgeMs: number;
}

/** Whether a cookie can be part of a `Cookie` field, and is one cookie there. */
export function isSendable(name: string, value: string): boolean {
  if (name.includes("=") || hasControl(name) || hasControl(value)) return false;
  for (const text of [name, value]) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === SEMICOLON || code > 0xff) return false;
    }
  }
  return true;
}

const SEMICOLON = 0x3b;

/** Makes of what a server sets what a jar keeps, or says why not. */
export function storableCookie(
  set: SetCookie,
  location: CookieLocation,
  context: CookieContext,
  nowMs: number,
  rules: CookieRules,
): StoredCookie | CookieRefusal {
  const { name, value, secure = false, httpOnly = false, sameSite } = set;
  if (name === "" && value === "" || name.length + value.length > MAX_COOKIE_BYTES) {
    return "malformed";
  }
  if (!isSendable(name, value)) return "malformed";
  const scope = scopeOf(set.domain ?? "", location.hostname, rules);
  if (typeof scope === "string") return scope;
  if (secure && !isSecure(location, rules)) return "insecure";
  if (httpOnly && context.scripted === true) return "http-only";
  // Lax is for requests; a response to another site's request sets only what says None, unless
  // that request was a navigation.
  if (sameSite !== "none" && context.site === "cross-site") return "same-site";
  if (sameSite === "none" && !secure) return "same-site";
  const path = set.path === undefined || set.path === ""
    ? defaultPath(location.pathname)
    : set.path;
  if (!keepsPromise(set, scope.hostOnly, path)) return "prefix";
  return {
    name,
    value,
    ...scope,
    path,
    expiresMs: expiryOf(set, nowMs, rules),
    secure,
    httpOnly,
    sameSite,
    partitioned: set.partitioned === true,
    createdMs: nowMs,
    usedMs: nowMs,
  };
}

/** Whether a location is reached over a connection that nobody else reads or changes. */
export function isSecure(location: CookieLocation, rules: CookieRules): boolean {
  const { protocol, hostname } = location;
  if (protocol === "https:" || protocol === "wss:") return true;
  return rules.trustLoopback && isLoopback(hostname);
}

/** Whether a cookie may go to a host on whose behalf `context` asks (RFC 6265bis §5.8.3). */
export function mayBeSent(
  cookie: StoredCookie,
  secure: boolean,
  context: CookieContext | undefined,
): boolean {
  if (cookie.secure && !secure) return false;
  if (cookie.httpOnly && context?.scripted === true) return false;
  switch (context?.site) {
    case "cross-site":
      return cookie.sameSite === "none";
    case "navigation":
      return cookie.sameSite !== "strict";
    default:
      return true;
  }
}

function scopeOf(
  domain: string,
  host: string,
  rules: CookieRules,
): Pick<StoredCookie, "domain" | "hostOnly"> | CookieRefusal {
  if (domain === "") return { domain: host, hostOnly: true };
  for (let at = 0; at < domain.length; at++) if (domain.charCodeAt(at) > 0x7f) return "domain";
  if (rules.isPublicSuffix(domain)) {
    return domain === host ? { domain: host, hostOnly: true } : "public-suffix";
  }
  return domainMatches(host, domain) ? { domain, hostOnly: false } : "domain";
}

function keepsPromise(set: SetCookie, hostOnly: boolean, path: string): boolean {
  const { name, value, secure } = set;
  // Without a name, the value is what a server takes for the name (RFC 6265bis §5.7, step 22).
  if (name === "") return namePrefix(value) === undefined;
  const prefix = namePrefix(name);
  if (prefix === undefined) return true;
  if (secure !== true) return false;
  return prefix === "__secure-" || hostOnly && set.path !== undefined && path === "/";
}

function expiryOf(
  { maxAge, expiresMs }: SetCookie,
  nowMs: number,
  { maxCookieAgeMs }: CookieRules,
): number | undefined {
  const latest = nowMs + maxCookieAgeMs;
  if (maxAge !== undefined) return maxAge <= 0 ? 0 : Math.min(nowMs + maxAge * 1000, latest);
  return expiresMs === undefined ? undefined : Math.min(expiresMs, latest);
}

// What browsers call potentially trustworthy: it never leaves the machine.
function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" ||
    host.startsWith("127.") && isIpv4(host);
}
