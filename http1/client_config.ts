/**
 * What a client's connection is told about limits and waits.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import type { Timers } from "@avx/runtime/timers";
import type { Http1Limits } from "./proto/limits.ts";

/** How long a client waits, in milliseconds; `Infinity` waits for ever. */
export interface Http1ClientTimeouts {
  /** For the peer to take more of the request. */
  readonly requestMs: number;
  /** For the head of the response, from the end of the request or an interim response. */
  readonly headersMs: number;
  /** For the next part of the response's body, while someone wants it. */
  readonly bodyMs: number;
  /** For the next request on a connection without one. */
  readonly idleMs: number;
  /** For `100 Continue`, after which the body is sent without it. */
  readonly continueMs: number;
}

/** What a connection is made with. */
export interface Http1ClientConfig {
  /** What a peer may send. */
  readonly limits: Http1Limits;
  /** How long to wait. */
  readonly timeouts: Http1ClientTimeouts;
  /** The wheel that the deadlines are on. */
  readonly timers: Timers;
  /** Where the buffers of what is sent come from. */
  readonly buffers: BufferPool;
}
