/**
 * What is known of names, and for how long: without asking anybody.
 *
 * @module
 */

import { Lru } from "@avx/runtime/lru";
import type { Resolution } from "@avx/runtime/ports/resolver";
import type { DnsConfig } from "./dns_options.ts";

/** What the cache says of a name. */
export type DnsKnowledge =
  /** Its addresses. */
  | { readonly tag: "fresh"; readonly addresses: readonly string[] }
  /** It does not exist. */
  | { readonly tag: "missing" }
  /** Nothing that is still good; these serve where asking fails. */
  | { readonly tag: "unknown"; readonly stale: readonly string[] | undefined };

/** Remembers what names led to. */
export class DnsCache {
  readonly #config: DnsConfig;
  readonly #entries: Lru<string, Entry> | undefined;

  /** Makes an empty one. */
  constructor(config: DnsConfig) {
    this.#config = config;
    const { maxEntries } = config;
    this.#entries = maxEntries === 0 ? undefined : new Lru<string, Entry>({ maxEntries });
  }

  /** How many names it knows. */
  get size(): number {
    return this.#entries?.size ?? 0;
  }

  /** What is known of `hostname` at `now`. */
  look(hostname: string, now: number): DnsKnowledge {
    const entry = this.#entries?.get(hostname);
    if (entry === undefined) return NOTHING;
    const { addresses, expiresAt } = entry;
    if (now < expiresAt) {
      return addresses.length === 0 ? MISSING : { tag: "fresh", addresses };
    }
    const usable = addresses.length > 0 && now < expiresAt + this.#config.staleIfErrorMs;
    if (usable) return { tag: "unknown", stale: addresses };
    this.#entries?.delete(hostname);
    return NOTHING;
  }

  /** `hostname` was resolved at `now`. Without addresses it does not exist. */
  store(hostname: string, { addresses, ttlMs }: Resolution, now: number): void {
    const { defaultTtlMs, minTtlMs, maxTtlMs, negativeTtlMs } = this.#config;
    const told = Math.min(Math.max(ttlMs ?? defaultTtlMs, minTtlMs), maxTtlMs);
    const lifeMs = addresses.length === 0 ? negativeTtlMs : told;
    this.#entries?.set(hostname, { addresses, expiresAt: now + lifeMs });
  }

  /**
   * `address` was the first of several to take a connection, and goes first from now on: RFC 8305 §4
   * has those that were used come before those that were not.
   */
  prefer(hostname: string, address: string): void {
    const entry = this.#entries?.peek(hostname);
    if (entry === undefined || entry.addresses.indexOf(address) <= 0) return;
    entry.addresses = [address, ...entry.addresses.filter((other) => other !== address)];
  }

  /** What was known of `hostname` led nowhere: ask again. */
  forget(hostname: string): void {
    this.#entries?.delete(hostname);
  }

  /** Nothing that was known may hold any more. */
  clear(): void {
    this.#entries?.clear();
  }
}

interface Entry {
  addresses: readonly string[]; // empty: it does not exist
  readonly expiresAt: number;
}

const MISSING: DnsKnowledge = { tag: "missing" };
const NOTHING: DnsKnowledge = { tag: "unknown", stale: undefined };
