/**
 * What a cache does with a request (RFC 9111 §4, §5.2.1, RFC 5861, RFC 8246).
 *
 * @module
 */

import { fieldValueOf } from "../field_lines.ts";
import {
  parseRequestDirectives,
  parseResponseDirectives,
  type RequestDirectives,
  type ResponseDirectives,
} from "./cache_control.ts";
import type { CachedHead, CacheRules, FieldLookup } from "./cached_head.ts";
import { type Freshness, freshnessOf } from "./freshness.ts";
import { selectVariant } from "./variants.ts";

/**
 * How a request wants a cache to be used, in the words of the Fetch standard: by the rules of HTTP
 * (`default`); not at all (`no-store`); to be filled only (`reload`); only after asking the origin
 * (`no-cache`); whatever its age (`force-cache`); likewise and without asking anybody
 * (`only-if-cached`).
 */
export type CacheMode =
  | "default"
  | "no-store"
  | "reload"
  | "no-cache"
  | "force-cache"
  | "only-if-cached";

/** A request as a cache sees it. */
export interface CacheRequest {
  /** The method. */
  readonly method: string;
  /** The fields. */
  readonly headers: FieldLookup;
  /** How the cache is to be used; what the fields say counts in any case. */
  readonly mode: CacheMode;
}

/**
 * Why a request goes to the origin, in the words of RFC 9211 §2.2: the cache was told to stay out
 * of it, the method is not one it answers, there is nothing for the URL, or for the fields, or what
 * there is needs validation because it is stale or because the request wants that.
 */
export type ForwardReason = "bypass" | "method" | "uri-miss" | "vary-miss" | "stale" | "request";

/**
 * What is to be done: a stored response is the answer (`refresh`: and is to be validated in the
 * background); it is to be validated first (`fallbackMs`: or used all the same if an error comes
 * within so many milliseconds from now); the request is to be forwarded as it is; or there is no
 * answer, as nobody may be asked (504).
 */
export type Verdict<Head extends CachedHead> =
  | {
    readonly type: "hit";
    readonly head: Head;
    readonly freshness: Freshness;
    readonly refresh: boolean;
  }
  | {
    readonly type: "validate";
    readonly head: Head;
    readonly freshness: Freshness;
    readonly fallbackMs: number;
    readonly reason: ForwardReason;
  }
  | { readonly type: "forward"; readonly reason: ForwardReason }
  | { readonly type: "unavailable" };

/**
 * Decides what a cache does with a request.
 *
 * @param heads The stored responses of its URL.
 * @param nowMs Milliseconds since 1970.
 *
 * @example Fresh for a minute
 * ```ts
 * import { DEFAULT_CACHE_RULES, lookUp } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const request = { method: "GET", headers: new Map(), mode: "default" } as const;
 * const head = {
 *   variant: "",
 *   selecting: [],
 *   status: 200,
 *   reason: "OK",
 *   lines: ["cache-control", "max-age=60"],
 *   requestMs: 0,
 *   responseMs: 0,
 * };
 *
 * assertEquals(lookUp(request, [head], 59_999, DEFAULT_CACHE_RULES).type, "hit");
 * assertEquals(lookUp(request, [head], 60_000, DEFAULT_CACHE_RULES).type, "validate");
 * assertEquals(lookUp(request, [], 0, DEFAULT_CACHE_RULES).type, "forward");
 * ```
 */
export function lookUp<Head extends CachedHead>(
  request: CacheRequest,
  heads: readonly Head[],
  nowMs: number,
  rules: CacheRules,
): Verdict<Head> {
  const { headers, mode } = request;
  const asked = parseRequestDirectives(
    headers.get("cache-control") ?? undefined,
    headers.get("pragma") ?? undefined,
  );
  const onlyIfCached = mode === "only-if-cached" || asked.onlyIfCached;
  const unanswered = (reason: ForwardReason): Verdict<Head> =>
    onlyIfCached ? UNAVAILABLE : { type: "forward", reason };
  if (request.method !== "GET" && request.method !== "HEAD") return unanswered("method");
  if (mode === "no-store" || asked.noStore) return unanswered("bypass");
  if (mode === "reload") return unanswered("request");
  const head = selectVariant(heads, headers);
  if (head === undefined) return unanswered(heads.length === 0 ? "uri-miss" : "vary-miss");

  const said = parseResponseDirectives(fieldValueOf(head.lines, "cache-control"));
  const freshness = freshnessOf(head, said, rules, nowMs);
  if (mode === "force-cache" || mode === "only-if-cached") {
    return { type: "hit", head, freshness, refresh: false };
  }
  const staleMs = freshness.ageMs - freshness.lifetimeMs;
  const reason: ForwardReason = staleMs < 0 ? "request" : "stale";
  const mayBeStale = !said.noCache && !said.mustRevalidate &&
    !(rules.shared && (said.proxyRevalidate || said.sMaxage !== undefined));
  if (mode !== "no-cache" && !asked.noCache && !said.noCache) {
    const allowed = isWanted(freshness, asked, said, mayBeStale);
    if (allowed !== undefined) return { type: "hit", head, freshness, refresh: allowed.refresh };
  }
  if (onlyIfCached) return UNAVAILABLE;
  const staleIfErrorMs = 1000 * (asked.staleIfError ?? said.staleIfError ?? 0);
  // What was fresh when it was asked for stays of use for as long as that, too.
  const fallbackMs = mayBeStale && staleIfErrorMs > 0 ? Math.max(0, staleIfErrorMs - staleMs) : 0;
  return { type: "validate", head, freshness, fallbackMs, reason };
}

const UNAVAILABLE = Object.freeze({ type: "unavailable" });

/** Whether a stored response may answer as it is, and whether it is to be refreshed meanwhile. */
function isWanted(
  { ageMs, lifetimeMs }: Freshness,
  asked: RequestDirectives,
  said: ResponseDirectives,
  mayBeStale: boolean,
): { readonly refresh: boolean } | undefined {
  const maxAgeMs = 1000 * (asked.maxAge ?? Infinity);
  const maxStaleMs = mayBeStale ? 1000 * (asked.maxStale ?? 0) : 0;
  const minFreshMs = 1000 * (asked.minFresh ?? 0);
  const fresh = ageMs < lifetimeMs;
  // RFC 8246 §2: while it is fresh, a reload (max-age=0) has nothing to ask for.
  const young = ageMs <= maxAgeMs && maxAgeMs > 0 || maxAgeMs === 0 && said.immutable && fresh;
  if (fresh) return young && ageMs + minFreshMs <= lifetimeMs ? { refresh: false } : undefined;
  if (!young || minFreshMs > 0) return undefined;
  const staleMs = ageMs - lifetimeMs;
  if (staleMs <= maxStaleMs && maxStaleMs > 0) return { refresh: false };
  const whileRevalidatingMs = mayBeStale ? 1000 * (said.staleWhileRevalidate ?? 0) : 0;
  return staleMs < whileRevalidatingMs ? { refresh: true } : undefined;
}
