/**
 * A store as a cache uses it: what goes wrong in it costs a stored response, never a request.
 *
 * @module
 */

import type { BodySource } from "@avx/semantics/body-source";
import type { CachedHead, CachedResponse, CacheStore, CacheWriter } from "@avx/semantics/caching";
import { ClientBody } from "../client_body.ts";
import type { ClientResponse } from "../response.ts";
import { discard, StoringBody } from "./storing_body.ts";

/** Finds, fills and clears what is stored under keys. */
export class Shelf {
  readonly #store: CacheStore;
  readonly #maxBodyBytes: number;
  /** What is being stored, by key. */
  readonly #storing = new Map<string, Set<StoringBody>>();

  /** Makes one over a store, for bodies of up to `maxBodyBytes`. */
  constructor(store: CacheStore, maxBodyBytes: number) {
    this.#store = store;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** What is stored under a key. */
  async find(key: string): Promise<readonly CachedResponse[]> {
    try {
      return await this.#store.get(key);
    } catch {
      return [];
    }
  }

  /** The body of a stored response; `undefined` where it has gone. */
  async open(cached: CachedResponse): Promise<Uint8Array | BodySource | undefined> {
    try {
      return await cached.open();
    } catch {
      return undefined;
    }
  }

  /**
   * Begins to store a response.
   *
   * @param settled Is called once it is stored or will not be.
   * @returns Its body, which is stored while it is read; `undefined` where it is not stored, and the
   *   response's own body was not touched.
   */
  async fill(
    key: string,
    head: CachedHead,
    response: ClientResponse,
    settled: () => void,
  ): Promise<ClientBody | undefined> {
    const { body } = response;
    const writer = (body.declaredLength ?? 0) > this.#maxBodyBytes
      ? undefined
      : await this.#begin(key, head);
    if (writer === undefined) {
      settled();
      return undefined;
    }
    const whole = body.whole();
    if (whole === undefined) {
      const storing: StoringBody = new StoringBody(
        body.source(),
        writer,
        this.#maxBodyBytes,
        () => {
          this.#remove(key, storing);
          settled();
        },
      );
      this.#add(key, storing);
      return new ClientBody(storing, undefined);
    }
    try {
      await writer.write(whole);
      await writer.commit();
    } catch {
      discard(writer);
    }
    settled();
    return new ClientBody(whole, response.trailers);
  }

  /** Replaces the head of a stored response. */
  async update(key: string, variant: string, head: CachedHead): Promise<void> {
    try {
      await this.#store.update(key, variant, head);
    } catch {
      // It is only as stale as it was.
    }
  }

  /** Drops all that is stored under a key, and what is about to be: it may be older than the change. */
  async clear(key: string): Promise<void> {
    for (const body of [...this.#storing.get(key) ?? []]) body.giveUp();
    try {
      await this.#store.delete(key);
    } catch {
      // Nothing can be done about it here.
    }
  }

  async #begin(key: string, head: CachedHead): Promise<CacheWriter | undefined> {
    try {
      return await this.#store.put(key, head);
    } catch {
      return undefined;
    }
  }

  #add(key: string, body: StoringBody): void {
    const bodies = this.#storing.get(key);
    if (bodies === undefined) this.#storing.set(key, new Set([body]));
    else bodies.add(body);
  }

  #remove(key: string, body: StoringBody): void {
    const bodies = this.#storing.get(key);
    bodies?.delete(body);
    if (bodies?.size === 0) this.#storing.delete(key);
  }
}
