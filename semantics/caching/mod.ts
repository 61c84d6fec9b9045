/**
 * Caching (RFC 9111), with stale responses while they are validated or instead of errors (RFC 5861)
 * and immutable ones (RFC 8246): everything that a private or a shared cache has to decide, without
 * a clock and without a connection, and a store in memory.
 *
 * @example What a cache does
 * ```ts
 * import {
 *   conditionLines,
 *   DEFAULT_CACHE_RULES,
 *   isStorable,
 *   lookUp,
 *   parseRequestDirectives,
 *   storedHead,
 * } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const rules = DEFAULT_CACHE_RULES;
 * const request = { method: "GET", headers: new Map<string, string>(), mode: "default" } as const;
 * const response = {
 *   status: 200,
 *   reason: "OK",
 *   lines: ["cache-control", "max-age=60", "etag", '"1"'],
 *   requestMs: 0,
 *   responseMs: 0,
 * };
 *
 * const asked = parseRequestDirectives(undefined);
 * const { method, headers } = request;
 * assertEquals(isStorable({ ...response, method, request: headers, asked }, rules), true);
 * const head = storedHead(response, headers, rules);
 *
 * assertEquals(lookUp(request, [head], 30_000, rules).type, "hit");
 * assertEquals(lookUp(request, [head], 90_000, rules).type, "validate");
 * assertEquals(conditionLines(head, [head]), ["if-none-match", '"1"']);
 * ```
 *
 * @module
 */

export {
  parseRequestDirectives,
  parseResponseDirectives,
  type RequestDirectives,
  type ResponseDirectives,
} from "./cache_control.ts";
export { type CacheStatus, formatCacheStatus } from "./cache_status.ts";
export {
  type CachedHead,
  type CacheRules,
  DEFAULT_CACHE_RULES,
  type FieldLookup,
} from "./cached_head.ts";
export { type Freshness, freshnessOf } from "./freshness.ts";
export { invalidatedUrls } from "./invalidation.ts";
export {
  type CacheMode,
  type CacheRequest,
  type ForwardReason,
  lookUp,
  type Verdict,
} from "./lookup.ts";
export {
  MemoryCacheStore,
  type MemoryCacheStoreOptions,
  type MemoryResponse,
} from "./memory_store.ts";
export { reusedLines } from "./reuse.ts";
export {
  isStorable,
  type ReceivedResponse,
  type StorableExchange,
  storedHead,
} from "./storability.ts";
export { type Awaitable, type CachedResponse, type CacheStore, type CacheWriter } from "./store.ts";
export {
  CONDITION_FIELDS,
  conditionLines,
  isSameByHead,
  refreshedHead,
  validatedHead,
} from "./validation.ts";
export { mayBeOffered } from "./variants.ts";
