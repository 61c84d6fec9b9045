/**
 * Every limit and every wait of HTTP/1.1, with the defaults of others beside ours.
 *
 * @module
 */

/** How much a peer may send. A limit that is crossed fails the connection. */
export interface Http1Limits {
  /**
   * Start line and field lines together, line ends included, in bytes. 431.
   *
   * Node 16 KiB, nginx 32 KiB (4 buffers of 8), Apache 8 KiB a line, Go 1 MiB, h11 16 KiB.
   *
   * @default {32768}
   */
  readonly maxHeadBytes: number;
  /**
   * The request target, in bytes. 414.
   *
   * nginx 8 KiB, Apache 8,190 bytes, IIS 16 KiB; RFC 9112 §3 wants 8,000 bytes at least.
   *
   * @default {8192}
   */
  readonly maxTargetBytes: number;
  /**
   * Field lines in a head, and in a trailer section. 431.
   *
   * hyper 100, Apache 100, Node 2,000, nginx 1,000.
   *
   * @default {100}
   */
  readonly maxFields: number;
  /**
   * One field line without its line end, in bytes. 431.
   *
   * nginx 8 KiB, Apache 8,190 bytes, IIS 16 KiB.
   *
   * @default {16384}
   */
  readonly maxFieldBytes: number;
  /**
   * A chunk's size and its extensions, without the line end, in bytes. 400.
   *
   * Go 4 KiB, hyper 16 KiB for a body, Node 16 KiB, gunicorn 256 bytes.
   *
   * @default {256}
   */
  readonly maxChunkLineBytes: number;
  /**
   * What chunk lines may add to a body beyond 16 bytes a chunk and twice its content, in bytes. 400.
   *
   * Go 16 KiB by the same count (CVE-2023-39326), hyper 16 KiB of extensions.
   *
   * @default {16384}
   */
  readonly maxChunkOverheadBytes: number;
  /**
   * A trailer section, line ends included, in bytes. 431.
   *
   * hyper 16 KiB, Node 16 KiB, Go as the head.
   *
   * @default {8192}
   */
  readonly maxTrailerBytes: number;
  /**
   * A message's content, in bytes. 413.
   *
   * nginx 1 MiB, Apache 1 GiB; Node, Go, hyper and Deno.serve have none.
   *
   * @default {Infinity}
   */
  readonly maxBodyBytes: number;
  /**
   * Requests on one connection; the last is answered with `connection: close`.
   *
   * nginx 1,000, Apache 100; Node, Go and hyper have none.
   *
   * @default {Infinity}
   */
  readonly maxRequestsPerConnection: number;
  /**
   * Requests read ahead and not yet answered. Reading waits; nothing fails.
   *
   * nginx 1, Go 1, hyper 1, Node by bytes queued.
   *
   * @default {64}
   */
  readonly maxPipelinedRequests: number;
  /**
   * Content that nobody wants and that is still read so that the connection can be kept, in bytes.
   * Beyond it the connection is closed after the response.
   *
   * Go 256 KiB, Node all, nginx all for 30 s.
   *
   * @default {262144}
   */
  readonly maxDrainBytes: number;
  /**
   * Interim responses (1xx) before a final one; a client's limit.
   *
   * Go 5, curl none, h11 by bytes.
   *
   * @default {20}
   */
  readonly maxInformational: number;
}

/**
 * The limits where nothing else was asked for.
 *
 * @example A smaller limit for bodies
 * ```ts
 * import { DEFAULT_LIMITS, type Http1Limits } from "@avx/http1/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const limits: Http1Limits = { ...DEFAULT_LIMITS, maxBodyBytes: 1024 * 1024 };
 * assertEquals(limits.maxFields, 100);
 * ```
 */
export const DEFAULT_LIMITS: Http1Limits = Object.freeze({
  maxHeadBytes: 32 * 1024,
  maxTargetBytes: 8 * 1024,
  maxFields: 100,
  maxFieldBytes: 16 * 1024,
  maxChunkLineBytes: 256,
  maxChunkOverheadBytes: 16 * 1024,
  maxTrailerBytes: 8 * 1024,
  maxBodyBytes: Infinity,
  maxRequestsPerConnection: Infinity,
  maxPipelinedRequests: 64,
  maxDrainBytes: 256 * 1024,
  maxInformational: 20,
});

/** How long a peer may take. `Infinity` waits for ever. */
export interface Http1Timeouts {
  /**
   * A whole head, from its first byte; on a new connection from its opening. In ms. 408.
   *
   * Node 60 s, nginx 60 s, Apache 20–40 s, hyper 30 s.
   *
   * @default {30000}
   */
  readonly headMs: number;
  /**
   * An open connection without a request. In ms.
   *
   * Node 5 s, Apache 5 s, nginx 75 s, AWS load balancers 60 s (a server should wait longer).
   *
   * @default {75000}
   */
  readonly idleMs: number;
  /**
   * Between two reads of a body that is waited for. In ms. 408.
   *
   * nginx 60 s, Apache 20 s, Node 300 s for the whole request.
   *
   * @default {30000}
   */
  readonly bodyMs: number;
  /**
   * The slowest a body may come while it is waited for, in bytes a second; 0 for any. 408.
   *
   * Apache 500, Kestrel 240, IIS 250.
   *
   * @default {240}
   */
  readonly minBodyBytesPerSecond: number;
  /**
   * How long a body may come slower than that. In ms.
   *
   * Kestrel 5 s, Apache 20 s.
   *
   * @default {10000}
   */
  readonly minBodyRateGraceMs: number;
}

/**
 * The waits where nothing else was asked for.
 *
 * @example Idle connections that are held for longer
 * ```ts
 * import { DEFAULT_TIMEOUTS, type Http1Timeouts } from "@avx/http1/limits";
 * import { assertEquals } from "@std/assert";
 *
 * const timeouts: Http1Timeouts = { ...DEFAULT_TIMEOUTS, idleMs: 300_000 };
 * assertEquals(timeouts.headMs, 30_000);
 * ```
 */
export const DEFAULT_TIMEOUTS: Http1Timeouts = Object.freeze({
  headMs: 30_000,
  idleMs: 75_000,
  bodyMs: 30_000,
  minBodyBytesPerSecond: 240,
  minBodyRateGraceMs: 10_000,
});
