/**
 * A connection of the pool, whatever is spoken over it.
 *
 * @module
 */

import {
  Http1ClientConnection,
  type Http1ClientOwner,
  type Http1Exchange,
} from "@avx/http1/client-connection";
import {
  Http2ClientConnection,
  type Http2ClientOwner,
  type Http2Exchange,
} from "@avx/http2/client-connection";
import type { BufferPool } from "@avx/runtime/buffer-pool";
import { nextConnectionId } from "@avx/runtime/connection-id";
import type { Transport } from "@avx/runtime/ports/transport";
import type { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import type { Connected } from "./connector.ts";
import type { ClientConfig } from "./options.ts";
import type { PoolWaiter } from "./pool.ts";
import type { EvictReason } from "./pool_order.ts";
import { pushTaker } from "./pushed_request.ts";
import type { PoolSlot } from "./pool_slot.ts";

/** What the connections of all versions have in common. */
export interface PooledConnection {
  /** The transport. */
  readonly transport: Transport;
  /** When it was opened. */
  readonly openedAt: number;
  /** When it last became idle. */
  readonly idleSince: number;
  /** How many requests it has carried, the present ones included. */
  readonly requests: number;
  /** Sends a request. */
  start(exchange: Http1Exchange & Http2Exchange, now: number): void;
  /** Gives a request up. */
  abandon(exchange: Http1Exchange & Http2Exchange, reason: unknown): void;
  /** Starts reading, where no request has. */
  watch(): void;
  /** Closes at once. */
  close(reason?: unknown): void;
}

/** Who keeps the connections. */
export interface LeaseOwner {
  /** Where the buffers of what is sent come from. */
  readonly buffers: BufferPool;
  /** A request on it is over. */
  released(lease: Lease): void;
  /** How many requests it can carry at once has changed. */
  resized(lease: Lease, streams: number): void;
  /** A pushed response was taken. */
  pushBegun(lease: Lease): void;
  /** A pushed response is over. */
  pushEnded(lease: Lease): void;
  /** It is closed. */
  gone(lease: Lease, error: unknown): void;
}

/** A connection, and what is known about it. */
export class Lease implements Http1ClientOwner, Http2ClientOwner {
  /** Its place. */
  readonly slot: PoolSlot<Lease, PoolWaiter>;
  /** The connection. */
  readonly connection: PooledConnection;
  /** What is spoken over it. */
  readonly protocol: "http/1.1" | "h2";
  /** Unique within the process. */
  readonly id: number;
  /** How long the look-up of the name took, in milliseconds. */
  readonly dnsMs: number;
  /** How long connecting took, in milliseconds. */
  readonly connectMs: number;
  /** How long the proxy took, in milliseconds. */
  readonly proxyMs: number;
  /** How long the TLS handshake took, in milliseconds. */
  readonly tlsMs: number;
  /** How many requests and pushed responses it carries. The pool's to write. */
  lent = 0;
  /** Whether it keeps the process alive. The pool's to write. */
  held = true;
  /** Whether it was opened just now, and has not waited for a request. The pool's to write. */
  fresh = true;
  /** Why it was ended, where the pool has done so. The pool's to write. */
  endedBy: EvictReason | undefined = undefined;
  /** Ends it when it is too old. The pool's to write. */
  aging: WheelTimer | undefined = undefined;
  readonly #owner: LeaseOwner;
  readonly #http1: Http1ClientConnection | undefined;
  readonly #http2: Http2ClientConnection | undefined;

  /** Makes a connection over a fresh transport. */
  constructor(
    owner: LeaseOwner,
    slot: PoolSlot<Lease, PoolWaiter>,
    connected: Connected,
    config: ClientConfig,
    timers: Timers,
  ) {
    this.#owner = owner;
    this.slot = slot;
    this.id = nextConnectionId();
    this.protocol = connected.protocol;
    this.dnsMs = connected.dnsMs;
    this.connectMs = connected.connectMs;
    this.proxyMs = connected.proxyMs;
    this.tlsMs = connected.tlsMs;
    const { buffers } = owner;
    const { request, headers, body, idle, continue: continueMs, ping, pong } = config.timeouts;
    const timeouts = {
      requestMs: request,
      headersMs: headers,
      bodyMs: body,
      idleMs: idle,
      continueMs,
      pingIntervalMs: ping,
      pingTimeoutMs: pong,
    };
    const { transport } = connected;
    if (connected.protocol === "h2") {
      const { http2Limits: limits, http2Timeouts: waits } = config;
      const made = new Http2ClientConnection(
        transport,
        {
          limits,
          waits,
          timers,
          buffers,
          timeouts,
          observer: config.observer,
          connectionId: this.id,
          onPush: pushTaker(config.onPush, {
            transport,
            timers,
            abandon: (exchange, reason) => this.#http2?.abandon(exchange, reason),
            begun: () => owner.pushBegun(this),
            ended: () => owner.pushEnded(this),
          }),
        },
        this,
      );
      this.connection = this.#http2 = made;
    } else {
      const { limits } = config;
      const made = new Http1ClientConnection(
        transport,
        { limits, timers, buffers, timeouts },
        this,
      );
      this.connection = this.#http1 = made;
    }
  }

  /** Whether all requests to its origin share it. */
  get isShared(): boolean {
    return this.#http2 !== undefined;
  }

  /** Whether the server is known to take an extended CONNECT (RFC 8441). */
  get connectProtocol(): boolean {
    return this.#http2?.connectProtocol ?? false;
  }

  /** How many requests it can carry at once. */
  get maxStreams(): number {
    return this.#http2 === undefined ? 1 : this.#http2.maxStreams;
  }

  /**
   * Asks the peer whether it is there (RFC 9113 §6.7).
   *
   * @returns Whether it has answered in time. Over HTTP/1.1 there is no way to ask.
   */
  probe(timeoutMs: number): Promise<boolean> {
    return this.#http2 === undefined ? Promise.resolve(false) : this.#http2.probe(timeoutMs);
  }

  /** Closes it once it carries nothing. */
  retire(): void {
    if (this.#http2 === undefined) this.connection.close();
    else this.#http2.shutdown();
  }

  /** A request that it was lent for could not be sent as it is, and was not. */
  startFailed(): void {
    if (this.#http1?.state === "active") return this.#http1.close();
    this.connection.watch();
    this.released();
  }

  /** See {@linkcode Http1ClientOwner.released}. */
  released(): void {
    this.#owner.released(this);
  }

  /** See {@linkcode Http2ClientOwner.resized}. */
  resized(_connection: Http2ClientConnection, streams: number): void {
    this.#owner.resized(this, streams === 0 ? 0 : this.maxStreams);
  }

  /** See {@linkcode Http1ClientOwner.closed}. */
  closed(_connection: unknown, error: unknown): void {
    this.#owner.gone(this, error);
  }
}
