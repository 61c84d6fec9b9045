/**
 * How names become addresses: what a client can be told about it.
 *
 * @module
 */

import type { Resolution } from "@avx/runtime/ports/resolver";

/** What a resolver of one's own is told beside the name. */
export interface DnsResolveOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** What a resolver of one's own may answer: addresses, with or without their time to live. */
export type DnsAnswer = readonly string[] | Resolution;

/** How names become addresses. Times are in milliseconds. */
export interface DnsOptions {
  /**
   * Finds the addresses of a name instead of the system. An empty answer, or an error with the code
   * `ENOTFOUND`, says that there are none.
   *
   * @default {the system's: hosts file, search domains and all}
   */
  readonly resolve?: (
    hostname: string,
    options: DnsResolveOptions,
  ) => DnsAnswer | Promise<DnsAnswer>;
  /**
   * Names that are remembered; 0 remembers none. The one that was not used for longest goes first.
   *
   * @default {1000}
   */
  readonly maxEntries?: number;
  /**
   * How long an answer is used that does not say, as the system's do not.
   *
   * @default {30000}
   */
  readonly defaultTtl?: number;
  /**
   * The least time for which an answer is used, whatever it says.
   *
   * @default {0}
   */
  readonly minTtl?: number;
  /**
   * The longest time for which an answer is used, whatever it says.
   *
   * @default {300000}
   */
  readonly maxTtl?: number;
  /**
   * How long it is remembered that a name does not exist (RFC 2308 §5). Other failures are not.
   *
   * @default {1000}
   */
  readonly negativeTtl?: number;
  /**
   * For how long after its time an answer still serves where asking again fails (RFC 8767). That a
   * name does not exist is an answer and no failure.
   *
   * @default {0}
   */
  readonly staleIfError?: number;
}

/** {@linkcode DnsOptions}, complete and checked. */
export interface DnsConfig {
  /** The caller's own resolver. */
  readonly resolve: DnsOptions["resolve"];
  /** How many names. */
  readonly maxEntries: number;
  /** Milliseconds. */
  readonly defaultTtlMs: number;
  /** Milliseconds. */
  readonly minTtlMs: number;
  /** Milliseconds. */
  readonly maxTtlMs: number;
  /** Milliseconds. */
  readonly negativeTtlMs: number;
  /** Milliseconds. */
  readonly staleIfErrorMs: number;
}

/**
 * Completes and checks the options.
 *
 * @throws {RangeError} If one is negative or not a number.
 */
export function parseDnsOptions(options: DnsOptions = {}): DnsConfig {
  const config = {
    resolve: options.resolve,
    maxEntries: notNegative("maxEntries", options.maxEntries ?? 1_000), // Chromium 1,000
    defaultTtlMs: notNegative("defaultTtl", options.defaultTtl ?? 30_000), // Java 30 s, curl 60 s
    minTtlMs: notNegative("minTtl", options.minTtl ?? 0), // Envoy 0, dnsmasq 0
    maxTtlMs: notNegative("maxTtl", options.maxTtl ?? 300_000), // Envoy 300 s, AWS SDK 60 s
    negativeTtlMs: notNegative("negativeTtl", options.negativeTtl ?? 1_000), // Java 10 s, curl 30 s
    staleIfErrorMs: notNegative("staleIfError", options.staleIfError ?? 0), // Java 0
  };
  if (config.minTtlMs > config.maxTtlMs) {
    throw new RangeError(
      "Cannot use options.dns as minTtl must not be above maxTtl: " +
        `current values are ${config.minTtlMs} and ${config.maxTtlMs}`,
    );
  }
  return Object.freeze(config);
}

function notNegative(name: string, value: number): number {
  if (value >= 0) return value;
  throw new RangeError(
    `Cannot use options.dns.${name} as it must not be negative: current value is ${value}`,
  );
}
