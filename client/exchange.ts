/**
 * One request on its way: waits for a connection, is sent, perhaps a second time, and answered.
 *
 * It is everything at once that a request needs to be (waiter, exchange, listener of the caller's
 * signal), so that a request costs one object and one promise, and no closure.
 *
 * @module
 */

import type { ExchangeProgress, Http1Exchange } from "@avx/http1/client-connection";
import type { Http2Exchange } from "@avx/http2/client-connection";
import { AbortError, NetworkError, TimeoutError, TlsError } from "@avx/runtime/errors";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";
import { Answer, type AnyHead, Timings } from "./answer.ts";
import { ClientBody } from "./client_body.ts";
import type { Lease } from "./lease.ts";
import type { Pool, PoolWaiter } from "./pool.ts";
import { type Attempt, attemptOf, type PreparedRequest } from "./prepared_request.ts";
import type { ClientResponse, InformationalResponse, SwitchedConnection } from "./response.ts";
import type { Route } from "./route.ts";

/** What exchanges share: one of it per client. */
export interface ExchangeContext {
  /** Where connections come from. */
  readonly pool: Pool;
  /** The wheel for deadlines. */
  readonly timers: Timers;
  /** Hears of requests. */
  readonly observer: Observer | undefined;
}

/** What the caller wants beside the response. */
export interface ExchangeOptions {
  /** Gives the request up, or its response's body. */
  readonly signal: AbortSignal | undefined;
  /** For everything, in milliseconds. */
  readonly totalMs: number;
  /** When that began, on the client's clock; now, where it is `undefined`. */
  readonly startedAt: number | undefined;
  /** Hears of interim responses. */
  readonly onInformational: ((response: InformationalResponse) => void) | undefined;
}

const MISDIRECTED_REQUEST = 421;
const MAX_REFUSALS = 5; // a server that refuses what it has room for would be asked for ever

let lastRequestId = 0;

/** A request from its call to the end of its response. */
export class Exchange implements Http1Exchange, Http2Exchange, PoolWaiter {
  /** See {@linkcode PoolWaiter.route}. */
  readonly route: Route;
  /** What is sent in the present attempt. */
  request!: Attempt;
  /** See {@linkcode Http2Exchange.streamId}. */
  streamId = 0;

  readonly #context: ExchangeContext;
  readonly #prepared: PreparedRequest;
  readonly #signal: AbortSignal | undefined;
  readonly #onInformational: ((response: InformationalResponse) => void) | undefined;
  readonly #timings: Timings;
  #total: WheelTimer | undefined;
  #resolve!: (response: ClientResponse) => void;
  #reject!: (error: unknown) => void;
  #lease: Lease | undefined;
  #phase: "waiting" | "sent" | "reading" | "over" = "waiting";
  #opened = false; // a body that can be read once has begun to be
  #fresh = false; // the connection was opened just now
  #retried = false;
  #refusals = 0;
  #requestId = 0;
  #connectionId = 0;
  #status = 0;

  /** Makes one; {@linkcode run} starts it. */
  constructor(prepared: PreparedRequest, context: ExchangeContext, options: ExchangeOptions) {
    this.route = prepared.route;
    this.#prepared = prepared;
    this.#context = context;
    this.#signal = options.signal;
    this.#onInformational = options.onInformational;
    const now = context.timers.now();
    this.#timings = new Timings(now);
    const { totalMs } = options;
    if (totalMs !== Infinity) {
      this.#total = new WheelTimer(() => this.#giveUp(new TimeoutError("total", totalMs)));
      context.timers.scheduleAt(this.#total, (options.startedAt ?? now) + totalMs);
    }
  }

  /** Sends the request. The promise settles with the head of its final response. */
  run(): Promise<ClientResponse> {
    const promise = new Promise<ClientResponse>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const signal = this.#signal;
    if (signal !== undefined) {
      if (signal.aborted) {
        this.handleEvent();
        return promise;
      }
      signal.addEventListener("abort", this);
    }
    const lease = this.#context.pool.take(this.route);
    if (lease === undefined) this.#context.pool.acquire(this);
    else this.#start(lease, this.#timings.startedAt);
    return promise;
  }

  /** The caller's signal was aborted. */
  handleEvent(): void {
    this.#giveUp(this.#signal?.reason ?? new AbortError());
  }

  // As a waiter of the pool

  /** See {@linkcode PoolWaiter.granted}. */
  granted(lease: Lease): void {
    this.#start(lease, this.#context.timers.now());
  }

  /** See {@linkcode PoolWaiter.refused}. */
  refused(error: unknown): void {
    if (this.#phase === "over") return;
    this.#end(error);
    this.#reject(error);
  }

  // As an exchange of a connection

  /** See {@linkcode Http1Exchange.informed}. */
  informed(head: AnyHead): void {
    if (this.#onInformational === undefined) return;
    try {
      this.#onInformational({ status: head.status, headers: head.fields });
    } catch (error) {
      this.#giveUp(error); // the caller's own mistake goes back to the caller
    }
  }

  /** See {@linkcode Http1Exchange.answered}. */
  answered(
    head: AnyHead,
    body: Uint8Array | BodySource | undefined,
    trailers: FieldSection | undefined,
    now: number,
  ): void {
    const timings = this.#timings;
    timings.headersMs = now - timings.startedAt;
    if (head.status === MISDIRECTED_REQUEST && this.#goesElsewhere(body)) return;
    this.#status = head.status;
    const response = this.#responseOf(head, new ClientBody(body, trailers), undefined);
    if (body === undefined || body instanceof Uint8Array) {
      timings.totalMs = timings.headersMs;
      this.#end(undefined);
    } else this.#phase = "reading";
    this.#resolve(response);
  }

  /** See {@linkcode Http1Exchange.finished}. */
  finished(error: unknown): void {
    this.#timings.totalMs = this.#context.timers.now() - this.#timings.startedAt;
    this.#end(error);
  }

  /** See {@linkcode Http1Exchange.upgraded}. */
  upgraded(head: AnyHead, transport: Transport, received: Uint8Array): void {
    const timings = this.#timings;
    timings.headersMs = timings.totalMs = this.#context.timers.now() - timings.startedAt;
    this.#status = head.status;
    const body = new ClientBody(undefined, undefined);
    const response = this.#responseOf(head, body, { transport, received });
    this.#end(undefined);
    this.#resolve(response);
  }

  /** See {@linkcode Http1Exchange.failed}. */
  failed(error: unknown, progress: ExchangeProgress): void {
    const lease = this.#lease;
    this.#lease = undefined;
    if (lease?.isShared) this.#context.pool.failing(lease, error);
    if (lease !== undefined && this.#mayRetry(error, progress, lease)) {
      this.#phase = "waiting";
      this.streamId = 0;
      this.#context.pool.replace(lease, this);
      return;
    }
    this.#end(error);
    this.#reject(error);
  }

  // RFC 9112 §9.3.1: a connection that was idle may have been closed by the peer while the request
  // was on its way. What cannot have been acted upon, or may be acted upon twice, is sent again.
  #mayRetry(error: unknown, progress: ExchangeProgress, lease: Lease): boolean {
    if (!(error instanceof NetworkError || error instanceof TlsError)) return false;
    if (!this.#maySendAgain()) return false;
    // RFC 9113 §8.7: of what was refused, or came after the last stream of a GOAWAY, nothing was done.
    if (lease.isShared && progress === "unsent") return ++this.#refusals <= MAX_REFUSALS;
    if (this.#retried || error.code === "STREAM_RESET") return false;
    if (progress === "answered" || this.#fresh && lease.connection.requests < 2) return false;
    if (progress === "unanswered" && !this.#prepared.idempotent) return false;
    return this.#retried = true;
  }

  // RFC 9110 §15.5.20: a server that was found behind a connection for another host may not want to
  // answer there. It has done nothing then, whatever the method.
  #goesElsewhere(body: Uint8Array | BodySource | undefined): boolean {
    const lease = this.#lease!;
    if (lease.slot.route === this.route.key || !this.#maySendAgain()) return false;
    this.#lease = undefined;
    this.#phase = "waiting";
    if (body !== undefined && !(body instanceof Uint8Array)) {
      lease.connection.abandon(this, new AbortError("The request goes to another connection"));
    }
    this.streamId = 0;
    this.#context.pool.misdirected(this);
    return true;
  }

  /** Whether what was sent of the body, if anything, can be had once more. */
  #maySendAgain(): boolean {
    return !this.#opened || this.#prepared.body?.replayable === true;
  }

  #start(lease: Lease, now: number): void {
    if (this.#phase === "over") return lease.startFailed(); // cannot be: it left the pool
    this.#lease = lease;
    this.#phase = "sent";
    this.#fresh = lease.fresh;
    const { connection } = lease;
    const timings = this.#timings;
    timings.connectionMs = now - timings.startedAt;
    timings.reused = connection.requests > 0;
    if (!timings.reused) {
      timings.dnsMs = lease.dnsMs;
      timings.connectMs = lease.connectMs;
      timings.proxyMs = lease.proxyMs;
      timings.tlsMs = lease.tlsMs;
    }
    this.#observeStart(lease);
    try {
      this.request = attemptOf(this.#prepared);
      this.#opened = this.#prepared.body?.open !== undefined;
      connection.start(this, now);
    } catch (error) {
      // The caller's mistake, found only now. A connection that was not touched serves others.
      this.#end(error);
      this.#reject(error);
      lease.startFailed();
    }
  }

  #responseOf(
    head: AnyHead,
    body: ClientBody,
    upgrade: SwitchedConnection | undefined,
  ): ClientResponse {
    return new Answer(head, body, this.#timings, this.#lease!, upgrade, this.#prepared);
  }

  /** Ends it from the caller's side, in whatever phase it is. */
  #giveUp(reason: unknown): void {
    const phase = this.#phase;
    if (phase === "over") return;
    const lease = this.#lease;
    this.#end(reason);
    if (phase === "waiting") this.#context.pool.abandon(this);
    else lease?.connection.abandon(this, reason);
    if (phase !== "reading") this.#reject(reason);
  }

  #end(error: unknown): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#lease = undefined;
    this.#signal?.removeEventListener("abort", this);
    if (this.#total !== undefined) this.#context.timers.cancel(this.#total);
    const { observer } = this.#context;
    if (observer !== undefined) this.#observeEnd(observer, error);
  }

  #observeStart(lease: Lease): void {
    const { observer } = this.#context;
    if (observer === undefined) return;
    this.#requestId = ++lastRequestId;
    observer["request.start"]?.({
      connectionId: lease.id,
      requestId: this.#requestId,
      method: this.#prepared.method,
      target: this.#prepared.target,
    });
    this.#connectionId = lease.id;
  }

  #observeEnd(observer: Observer, error: unknown): void {
    if (this.#requestId === 0) return; // it never had a connection
    observer["request.end"]?.({
      connectionId: this.#connectionId,
      requestId: this.#requestId,
      status: this.#status,
      durationMs: this.#context.timers.now() - this.#timings.startedAt,
      error: error instanceof Error ? error : undefined,
    });
  }
}
