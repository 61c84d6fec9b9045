/**
 * How long a server waits for what: names, defaults, units and precedents.
 *
 * @module
 */

import { DEFAULT_TIMEOUTS } from "@avx/http1/limits";

/** How long a server waits for its peers and for its handler. `Infinity` waits for ever. */
export interface ServeTimeouts {
  /**
   * From the first byte of a request to the end of its header section, in milliseconds; on a fresh
   * connection from its beginning. Answered with 408 where something has come. Node 60 s, nginx
   * 60 s, Go none.
   *
   * @default {30_000}
   */
  readonly headers: number;
  /**
   * Between two reads of a request's body, in milliseconds. Answered with 408 where no response
   * has begun. nginx 60 s.
   *
   * @default {30_000}
   */
  readonly body: number;
  /**
   * The least rate at which a request's body has to come, in bytes a second; 0 for none.
   * Kestrel 240, Apache 500.
   *
   * @default {240}
   */
  readonly minBodyBytesPerSecond: number;
  /**
   * How long a body may come slower than that, in milliseconds. Kestrel 5 s, Apache 20 s.
   *
   * @default {10_000}
   */
  readonly minBodyRateGrace: number;
  /**
   * From the call of the handler to its response, in milliseconds. Answered with 503; the
   * request's signal aborts. It does not concern the time the response's body takes.
   * None in Deno.serve, Node and Go.
   *
   * @default {Infinity}
   */
  readonly handler: number;
  /**
   * How long one write may wait for a peer that does not read, in milliseconds; the connection is
   * closed then. nginx 60 s.
   *
   * @default {60_000}
   */
  readonly write: number;
  /**
   * How long a connection may wait for its next request, in milliseconds. Node 5 s, nginx 75 s.
   *
   * @default {75_000}
   */
  readonly keepAlive: number;
  /**
   * How long a TLS handshake may take, in milliseconds. Node 120 s, nginx 60 s, Kestrel 10 s.
   *
   * @default {10_000}
   */
  readonly tlsHandshake: number;
  /**
   * How long a connection is read on after its last response, in milliseconds, so that the
   * response is not lost to a reset (RFC 9112 §9.6). nginx 5 s between two reads, Apache 2 s.
   *
   * @default {2_000}
   */
  readonly linger: number;
}

/**
 * What {@linkcode ServeTimeouts} are where nothing else is asked for.
 *
 * @example The defaults
 * ```ts
 * import { DEFAULT_SERVE_TIMEOUTS } from "@avx/server";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(DEFAULT_SERVE_TIMEOUTS.tlsHandshake, 10_000); // milliseconds
 * assertEquals(DEFAULT_SERVE_TIMEOUTS.handler, Infinity);
 * ```
 */
export const DEFAULT_SERVE_TIMEOUTS: ServeTimeouts = Object.freeze({
  headers: DEFAULT_TIMEOUTS.headMs,
  body: DEFAULT_TIMEOUTS.bodyMs,
  minBodyBytesPerSecond: DEFAULT_TIMEOUTS.minBodyBytesPerSecond,
  minBodyRateGrace: DEFAULT_TIMEOUTS.minBodyRateGraceMs,
  handler: Infinity,
  write: 60_000,
  keepAlive: DEFAULT_TIMEOUTS.idleMs,
  tlsHandshake: 10_000,
  linger: 2_000,
});
