/**
 * The `Cache-Status` field (RFC 9211).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";
import type { ForwardReason } from "./lookup.ts";

/** How a cache handled a request. */
export interface CacheStatus {
  /** Whether a stored response was the answer, without the origin being asked first. */
  readonly hit?: boolean;
  /** Why the request was forwarded. */
  readonly forward?: ForwardReason | "partial";
  /** The status code of the answer to the forwarded request, where it is another one. */
  readonly forwardStatus?: number;
  /** For how many more seconds the response is fresh; less than 0 where it is stale. */
  readonly ttl?: number;
  /** Whether the answer is stored. */
  readonly stored?: boolean;
  /** Whether the request waited for another one that was on its way. */
  readonly collapsed?: boolean;
  /** Anything else. */
  readonly detail?: string;
}

/**
 * Writes the member that a cache adds to `Cache-Status`.
 *
 * @param cache Its name.
 *
 * @example A hit and a miss
 * ```ts
 * import { formatCacheStatus } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatCacheStatus("avx", { hit: true, ttl: 30 }), "avx; hit; ttl=30");
 * assertEquals(
 *   formatCacheStatus("avx", { forward: "uri-miss", stored: true }),
 *   "avx; fwd=uri-miss; stored",
 * );
 * ```
 */
export function formatCacheStatus(cache: string, status: CacheStatus): string {
  let text = /^[A-Za-z*]/.test(cache) && isToken(cache) ? cache : quoted(cache);
  if (status.hit === true) text += "; hit";
  if (status.forward !== undefined) text += `; fwd=${status.forward}`;
  if (status.forwardStatus !== undefined) text += `; fwd-status=${status.forwardStatus}`;
  if (status.ttl !== undefined) text += `; ttl=${Math.trunc(status.ttl)}`;
  if (status.stored === true) text += "; stored";
  if (status.collapsed === true) text += "; collapsed";
  if (status.detail !== undefined) text += `; detail=${quoted(status.detail)}`;
  return text;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&")}"`;
}
