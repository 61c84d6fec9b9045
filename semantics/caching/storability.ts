/**
 * Which responses may be stored, and what of them (RFC 9111 §3).
 *
 * @module
 */

import { splitList } from "../field_value.ts";
import { fieldValueOf, hasField } from "../field_lines.ts";
import { formatDate } from "../date.ts";
import type { FieldLines } from "../field_section.ts";
import { isCacheableByDefault, STATUSES } from "../status.ts";
import {
  parseResponseDirectives,
  type RequestDirectives,
  type ResponseDirectives,
} from "./cache_control.ts";
import type { CachedHead, CacheRules, FieldLookup } from "./cached_head.ts";
import { variantOf } from "./variants.ts";

/** A request and its response, as far as storing asks. */
export interface StorableExchange {
  /** The request's method. */
  readonly method: string;
  /** The request's fields. */
  readonly request: FieldLookup;
  /** What they say about caching. */
  readonly asked: RequestDirectives;
  /** The response's status code. */
  readonly status: number;
  /** The response's fields. */
  readonly lines: FieldLines;
}

/**
 * Whether a response may be stored for later requests. Only complete ones to `GET` are: a part
 * (206) could be taken for the whole.
 *
 * @example A response that says how long it is fresh, and one that must not be kept
 * ```ts
 * import {
 *   DEFAULT_CACHE_RULES,
 *   isStorable,
 *   parseRequestDirectives,
 * } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * function stored(cacheControl: string): boolean {
 *   return isStorable({
 *     method: "GET",
 *     request: new Map(),
 *     asked: parseRequestDirectives(undefined),
 *     status: 200,
 *     lines: ["cache-control", cacheControl],
 *   }, DEFAULT_CACHE_RULES);
 * }
 *
 * assertEquals(stored("max-age=60"), true);
 * assertEquals(stored("max-age=60, no-store"), false);
 * ```
 */
export function isStorable(exchange: StorableExchange, rules: CacheRules): boolean {
  const { method, asked, status, lines } = exchange;
  if (method !== "GET" || asked.noStore) return false;
  if (status < 200 || status === 206 || status === 304) return false;
  const directives = parseResponseDirectives(fieldValueOf(lines, "cache-control"));
  // RFC 9111 §5.2.2.3: to those who understand the status, must-understand lifts no-store.
  if (directives.mustUnderstand ? !STATUSES.includes(status) : directives.noStore) return false;
  // RFC 9111 §4.1: what varies by everything answers no other request.
  if (splitList(fieldValueOf(lines, "vary") ?? "").includes("*")) return false;
  if (rules.shared && !isForMany(exchange, directives)) return false;
  if (!isUseful(lines, directives)) return false;
  return directives.public || directives.private || isCacheableByDefault(status) ||
    directives.maxAge !== undefined || hasField(lines, "expires") ||
    rules.shared && directives.sMaxage !== undefined;
}

/** A response as it came. */
export interface ReceivedResponse {
  /** The status code. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** The header section. */
  readonly lines: FieldLines;
  /** When its request was sent, in milliseconds since 1970. */
  readonly requestMs: number;
  /** When it came. */
  readonly responseMs: number;
}

/**
 * What is stored of a response that {@linkcode isStorable}.
 *
 * @param request The fields of its request.
 *
 * @example Fields of one connection stay behind
 * ```ts
 * import { DEFAULT_CACHE_RULES, storedHead } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["connection", "close, x-hop", "x-hop", "1", "cache-control", "public"];
 * const response = { status: 200, reason: "OK", lines, requestMs: 0, responseMs: 0 };
 * const head = storedHead(response, new Map(), DEFAULT_CACHE_RULES);
 *
 * const date = "Thu, 01 Jan 1970 00:00:00 GMT";
 * assertEquals(head.lines, ["cache-control", "public", "date", date]);
 * ```
 */
export function storedHead(
  response: ReceivedResponse,
  request: FieldLookup,
  rules: CacheRules,
): CachedHead {
  const { status, reason, requestMs, responseMs } = response;
  const lines = storedLines(response.lines, responseMs, rules);
  return { ...variantOf(lines, request, rules), status, reason, lines, requestMs, responseMs };
}

/**
 * The field lines of a response as they are stored: without those of one connection (RFC 9111 §3.1),
 * without cookies, which would be set again with each use, and with a date.
 *
 * @param responseMs When it came, in milliseconds since 1970.
 */
export function storedLines(lines: FieldLines, responseMs: number, rules: CacheRules): string[] {
  const left = new Set(NOT_STORED);
  for (const name of splitList(fieldValueOf(lines, "connection") ?? "")) {
    left.add(name.toLowerCase());
  }
  if (rules.shared) {
    const { privateFields } = parseResponseDirectives(fieldValueOf(lines, "cache-control"));
    for (const name of privateFields) left.add(name);
  }
  const stored: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    if (!left.has(lines[at].toLowerCase())) stored.push(lines[at], lines[at + 1]);
  }
  // RFC 9110 §6.6.1: a recipient with a clock adds the date that is missing.
  if (!hasField(stored, "date")) stored.push("date", formatDate(responseMs));
  return stored;
}

const NOT_STORED: readonly string[] = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

// What is neither fresh for a moment nor can be validated would be forwarded for each time anyway.
function isUseful(lines: FieldLines, directives: ResponseDirectives): boolean {
  const { maxAge = 0, sMaxage = 0, staleIfError = 0, staleWhileRevalidate = 0 } = directives;
  return maxAge > 0 || sMaxage > 0 || staleIfError > 0 || staleWhileRevalidate > 0 ||
    hasField(lines, "etag") || hasField(lines, "last-modified") || hasField(lines, "expires");
}

function isForMany({ request }: StorableExchange, directives: ResponseDirectives): boolean {
  if (directives.private) return false;
  // RFC 9111 §3.5: what credentials were shown for is another user's only by permission.
  return request.get("authorization") == null || directives.public ||
    directives.mustRevalidate || directives.sMaxage !== undefined;
}
