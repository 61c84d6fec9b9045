/**
 * Request targets in their four forms, and the URL they stand for (RFC 9112 §3.2, §3.3).
 *
 * @module
 */

import { TARGET_CHAR } from "@avx/runtime/ascii";
import { isHost, parseAuthority } from "./authority.ts";

/** A request target, taken apart by its form (RFC 9112 §3.2). */
export type RequestTarget =
  | {
    /** `/path?query`: to the server itself. */
    readonly form: "origin";
    /** The path, as sent. */
    readonly path: string;
    /** The query without its question mark; `undefined` where there is none. */
    readonly query: string | undefined;
  }
  | {
    /** `http://a.example/path?query`: to a proxy, and understood by every server. */
    readonly form: "absolute";
    /** The scheme in lower case. */
    readonly scheme: string;
    /** Host and port, as sent. */
    readonly authority: string;
    /** The path, as sent; may be empty. */
    readonly path: string;
    /** The query without its question mark; `undefined` where there is none. */
    readonly query: string | undefined;
  }
  | {
    /** `a.example:443`: of CONNECT only. */
    readonly form: "authority";
    /** Host and port, as sent. */
    readonly authority: string;
    /** The host. */
    readonly host: string;
    /** The port. */
    readonly port: number;
  }
  | {
    /** `*`: of OPTIONS only, for the server as a whole. */
    readonly form: "asterisk";
  };

const SLASH = 0x2f;

const SCHEME = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)/i;

/**
 * Takes a request target apart. Which form it has follows from it and from the method.
 *
 * @param method The request's method, which alone makes the authority and asterisk forms possible.
 * @returns `undefined` if the target is not valid for that method.
 *
 * @example Three forms
 * ```ts
 * import { parseTarget } from "@avx/semantics/target";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseTarget("GET", "/a?b"), { form: "origin", path: "/a", query: "b" });
 * assertEquals(parseTarget("OPTIONS", "*"), { form: "asterisk" });
 * assertEquals(parseTarget("CONNECT", "a.example:443"), {
 *   form: "authority",
 *   authority: "a.example:443",
 *   host: "a.example",
 *   port: 443,
 * });
 * assertEquals(parseTarget("GET", "*"), undefined);
 * ```
 */
export function parseTarget(method: string, target: string): RequestTarget | undefined {
  if (method === "CONNECT") return parseConnectTarget(target);
  if (target === "*") return method === "OPTIONS" ? { form: "asterisk" } : undefined;
  if (!hasTargetCharacters(target)) return undefined;
  if (target.charCodeAt(0) === SLASH) return { form: "origin", ...splitQuery(target, 0) };
  const match = SCHEME.exec(target);
  if (match === null) return undefined;
  const [prefix, scheme, authority] = match;
  // RFC 9110 §4.2.1: a http(s) URI has a host. No other scheme is served.
  if (authority === "" || !isHost(authority)) return undefined;
  return {
    form: "absolute",
    scheme: scheme.toLowerCase(),
    authority,
    ...splitQuery(target, prefix.length),
  };
}

/**
 * Whether a request target is valid for its method. It does for `/…`, which nearly all are, no
 * more than one pass over the characters.
 *
 * @example Valid or not
 * ```ts
 * import { isTarget } from "@avx/semantics/target";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isTarget("GET", "/a?b"), true);
 * assertEquals(isTarget("GET", "a"), false);
 * assertEquals(isTarget("GET", "/a#b"), false);
 * ```
 */
export function isTarget(method: string, target: string): boolean {
  if (target.charCodeAt(0) === SLASH && method !== "CONNECT") return hasTargetCharacters(target);
  return parseTarget(method, target) !== undefined;
}

/**
 * The URL that a request is for, as text: its target URI (RFC 9112 §3.3). Nothing is validated and
 * nothing normalised; what `URL` makes of it is for the caller.
 *
 * @param base Where the request came to: the scheme (`"http"` or `"https"`) and, from `Host` or by
 *   default, the authority.
 * @param target A valid request target.
 *
 * @example From target and host
 * ```ts
 * import { targetUrl } from "@avx/semantics/target";
 * import { assertEquals } from "@std/assert";
 *
 * const base = { scheme: "https", authority: "a.example" };
 * assertEquals(targetUrl(base, "/b?c"), "https://a.example/b?c");
 * assertEquals(targetUrl(base, "*"), "https://a.example");
 * assertEquals(targetUrl(base, "http://d.example/e"), "http://d.example/e");
 * assertEquals(targetUrl(base, "f.example:443"), "https://f.example:443");
 * ```
 */
export function targetUrl(base: TargetBase, target: string): string {
  if (target.charCodeAt(0) === SLASH) return `${base.scheme}://${base.authority}${target}`;
  if (target === "*") return `${base.scheme}://${base.authority}`;
  return SCHEME.test(target) ? target : `${base.scheme}://${target}`;
}

/** Where a request came to. */
export interface TargetBase {
  /** `"http"` or `"https"`. */
  readonly scheme: string;
  /** Host and port, from `Host` or by default. */
  readonly authority: string;
}

function parseConnectTarget(target: string): RequestTarget | undefined {
  const authority = parseAuthority(target);
  // RFC 9110 §9.3.6: there is no default port; an empty or invalid one is refused.
  if (authority?.port === undefined || authority.port === 0) return undefined;
  return { form: "authority", authority: target, host: authority.host, port: authority.port };
}

function splitQuery(
  target: string,
  start: number,
): { readonly path: string; readonly query: string | undefined } {
  const question = target.indexOf("?", start);
  if (question === -1) return { path: target.slice(start), query: undefined };
  return { path: target.slice(start, question), query: target.slice(question + 1) };
}

/** A fragment is never sent (RFC 9110 §7.1), so the table has no "#". */
function hasTargetCharacters(target: string): boolean {
  for (let at = 0; at < target.length; at++) {
    if (TARGET_CHAR[target.charCodeAt(at)] !== 1) return false;
  }
  return target.length > 0;
}
