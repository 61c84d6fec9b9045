/**
 * Which hosts and which paths a cookie is for (RFC 6265bis §5.1.3, §5.1.4).
 *
 * @module
 */

import { isIpv4 } from "../authority.ts";

/**
 * Whether a host is a domain or lies within it. An address is within nothing but itself.
 *
 * @param host In lower case, an IPv6 address in brackets, as `URL.hostname` has it.
 * @param domain Likewise, without a leading dot.
 *
 * @example Within and beside
 * ```ts
 * import { domainMatches } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(domainMatches("www.a.example", "a.example"), true);
 * assertEquals(domainMatches("wwwa.example", "a.example"), false);
 * assertEquals(domainMatches("192.0.2.1", "2.1"), false);
 * ```
 */
export function domainMatches(host: string, domain: string): boolean {
  if (host === domain) return true;
  return host.endsWith(domain) && host.charCodeAt(host.length - domain.length - 1) === DOT &&
    !isAddress(host);
}

/**
 * Whether a request's path is a cookie's or lies below it.
 *
 * @example Below and beside
 * ```ts
 * import { pathMatches } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(pathMatches("/docs/page", "/docs"), true);
 * assertEquals(pathMatches("/docs2", "/docs"), false);
 * ```
 */
export function pathMatches(path: string, cookiePath: string): boolean {
  if (!path.startsWith(cookiePath)) return false;
  return path.length === cookiePath.length || cookiePath.endsWith("/") ||
    path.charCodeAt(cookiePath.length) === SLASH;
}

/**
 * The path of a cookie that names none: the directory of the request's path.
 *
 * @example Directories
 * ```ts
 * import { defaultPath } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(defaultPath("/docs/page"), "/docs");
 * assertEquals(defaultPath("/page"), "/");
 * assertEquals(defaultPath(""), "/");
 * ```
 */
export function defaultPath(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 || path.charCodeAt(0) !== SLASH ? "/" : path.slice(0, end);
}

/** A host, and each domain that it lies within, the host first. */
export function* enclosingDomains(host: string): Generator<string, void, undefined> {
  yield host;
  if (isAddress(host)) return;
  for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
    const domain = host.slice(dot + 1);
    if (domain !== "") yield domain;
  }
}

const DOT = 0x2e;
const SLASH = 0x2f;
const OPEN_BRACKET = 0x5b;

function isAddress(host: string): boolean {
  return host.charCodeAt(0) === OPEN_BRACKET || isIpv4(host);
}
