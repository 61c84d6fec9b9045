/**
 * The policy that caches responses (RFC 9111).
 *
 * @module
 */

import type { Clock } from "@avx/runtime/ports/clock";
import { cacheConfig, type CacheOptions } from "../caching/cache_config.ts";
import { ResponseCache } from "../caching/response_cache.ts";
import type { Interceptor } from "../interceptor.ts";

/**
 * The cache that an option asks for.
 *
 * @throws {RangeError} If a limit is not positive.
 */
export function responseCacheOf(
  option: boolean | CacheOptions,
  clock: Clock,
): ResponseCache | undefined {
  if (option === false) return undefined;
  return new ResponseCache(cacheConfig(option === true ? {} : option), clock);
}

/**
 * Answers requests out of a cache, and fills it. A request with a TLS identity, a unix socket or a
 * `host` of its own asks somebody else, or as somebody else: what it gets is of no use to others.
 */
export function caching(cache: ResponseCache): Interceptor {
  return (request, next) => {
    const { tls, socketPath, headers, url } = request;
    const host = headers.get("host") ?? url.host;
    if (tls !== undefined || socketPath !== undefined || host.toLowerCase() !== url.host) {
      return next(request);
    }
    return cache.answer(request, next);
  };
}
