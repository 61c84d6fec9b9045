/**
 * What a client's cache can be told, and the complete configuration that it becomes.
 *
 * @module
 */

import {
  type CacheRules,
  type CacheStore,
  DEFAULT_CACHE_RULES,
  MemoryCacheStore,
} from "@avx/semantics/caching";

/** How responses are cached. */
export interface CacheOptions {
  /**
   * Where responses are kept. Several clients can share a store if they may see one another's
   * responses.
   *
   * @default {a store in memory, the client's own}
   */
  readonly store?: CacheStore;
  /**
   * For all responses in memory together, in bytes; a store that is given has bounds of its own.
   *
   * @default {67108864}
   */
  readonly maxBytes?: number;
  /**
   * For one response's body, in bytes. A larger one is not stored.
   *
   * @default {8388608}
   */
  readonly maxBodyBytes?: number;
  /**
   * Whether the client speaks for users who must not see one another's responses, as a proxy does
   * (RFC 9111 §3): it stores nothing that is `private`, and of what was asked for with credentials
   * only what says that it may.
   *
   * @default {false}
   */
  readonly shared?: boolean;
  /**
   * See {@linkcode CacheRules.heuristicFraction}.
   *
   * @default {0.1}
   */
  readonly heuristicFraction?: number;
  /**
   * How long a response is taken for fresh at most that does not say it, in milliseconds.
   *
   * @default {86400000}
   */
  readonly maxHeuristic?: number;
  /**
   * Whether a request for something that is not stored waits for another one for it that is on its
   * way, and then uses what that one has stored.
   *
   * @default {false}
   */
  readonly collapse?: boolean;
  /**
   * How long it waits before it is sent all the same, in milliseconds.
   *
   * @default {5000}
   */
  readonly maxCollapseWait?: number;
  /**
   * The name that the cache has in the `cache-status` field (RFC 9211).
   *
   * @default {"avx"}
   */
  readonly name?: string;
}

/** {@linkcode CacheOptions}, complete. */
export interface CacheConfig {
  /** Where responses are kept. */
  readonly store: CacheStore;
  /** How is decided. */
  readonly rules: CacheRules;
  /** For one body. */
  readonly maxBodyBytes: number;
  /** Whether requests wait for one another. */
  readonly collapse: boolean;
  /** How long, in milliseconds. */
  readonly maxCollapseWaitMs: number;
  /** The name in `cache-status`. */
  readonly name: string;
}

const MAX_BODY_BYTES = 8 * 1024 * 1024; // undici 5 MB, Squid 4 MB, Chrome an eighth of its cache
const MAX_COLLAPSE_WAIT_MS = 5_000; // nginx proxy_cache_lock_timeout 5 s

/**
 * Completes and checks options.
 *
 * @throws {RangeError} If a limit is negative.
 * @throws {TypeError} If the name is not printable ASCII.
 */
export function cacheConfig(options: CacheOptions = {}): CacheConfig {
  const { store, maxBytes } = options;
  const { heuristicFraction, maxHeuristicMs } = DEFAULT_CACHE_RULES;
  return Object.freeze({
    store: store ?? new MemoryCacheStore({ maxBytes }),
    rules: Object.freeze({
      shared: options.shared ?? false,
      heuristicFraction: notNegative("heuristicFraction", options, heuristicFraction),
      maxHeuristicMs: notNegative("maxHeuristic", options, maxHeuristicMs),
    }),
    maxBodyBytes: notNegative("maxBodyBytes", options, MAX_BODY_BYTES),
    collapse: options.collapse ?? false,
    maxCollapseWaitMs: notNegative("maxCollapseWait", options, MAX_COLLAPSE_WAIT_MS),
    name: printable(options.name ?? "avx"),
  });
}

function printable(name: string): string {
  if (/^[\x20-\x7e]+$/.test(name)) return name;
  throw new TypeError("Cannot use options.cache.name as it must be printable ASCII, and not empty");
}

function notNegative(
  name: "heuristicFraction" | "maxHeuristic" | "maxBodyBytes" | "maxCollapseWait",
  options: CacheOptions,
  byDefault: number,
): number {
  const value = options[name] ?? byDefault;
  if (value >= 0) return value;
  throw new RangeError(
    `Cannot use options.cache.${name} as it must not be negative: current value is ${value}`,
  );
}
