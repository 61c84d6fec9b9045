/**
 * A cache with a clock that stands still, over a connection that answers by a script.
 *
 * @module
 */

import type { CacheOptions, ClientResponse } from "@avx/client";
import { ManualClock } from "@avx/runtime/memory";
import { MemoryCacheStore } from "@avx/semantics/caching";
import { cacheConfig } from "../../../client/caching/cache_config.ts";
import { ResponseCache } from "../../../client/caching/response_cache.ts";
import { type Answer, asked, type AskedParts, type Script, script } from "../policy/scene.ts";

/** Where requests of these tests go. */
export const URL_TEXT = "https://a.example/";

/** What a test plays on. */
export interface CacheScene extends Script {
  readonly cache: ResponseCache;
  readonly clock: ManualClock;
  readonly store: MemoryCacheStore;
  /** Asks through the cache. */
  ask(parts?: AskedParts & { readonly url?: string }): Promise<ClientResponse>;
  /** Asks and reads the answer. */
  read(parts?: AskedParts & { readonly url?: string }): Promise<string>;
  /** Lets so many seconds pass. */
  wait(seconds: number): Promise<void>;
}

/** Sets the scene. */
export function cacheScene(answers: readonly Answer[], options: CacheOptions = {}): CacheScene {
  const store = new MemoryCacheStore();
  const clock = new ManualClock();
  const cache = new ResponseCache(cacheConfig({ store, ...options }), clock);
  const server = script(...answers);
  function ask({ url = URL_TEXT, ...parts }: AskedParts & { readonly url?: string } = {}) {
    return cache.answer(asked(url, parts), server.next);
  }
  return {
    ...server,
    cache,
    clock,
    store,
    ask,
    read: async (parts) => await (await ask(parts)).body.text(),
    wait: (seconds) => clock.advance(seconds * 1000),
  };
}

/** A response that may be stored for a minute. */
export function lasting(body: string, headers: Record<string, string> = {}): Answer {
  return { body, headers: { "cache-control": "max-age=60", etag: `"${body}"`, ...headers } };
}

/** What the cache says that it did. */
export function statusOf(response: ClientResponse): string {
  return response.headers.getAll("cache-status").at(-1) ?? "";
}
