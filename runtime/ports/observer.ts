/**
 * The observer port: named points at which a stack tells what it does.
 *
 * No observer, no cost: each point is one `undefined` check. A point's argument is one record of
 * plain values, which an observer must not keep. What it throws is reported as uncaught.
 *
 * @module
 */

import type { ConnectingObserver } from "./connecting_events.ts";
import type { Http2Observer } from "./http2_observer.ts";
import type { Address } from "./transport.ts";

export type {
  ConnectEnded,
  ConnectingObserver,
  ConnectingPhaseEnd,
  ConnectStarted,
  DnsEnded,
  DnsStarted,
  ProxyEnded,
  ProxyStarted,
  TlsEnded,
  TlsStarted,
} from "./connecting_events.ts";
export type * from "./http2_observer.ts";

/**
 * What can be observed. Every member is optional; names are `subject.event`.
 *
 * @example Requests per status
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Observer } from "@avx/runtime/ports/observer";
 *
 * const counts = new Map<number, number>();
 * const observer: Observer = {
 *   "request.end": ({ status }) => counts.set(status, (counts.get(status) ?? 0) + 1),
 * };
 *
 * const event = { connectionId: 1, requestId: 1, status: 200, durationMs: 3, error: undefined };
 * observer["request.end"]?.(event);
 * assertEquals(counts.get(200), 1);
 * ```
 */
export interface Observer extends ConnectingObserver, Http2Observer {
  /** A connection was opened, by either end. */
  readonly "connection.open"?: (event: ConnectionOpened) => void;
  /** A connection is gone. */
  readonly "connection.close"?: (event: ConnectionClosed) => void;
  /** Accepting a connection failed and will be tried again after a pause. */
  readonly "accept.error"?: (event: AcceptFailed) => void;
  /** A server gave up a TLS handshake: it failed, or took too long. */
  readonly "handshake.error"?: (event: HandshakeFailed) => void;
  /** A request's head is complete (server) or about to be sent (client). */
  readonly "request.start"?: (event: RequestStarted) => void;
  /** A response has been sent (server) or received (client), or has failed. */
  readonly "request.end"?: (event: RequestEnded) => void;
  /** A client's request failed and will be sent again after a pause. */
  readonly "request.retry"?: (event: RequestRetried) => void;
  /** A peer broke the protocol or a limit. */
  readonly "protocol.error"?: (event: ProtocolViolated) => void;
  /** A request waits for a connection of the pool. */
  readonly "pool.wait"?: (event: { readonly origin: string; readonly waiting: number }) => void;
  /** A connection was taken from the pool for a request. */
  readonly "pool.acquire"?: (event: { readonly origin: string; readonly reused: boolean }) => void;
  /** A connection went back to the pool, or was dropped. */
  readonly "pool.release"?: (event: { readonly origin: string; readonly kept: boolean }) => void;
  /** A request got no connection: too many wait (`full`), or what it waited for `failed`. */
  readonly "pool.refuse"?: (event: { readonly origin: string; readonly reason: string }) => void;
  /** The pool ends a connection, or gives up opening one (it has no `connectionId` then). */
  readonly "pool.evict"?: (event: PoolEvicted) => void;
  /** A connection that was doubted has answered, or has not. */
  readonly "pool.probe"?: (event: PoolProbed) => void;
  /** Requests to an origin use the connection of another from now on (RFC 9113 §9.1.1). */
  readonly "pool.coalesce"?: (
    event: { readonly origin: string; readonly connectionId: number },
  ) => void;
}

/**
 * See {@linkcode Observer}.
 *
 * @example An HTTPS client
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ConnectionOpened } from "@avx/runtime/ports/observer";
 *
 * const event: ConnectionOpened = {
 *   connectionId: 7,
 *   role: "client",
 *   protocol: "http/1.1",
 *   encrypted: true,
 * };
 * assertEquals(event.role, "client");
 * ```
 */
export interface ConnectionOpened {
  /** Which connection; unique within the process. */
  readonly connectionId: number;
  /** Which end we are. */
  readonly role: "client" | "server";
  /** The protocol spoken. */
  readonly protocol: string;
  /** Whether it is encrypted. */
  readonly encrypted: boolean;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A regular close
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ConnectionClosed } from "@avx/runtime/ports/observer";
 *
 * const event: ConnectionClosed = { connectionId: 7, requests: 12, error: undefined };
 * assertEquals(event.error, undefined);
 * ```
 */
export interface ConnectionClosed {
  /** Which connection. */
  readonly connectionId: number;
  /** How many requests it carried. */
  readonly requests: number;
  /** What ended it; `undefined` for a regular close. */
  readonly error: Error | undefined;
  /**
   * Of a client's: why its pool has ended it (see {@linkcode PoolEvicted}), or `ended` by the peer or
   * after it was idle for too long, or `failed`.
   */
  readonly reason?: string;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A connection that is old
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { PoolEvicted } from "@avx/runtime/ports/observer";
 *
 * const event: PoolEvicted = {
 *   origin: "https://a.example:443",
 *   connectionId: 7,
 *   reason: "age",
 * };
 * assertEquals(event.reason, "age");
 * ```
 */
export interface PoolEvicted {
  /** Where it leads. */
  readonly origin: string;
  /** Which connection; `undefined` for an attempt to open one. */
  readonly connectionId: number | undefined;
  /**
   * Its `age`, the number of its `requests`, its `peer` (GOAWAY), `displaced` by another origin that
   * needs its place, `doubted` after a change of network, a `surplus` attempt, one whose origin was
   * `coalesced`, or the client was `closed`.
   */
  readonly reason: string;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A peer that is still there
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { PoolProbed } from "@avx/runtime/ports/observer";
 *
 * const event: PoolProbed = {
 *   origin: "https://a.example:443",
 *   connectionId: 7,
 *   alive: true,
 *   durationMs: 12,
 * };
 * assertEquals(event.alive, true);
 * ```
 */
export interface PoolProbed {
  /** Where it leads. */
  readonly origin: string;
  /** Which connection. */
  readonly connectionId: number;
  /** Whether it has answered in time. */
  readonly alive: boolean;
  /** How long that took, in milliseconds. */
  readonly durationMs: number;
}

/**
 * See {@linkcode Observer}.
 *
 * @example Too many open files
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { AcceptFailed } from "@avx/runtime/ports/observer";
 *
 * const event: AcceptFailed = { code: "EMFILE", retryInMs: 100 };
 * assertEquals(event.retryInMs, 100);
 * ```
 */
export interface AcceptFailed {
  /** The system's error code, such as `EMFILE`. */
  readonly code: string;
  /** The pause before the next try, in milliseconds. */
  readonly retryInMs: number;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A peer that says nothing
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimeoutError } from "@avx/runtime/errors";
 * import type { HandshakeFailed } from "@avx/runtime/ports/observer";
 *
 * const event: HandshakeFailed = {
 *   remoteAddr: { transport: "tcp", hostname: "192.0.2.1", port: 50_000 },
 *   error: new TimeoutError("tls", 10_000),
 * };
 * assertEquals(event.error.name, "TimeoutError");
 * ```
 */
export interface HandshakeFailed {
  /** The peer. */
  readonly remoteAddr: Address;
  /** What went wrong; a `TimeoutError` where it took too long. */
  readonly error: Error;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A page
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RequestStarted } from "@avx/runtime/ports/observer";
 *
 * const event: RequestStarted = { connectionId: 7, requestId: 40, method: "GET", target: "/" };
 * assertEquals(event.target, "/");
 * ```
 */
export interface RequestStarted {
  /** Which connection. */
  readonly connectionId: number;
  /** Which request; unique within the process. */
  readonly requestId: number;
  /** The method, as sent. */
  readonly method: string;
  /** The request target, as sent. */
  readonly target: string;
}

/**
 * See {@linkcode Observer}.
 *
 * @example Not found
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RequestEnded } from "@avx/runtime/ports/observer";
 *
 * const event: RequestEnded = {
 *   connectionId: 7,
 *   requestId: 40,
 *   status: 404,
 *   durationMs: 1.25,
 *   error: undefined,
 * };
 * assertEquals(event.status, 404);
 * ```
 */
export interface RequestEnded {
  /** Which connection. */
  readonly connectionId: number;
  /** Which request. */
  readonly requestId: number;
  /** The final status; 0 where there was none. */
  readonly status: number;
  /** From start to end, in milliseconds. */
  readonly durationMs: number;
  /** What went wrong, if anything. */
  readonly error: Error | undefined;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A server that has no time
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RequestRetried } from "@avx/runtime/ports/observer";
 *
 * const event: RequestRetried = {
 *   origin: "https://a.example",
 *   method: "GET",
 *   tries: 1,
 *   status: 503,
 *   error: undefined,
 *   pauseMs: 250,
 * };
 * assertEquals(event.status, 503);
 * ```
 */
export interface RequestRetried {
  /** Where the request goes. */
  readonly origin: string;
  /** The method. */
  readonly method: string;
  /** How often it was sent so far. */
  readonly tries: number;
  /** The status of the response; 0 where there was none. */
  readonly status: number;
  /** What went wrong, where there was no response. */
  readonly error: Error | undefined;
  /** How long until it is sent again, in milliseconds. */
  readonly pauseMs: number;
}

/**
 * See {@linkcode Observer}.
 *
 * @example A head beyond the limit
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ProtocolViolated } from "@avx/runtime/ports/observer";
 *
 * const event: ProtocolViolated = {
 *   connectionId: 7,
 *   code: "HEAD_TOO_LARGE",
 *   reason: "Header section is larger than 32768 bytes",
 * };
 * assertEquals(event.code, "HEAD_TOO_LARGE");
 * ```
 */
export interface ProtocolViolated {
  /** Which connection. */
  readonly connectionId: number;
  /** The violation's code, such as `HEAD_TOO_LARGE`. */
  readonly code: string;
  /** What was expected and what came. */
  readonly reason: string;
}
