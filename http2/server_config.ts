/**
 * What a server connection is told by its server.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Timers } from "@avx/runtime/timers";
import type { Handler } from "@avx/semantics/handler";
import type { DateLine } from "@avx/semantics/serving";
import type { Http2Limits, Http2Timeouts } from "./proto/limits.ts";

/** The times a server connection waits beyond those the protocol core watches; milliseconds. */
export interface Http2ServerTimeouts extends Http2Timeouts {
  /** From the head of a request to its response; `Infinity` waits for ever. */
  readonly handlerMs: number;
  /** For the peer to take some of what is written. */
  readonly writeMs: number;
  /** For the peer to end its half after we have ended ours. */
  readonly lingerMs: number;
}

/** Everything a server connection needs; complete, so that nothing is defaulted inside. */
export interface Http2ServerConfig {
  /** Answers the requests. */
  readonly handler: Handler;
  /** Answers where the handler failed. */
  readonly onError: (error: unknown) => Response | Promise<Response>;
  /** What a peer may ask for. */
  readonly limits: Http2Limits;
  /** The largest body that `Request.text()` and its kin collect, in bytes. */
  readonly maxBufferedBodyBytes: number;
  /** How long to wait for what. */
  readonly timeouts: Http2ServerTimeouts;
  /** Where all deadlines live. */
  readonly timers: Timers;
  /** Where buffers for writing come from. */
  readonly buffers: BufferPool;
  /** The value of the `Date` field, shared by all connections of a server. */
  readonly date: DateLine;
  /** Whether handlers may push. */
  readonly push?: boolean;
  /** Who is told what happens. */
  readonly observer: Observer | undefined;
}
