/**
 * The driver of an HTTP/1.1 connection on the client's side: one loop between a transport and a
 * {@linkcode ClientCore}. It moves bytes, holds the deadlines and decides nothing of the protocol.
 *
 * ```
 *            start                    the response is complete
 *   new ──────────────▶ active ──────────────────────────▶ idle ──┐
 *                        ▲ │                                 │     │ bytes, end, timeout
 *                        │ │ failure, abandon, close         │     │
 *                        └─┼─────────── start ───────────────┘     │
 *                          ▼                                       │
 *                        closed ◀──────────────────────────────────┘
 * ```
 *
 * @module
 */

import { NetworkError, TimeoutError, type TimeoutPhase } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { translateError } from "@avx/runtime/translate-error";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { IncomingOwner, IncomingQueue } from "@avx/semantics/incoming-queue";
import { ClientLink } from "@avx/semantics/requesting";
import type { Http1ClientConfig } from "./client_config.ts";
import type { ExchangeProgress, Http1Exchange } from "./client_exchange.ts";
import { ClientCore } from "./proto/client_core.ts";
import { IdleWait } from "./idle_wait.ts";
import type { Failed } from "./proto/events.ts";
import type { ResponseHead } from "./proto/response_head.ts";
import { RequestSender } from "./request_sender.ts";
import { ResponseArrival } from "./response_arrival.ts";

/** Whoever lends out a connection. */
export interface Http1ClientOwner {
  /** The exchange is over and the connection can carry another. */
  released(connection: Http1ClientConnection): void;
  /** The connection is closed, or upgraded and no longer ours. `error` says what broke it. */
  closed(connection: Http1ClientConnection, error: unknown): void;
}

/** Where a connection is in its life: it takes a request while `new` or `idle`. */
export type ClientConnectionState = "new" | "active" | "idle" | "closed";

const QUEUED_BODY_BYTES = 64 * 1024; // a reader that is further behind than this stops the reading

/**
 * One connection that carries one exchange after the other.
 *
 * @example A request over a connection in memory
 * ```ts
 * import { Http1ClientConnection } from "@avx/http1/client-connection";
 * import { DEFAULT_LIMITS } from "@avx/http1/limits";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ManualClock, memoryPair } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new ManualClock();
 * const [transport, server] = memoryPair();
 * const connection = new Http1ClientConnection(transport, {
 *   limits: DEFAULT_LIMITS,
 *   timeouts: { requestMs: 1e3, headersMs: 1e3, bodyMs: 1e3, idleMs: 1e3, continueMs: 1e3 },
 *   timers: new Timers(clock),
 *   buffers: new BufferPool(),
 * }, { released() {}, closed() {} });
 *
 * const statuses: number[] = [];
 * connection.start({
 *   request: {
 *     method: "GET",
 *     target: "/",
 *     lines: ["host", "example.com"],
 *     body: undefined,
 *     length: undefined,
 *     expectContinue: false,
 *     upgrade: false,
 *   },
 *   informed() {},
 *   answered: (head) => statuses.push(head.status),
 *   finished() {},
 *   upgraded() {},
 *   failed() {},
 * }, clock.now());
 *
 * await server.read(new Uint8Array(1024));
 * await server.write(new TextEncoder().encode("HTTP/1.1 204 No Content\r\n\r\n"));
 * await clock.settle();
 * assertEquals(statuses, [204]);
 * assertEquals(connection.state, "idle");
 * connection.close();
 * server.close();
 * ```
 */
export class Http1ClientConnection extends ClientLink implements IncomingOwner {
  readonly #config: Http1ClientConfig;
  readonly #owner: Http1ClientOwner;
  readonly #core: ClientCore;
  readonly #sender: RequestSender;
  readonly #idle: IdleWait;

  #state: ClientConnectionState = "new";
  #requests = 0;
  #arrival: ResponseArrival | undefined;
  #received = false;
  #wrote = false;
  #broken = false; // the peer takes nothing more
  #switched: ResponseHead | undefined;
  #readBy = Infinity;

  /** Takes a transport over, on which nothing is pending and nothing has been read. */
  constructor(transport: Transport, config: Http1ClientConfig, owner: Http1ClientOwner) {
    super(transport, config);
    this.#config = config;
    this.#owner = owner;
    this.#core = new ClientCore({ limits: config.limits, buffers: config.buffers });
    this.#idle = new IdleWait(config.timeouts.idleMs);
    this.#sender = new RequestSender(this.#core, {
      requestSent: () => this.#awaitHead(this.timers.now()),
      uploadFailed: (error) => this.#fail(error),
      flush: () => {
        this.flush(this.timers.now());
        this.rearm();
      },
    });
  }

  /** Where it is in its life. */
  get state(): ClientConnectionState {
    return this.#state;
  }

  /** How many exchanges it has carried, the present one included. */
  get requests(): number {
    return this.#requests;
  }

  /** When it was last done with a request, on the clock of its timers. */
  get idleSince(): number {
    return this.#idle.since;
  }

  /** Starts reading on a connection that has no request yet, so that its end is noticed. */
  watch(): void {
    if (this.#state !== "new") return;
    this.#rest(this.timers.now());
    this.listen();
    this.rearm();
  }

  /**
   * Sends a request.
   *
   * @param now The time, on the clock of the timers.
   * @throws {TypeError} If the connection cannot take one: it is active or closed.
   */
  start(exchange: Http1Exchange, now: number): void {
    if (this.#state !== "idle" && this.#state !== "new") {
      throw new TypeError(
        `Cannot start exchange as the connection must be idle: current state is "${this.#state}"`,
      );
    }
    const complete = this.#sender.begin(exchange.request);
    this.#state = "active";
    this.#requests++;
    this.#arrival = new ResponseArrival(exchange, this.segments, this);
    this.#received = this.#wrote = false;
    this.#idle.end();
    const { headersMs, continueMs } = this.#config.timeouts;
    this.#readBy = complete ? now + headersMs : this.#sender.isHeld ? now + continueMs : Infinity;
    this.listen();
    this.readOn();
    this.flush(now);
    this.rearm();
    if (!complete && !this.#sender.isHeld) this.#sender.proceed();
  }

  /** Gives `exchange` up, if it is still the one in progress, and closes the connection. */
  abandon(exchange: Http1Exchange, reason: unknown): void {
    if (this.#arrival?.exchange !== exchange) return;
    this.#arrival.body?.clear();
    this.#fail(reason);
  }

  /** Closes at once. An exchange in progress fails with `reason`. */
  close(reason?: unknown): void {
    if (this.#state === "closed") return;
    this.#arrival?.body?.clear();
    this.#fail(reason);
  }

  // IncomingOwner

  /** The reader of the body waits, or has taken a chunk. See {@linkcode IncomingOwner}. */
  wanted(body: IncomingQueue): void {
    if (body !== this.#arrival?.body) return;
    if (body.isWaiting) this.#awaitBody();
    this.readOn();
  }

  /** The reader of the body wants no more of it. See {@linkcode IncomingOwner}. */
  abandoned(body: IncomingQueue, reason: unknown): void {
    const arrival = this.#arrival;
    if (arrival === undefined || body !== arrival.body) return;
    const rest = body.declaredLength === undefined
      ? Infinity
      : body.declaredLength - body.receivedBytes;
    // Reading a small rest is cheaper than another connection.
    if (rest > this.#config.limits.maxDrainBytes || this.#sender.isUploading) {
      this.#fail(reason);
      return;
    }
    arrival.discards = true;
    this.#awaitBody();
    this.readOn();
  }

  /** A part of a body was copied or dropped. See {@linkcode IncomingOwner}. */
  released(chunk: Uint8Array): void {
    this.segments.release(chunk);
  }

  // ClientLink

  /** See {@linkcode ClientLink.mayRead}. */
  override mayRead(): boolean {
    if (!this.#core.wantsInput || this.#switched !== undefined) return false;
    const arrival = this.#arrival;
    return arrival?.body === undefined || arrival.discards ||
      arrival.body.queuedBytes < QUEUED_BODY_BYTES;
  }

  /** See {@linkcode ClientLink.transmit}. */
  override transmit(): Uint8Array | undefined {
    return this.#broken ? undefined : this.#core.transmit();
  }

  /** See {@linkcode ClientLink.progressed}. */
  override progressed(): void {
    this.#wrote = true;
    super.progressed();
  }

  /** See {@linkcode ClientLink.afterWrite}. */
  protected override afterWrite(): void {
    if (this.#broken) return;
    this.#wrote = true;
    this.#sender.written();
    if (this.#switched !== undefined) this.#hand();
  }

  /** See {@linkcode ClientLink.writeFailed}. */
  override writeFailed(error: unknown): void {
    this.#broken = true;
    this.alarm.writeBy = Infinity;
    this.#sender.giveUp(translateError(error, "write"));
    // The peer may have answered before it went away: let the reading say how this ends.
    this.#awaitHead(this.timers.now());
    this.readOn();
    this.rearm();
  }

  /** See {@linkcode ClientLink.takeIn}. */
  protected override takeIn(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#received = true;
    this.#core.receive(bytes, this.now);
    this.#drain(this.now);
  }

  /** See {@linkcode ClientLink.readFailed}. */
  protected override readFailed(error: Error): void {
    this.#fail(error);
  }

  /** See {@linkcode ClientLink.deadline}. */
  protected override get deadline(): number {
    return this.#readBy;
  }

  /** See {@linkcode ClientLink.writeMs}. */
  protected override get writeMs(): number {
    return this.#config.timeouts.requestMs;
  }

  /** See {@linkcode ClientLink.onDue}. */
  protected override onDue(now: number): void {
    if (now >= this.alarm.writeBy) return this.#timeOut("request");
    if (now < this.#readBy) return this.rearm();
    if (this.#sender.isHeld) {
      this.#sendHeld();
    } else if (this.#state === "idle" || this.#state === "new") {
      this.#readBy = this.#idle.until;
      if (now >= this.#readBy) return this.#fail(undefined);
    } else {
      return this.#timeOut(this.#arrival?.body === undefined ? "headers" : "body");
    }
    this.rearm();
  }

  // Events

  #drain(now: number): void {
    const { segments } = this;
    let failure: Failed | undefined;
    let closed = false;
    for (let event = this.#core.next(); event !== undefined; event = this.#core.next()) {
      switch (event.type) {
        case "informational":
          segments.keep(); // the head points into it
          this.#inform(event.head, now);
          break;
        case "response":
          segments.keep();
          this.#idle.answered(event.head);
          this.#arrival?.begin(event.head);
          break;
        case "data":
          this.#take(event.bytes, now);
          break;
        case "end":
          this.#arrival?.end(event.trailers);
          break;
        case "upgraded":
          segments.keep();
          this.#switched = event.head;
          break;
        case "failed":
          failure = event;
          break;
        case "closed":
          closed = true;
          break;
        default:
          event satisfies never;
      }
    }
    if (!this.#core.holdsInput) segments.settle();
    if (this.isReleased) return; // an informational callback gave up
    if (this.#switched !== undefined) return this.#hand();
    // Only now: what follows a complete response in the same read is nobody's answer, so the
    // connection must not have passed to another request before all of it was looked at.
    if (this.#arrival?.ended) this.#finish(this.#arrival, failure === undefined && !closed, now);
    else if (failure === undefined) this.#deliver(now);
    if (failure !== undefined) return this.#fail(errorOf(failure));
    if (closed) return this.#fail(undefined);
    if (this.isReleased) return;
    this.flush(now);
    this.rearm();
  }

  #inform(head: ResponseHead, now: number): void {
    if (this.#sender.isHeld && head.status === 100) this.#sendHeld();
    else if (!this.#sender.isUploading) this.#awaitHead(now);
    this.#arrival?.exchange.informed(head);
  }

  #take(bytes: Uint8Array, now: number): void {
    const arrival = this.#arrival;
    if (arrival === undefined || arrival.discards) return;
    arrival.take(bytes, now);
    if (arrival.body !== undefined) this.#readBy = Infinity; // until the reader waits again
  }

  /** The head is here and the body is not, or not all of it. */
  #deliver(now: number): void {
    const arrival = this.#arrival;
    if (arrival === undefined || !arrival.hasBegun || arrival.body !== undefined) return;
    this.#readBy = Infinity;
    arrival.deliver(now);
  }

  /** The response is complete. */
  #finish(arrival: ResponseArrival, clean: boolean, now: number): void {
    this.#arrival = undefined;
    // A peer that answers in full before it has the whole request wants no more of it, and a
    // request cut short leaves nothing that another could follow on.
    const cutShort = this.#sender.giveUp(undefined) || this.#broken;
    if (clean && !cutShort && this.#core.state === "idle") {
      this.#state = "idle";
      this.#rest(now);
      this.#owner.released(this);
    } else {
      this.#letGo();
      this.transport.close();
      this.#owner.closed(this, undefined);
    }
    arrival.complete(now);
  }

  /** Waits for the next request. */
  #rest(now: number): void {
    this.#readBy = this.#idle.begin(now);
    this.segments.rest();
  }

  // Waiting

  #awaitHead(now: number): void {
    if (this.#arrival === undefined || this.#arrival.hasBegun) return;
    this.#readBy = now + this.#config.timeouts.headersMs;
  }

  #awaitBody(): void {
    this.#readBy = this.timers.now() + this.#config.timeouts.bodyMs;
    this.rearm();
  }

  #sendHeld(): void {
    this.#readBy = Infinity;
    this.#sender.proceed();
  }

  // Ending

  /** Hands the transport over: only with no read and no write in flight. */
  #hand(): void {
    if (this.isWriting) return;
    const head = this.#switched!;
    const exchange = this.#arrival?.exchange;
    const received = this.#core.takeRemainder();
    this.#letGo();
    this.#owner.closed(this, undefined);
    exchange?.upgraded(head, this.transport, received);
  }

  #fail(error: unknown): void {
    if (this.#state === "closed") return;
    const arrival = this.#arrival;
    const sent = this.#wrote || this.isWriting;
    const progress: ExchangeProgress = this.#received ? "answered" : sent ? "unanswered" : "unsent";
    this.#letGo(error);
    this.transport.close();
    if (arrival !== undefined) {
      const reason = error ?? new NetworkError("The connection ended before the response did");
      arrival.fail(reason, progress);
    }
    this.#owner.closed(this, error);
  }

  /** Lets go of everything but the transport. */
  #letGo(reason?: unknown): void {
    this.#state = "closed";
    this.#arrival = undefined;
    this.release();
    this.#sender.giveUp(reason);
  }

  #timeOut(phase: TimeoutPhase & ("request" | "headers" | "body")): void {
    this.#fail(new TimeoutError(phase, this.#config.timeouts[`${phase}Ms`]));
  }
}

function errorOf(failure: Failed): Error {
  const { code, reason } = failure;
  if (code === "UNEXPECTED_EOF") return new NetworkError(reason, { code });
  return new RemoteProtocolError(reason, { code });
}

export type * from "./client_config.ts";
export type * from "./client_exchange.ts";
export type { Http1Limits } from "./proto/limits.ts";
export type { ResponseHead };
