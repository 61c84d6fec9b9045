/**
 * A request that a cache passes on.
 *
 * @module
 */

import type { CachedResponse, CacheMode, ForwardReason } from "@avx/semantics/caching";
import type { InterceptedRequest, Next } from "../interceptor.ts";

/** A request on its way to the origin, and what is stored for it. */
export interface Forwarding {
  /** The request. */
  readonly request: InterceptedRequest;
  /** The way to the origin. */
  readonly next: Next;
  /** What its responses are stored under. */
  readonly key: string;
  /** How it wants the cache to be used. */
  readonly mode: CacheMode;
  /** Why it is passed on. */
  readonly reason: ForwardReason;
  /** All that is stored for the URL. */
  readonly stored: readonly CachedResponse[];
  /** The one of it that the request selects, if that is to be validated. */
  readonly selected: CachedResponse | undefined;
  /** Until when that one stands in for an error, in milliseconds since 1970. */
  readonly fallbackUntilMs: number;
  /** Whether the request has waited for another one. */
  readonly collapsed: boolean;
  /** Is called once what comes is stored, or will not be. */
  readonly settled: () => void;
}

/** Whether a request may wait for another one that asks for the same. */
export function isCollapsible({ request, reason }: Forwarding): boolean {
  return request.method === "GET" && !request.headers.has("range") &&
    (reason === "uri-miss" || reason === "vary-miss" || reason === "stale");
}
