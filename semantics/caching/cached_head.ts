/**
 * What a cache keeps of a response beside its body.
 *
 * @module
 */

import type { FieldLines } from "../field_section.ts";

/** What is asked of a cached or received message's fields: `FieldSection` and `Headers` have it. */
export interface FieldLookup {
  /** The combined value of a field; nothing where it is absent. `name` is in lower case. */
  get(name: string): string | null | undefined;
}

/** The head of a stored response. It is plain data: JSON keeps it whole. */
export interface CachedHead {
  /** Which requests it answers, as far as `Vary` says: the same for none but the same. */
  readonly variant: string;
  /** The names of the request fields that chose it, each with its normalised value. */
  readonly selecting: readonly (readonly [name: string, value: string | null])[];
  /** The status code. */
  readonly status: number;
  /** The reason phrase. */
  readonly reason: string;
  /** The header section as it is stored. */
  readonly lines: FieldLines;
  /** When the request was sent that it, or its last validation, answers; in milliseconds since 1970. */
  readonly requestMs: number;
  /** When that answer came. */
  readonly responseMs: number;
}

/** How a cache decides. */
export interface CacheRules {
  /**
   * Whether it serves more than one user.
   *
   * @default {false}
   */
  readonly shared: boolean;
  /**
   * The part of its age when it was sent for which a response is taken for fresh that has a
   * `Last-Modified` and nothing that says how long (RFC 9111 §4.2.2). 0 takes none for fresh.
   *
   * @default {0.1}
   */
  readonly heuristicFraction: number;
  /**
   * How long a response is taken for fresh at most that does not say it, in milliseconds.
   *
   * @default {86400000}
   */
  readonly maxHeuristicMs: number;
}

/**
 * The rules of a private cache that was told no others.
 *
 * @example Without guessing
 * ```ts
 * import { DEFAULT_CACHE_RULES } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const rules = { ...DEFAULT_CACHE_RULES, heuristicFraction: 0 };
 * assertEquals(rules.shared, false);
 * ```
 */
export const DEFAULT_CACHE_RULES: CacheRules = Object.freeze({
  shared: false,
  heuristicFraction: 0.1, // RFC 9111 §4.2.2's own example; browsers, Squid and Varnish's advice
  maxHeuristicMs: 86_400_000, // Firefox 7 days, Squid 3 days, Apache 1 day
});
