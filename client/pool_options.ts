/**
 * What a client's pool can be told.
 *
 * @module
 */

import type { PoolLimits } from "./pool_room.ts";

/** How many connections a client has, and for how long. */
export interface PoolOptions {
  /**
   * Connections to one origin at a time, by the same proxy and with the same TLS options. Requests
   * beyond it wait their turn. Over HTTP/2 there are as many as `maxMultiplexedPerOrigin` says, and
   * others only while they finish what they carry.
   *
   * @default {128}
   */
  readonly maxConnectionsPerOrigin?: number;
  /**
   * HTTP/2 connections to one origin at a time. All requests share the first; once it carries as
   * many as its server takes (`SETTINGS_MAX_CONCURRENT_STREAMS`), further ones wait for room on it,
   * or with a number above 1 another is opened, against the advice of RFC 9113 §9.1.
   *
   * @default {1}
   */
  readonly maxMultiplexedPerOrigin?: number;
  /**
   * Connections in total. Where another origin needs one, the one that has been idle for longest
   * is closed.
   *
   * @default {1024}
   */
  readonly maxConnections?: number;
  /**
   * Requests that wait for a connection, at all origins together, those included for which one is
   * being opened. One more is refused with `PoolFullError`, but not one that was on an HTTP/1.1
   * connection which turned out to be dead: it opens another in its place.
   *
   * @default {65536}
   */
  readonly maxWaiting?: number;
  /**
   * Requests that one connection carries before it is closed.
   *
   * @default {Infinity}
   */
  readonly maxRequestsPerConnection?: number;
  /**
   * The age at which a connection takes no further request, in milliseconds, so that changes in
   * the DNS are noticed. One that is idle is closed then.
   *
   * @default {600000}
   */
  readonly maxConnectionAge?: number;
  /**
   * Whether an HTTP/2 connection carries requests for other hosts as well, where its certificate is
   * valid for them, they have its address, and TLS is done in the same way (RFC 9113 §9.1.1). A host
   * that refuses that (421) has connections of its own from then on. Where the platform does not
   * tell the certificate, through proxies, and with `serverName` or without `verify`, it never does.
   *
   * @default {true}
   */
  readonly coalesce?: boolean;
}

/** {@linkcode PoolOptions}, complete and checked. */
export interface PoolConfig extends PoolLimits {
  /** Milliseconds. */
  readonly maxConnectionAgeMs: number;
  /** Whether connections are used for other hosts as well. */
  readonly coalesce: boolean;
}

/**
 * Completes and checks a pool's options.
 *
 * @throws {RangeError} If a time or a count is not positive.
 */
export function parsePoolOptions(options: PoolOptions): PoolConfig {
  return {
    maxConnectionsPerOrigin: count("maxConnectionsPerOrigin", options, 128), // Deno fetch none
    maxMultiplexedPerOrigin: count("maxMultiplexedPerOrigin", options, 1), // Go 1, nghttp2 1
    maxConnections: count("maxConnections", options, 1_024), // a process may open 1,024 files
    maxWaiting: count("maxWaiting", options, 65_536), // Envoy 1,024, Netty 2 × connections, Go none
    maxRequestsPerConnection: count("maxRequestsPerConnection", options, Infinity),
    maxConnectionAgeMs: positive("maxConnectionAge", options.maxConnectionAge ?? 600_000),
    coalesce: options.coalesce ?? true, // browsers, nghttp2 yes; Go, undici no
  };
}

function count(
  name: Exclude<keyof PoolOptions, "coalesce">,
  options: PoolOptions,
  byDefault: number,
): number {
  const value = options[name] ?? byDefault;
  if (value !== Infinity && !Number.isInteger(value)) throw notPositive(name, value);
  return positive(name, value);
}

function positive(name: string, value: number): number {
  if (!(value > 0)) throw notPositive(name, value);
  return value;
}

function notPositive(name: string, value: number): RangeError {
  return new RangeError(
    `Cannot use options.${name} as it must be positive: current value is ${value}`,
  );
}
