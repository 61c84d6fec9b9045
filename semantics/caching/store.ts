/**
 * The port between a cache and the place where it keeps responses.
 *
 * @module
 */

import type { BodySource } from "../body_source.ts";
import type { CachedHead } from "./cached_head.ts";

/** A value that may be there already. */
export type Awaitable<T> = T | Promise<T>;

/** A stored response. */
export interface CachedResponse {
  /** Its head. */
  readonly head: CachedHead;
  /**
   * Its body, from the start. The bytes are not to be changed. `undefined` where it has gone
   * meanwhile.
   */
  open(): Awaitable<Uint8Array | BodySource | undefined>;
}

/** Takes the body of a response that is being stored. Nobody finds it before it is committed. */
export interface CacheWriter {
  /** Takes the next bytes, which are the caller's again when it returns or its promise resolves. */
  write(bytes: Uint8Array): Awaitable<void>;
  /** The body is complete: the response replaces the one of the same variant. */
  commit(): Awaitable<void>;
  /** The body will not be complete: everything of it goes. */
  abort(): Awaitable<void>;
}

/**
 * Where responses are kept: under a key, a URL, one for each variant. It may forget any of them at
 * any time. Heads are plain data, so that a store over files or a database can keep them as JSON.
 *
 * Where a method throws or rejects, the response is treated as not stored; no request fails of it.
 *
 * @example A store that keeps nothing
 * ```ts
 * import type { CacheStore } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const store: CacheStore = {
 *   get: () => [],
 *   put: () => undefined,
 *   update: () => {},
 *   delete: () => {},
 * };
 * assertEquals(await store.get("https://a.example/"), []);
 * ```
 */
export interface CacheStore {
  /** The responses under a key. */
  get(key: string): Awaitable<readonly CachedResponse[]>;
  /** Begins to store a response; `undefined` where the store does not want it. */
  put(key: string, head: CachedHead): Awaitable<CacheWriter | undefined>;
  /** Replaces the head of one response; does nothing where that has gone. */
  update(key: string, variant: string, head: CachedHead): Awaitable<void>;
  /** Removes all responses under a key. */
  delete(key: string): Awaitable<void>;
}
