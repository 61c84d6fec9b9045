/**
 * What a client's connection is told about limits and waits.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Timers } from "@avx/runtime/timers";
import type { Http2PushTaker } from "./client_pushes.ts";
import type { Http2Limits, Http2Timeouts } from "./proto/limits.ts";

/** How long a client waits, in milliseconds; `Infinity` waits for ever. */
export interface Http2ClientTimeouts {
  /** For the peer to take more of a request, or of anything that is written. */
  readonly requestMs: number;
  /** For the head of a response, from the end of its request or an interim response. */
  readonly headersMs: number;
  /** For the next part of a response's body, while someone wants it. */
  readonly bodyMs: number;
  /** For the next request on a connection without one. */
  readonly idleMs: number;
  /** For `100 Continue`, after which the body is sent without it. */
  readonly continueMs: number;
  /** Of silence, after which a PING asks whether the peer is still there. */
  readonly pingIntervalMs: number;
  /** For the answer to a PING. */
  readonly pingTimeoutMs: number;
}

/** The waits of the protocol itself that a client can set. */
export type Http2ClientWaits = Pick<
  Http2Timeouts,
  "settingsMs" | "headMs" | "minSendBytesPerSecond"
>;

/** What a connection is made with. */
export interface Http2ClientConfig {
  /** What a peer may send. */
  readonly limits: Http2Limits;
  /** How long to wait. */
  readonly timeouts: Http2ClientTimeouts;
  /** How long the protocol itself waits; those of `DEFAULT_CLIENT_TIMEOUTS` where it is missing. */
  readonly waits?: Http2ClientWaits;
  /** The wheel that the deadlines are on. */
  readonly timers: Timers;
  /** Where the buffers of what is sent come from. */
  readonly buffers: BufferPool;
  /** Who takes pushed responses; without one the server is told to push none. */
  readonly onPush?: Http2PushTaker | undefined;
  /** Who is told what happens. */
  readonly observer?: Observer | undefined;
  /** The number under which it is told. */
  readonly connectionId?: number;
}
