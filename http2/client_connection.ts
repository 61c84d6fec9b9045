/**
 * The driver of a client's end of an HTTP/2 connection: one loop between a transport and an
 * {@linkcode Http2ClientCore}. It moves bytes, holds the deadlines and decides nothing of the
 * protocol.
 *
 * ```
 *   open ── GOAWAY, shutdown, no ids left ──▶ leaving ── no streams left ──▶ closed
 *     └───────────── failure, end, close ───────┴───────────────────────────▶
 * ```
 *
 * @module
 */

import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { translateError } from "@avx/runtime/translate-error";
import { ClientLink } from "@avx/semantics/requesting";
import type { Http2ClientConfig } from "./client_config.ts";
import type { Http2Exchange } from "./client_exchange.ts";
import { endError, failureError, resetError } from "./client_failure.ts";
import { ClientProbes } from "./client_probes.ts";
import { ClientPushes } from "./client_pushes.ts";
import { ClientStream } from "./client_stream.ts";
import { ClientStreams } from "./client_streams.ts";
import { FlushTurn } from "./flush_turn.ts";
import { errorCodeName, NO_ERROR, REFUSED_STREAM } from "./frame/error_code.ts";
import { witnessOf } from "./observer_witness.ts";
import { Http2ClientCore } from "./proto/client_core.ts";
import type { Http2ClientEvent, Http2Failed } from "./proto/events.ts";
import { DEFAULT_CLIENT_TIMEOUTS } from "./proto/limits.ts";
import type { Http2ResponseHead } from "./proto/response_head.ts";
import { RequestOpening } from "./request_opening.ts";
import { ResponseArrivals } from "./response_arrivals.ts";

/** Whoever lends out a connection. */
export interface Http2ClientOwner {
  /** An exchange is over, and another can take its place. */
  released(connection: Http2ClientConnection): void;
  /** How many exchanges it can carry at once has changed; 0 says that it takes no new one. */
  resized(connection: Http2ClientConnection, streams: number): void;
  /** The connection is closed. `error` says what broke it. */
  closed(connection: Http2ClientConnection, error: unknown): void;
}

const LEAVING_MS = 1_000; // for the peer to take our last words

/**
 * One connection that carries many exchanges at once.
 *
 * @example A request over a connection in memory
 * ```ts
 * import { Http2ClientConnection } from "@avx/http2/client-connection";
 * import { Http2ServerCore } from "@avx/http2/server-core";
 * import { DEFAULT_LIMITS } from "@avx/http2/limits";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ManualClock, memoryPair } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new ManualClock();
 * const [transport, server] = memoryPair();
 * const waits = { requestMs: 1e3, headersMs: 1e3, bodyMs: 1e3, idleMs: 1e3, continueMs: 1e3 };
 * const connection = new Http2ClientConnection(transport, {
 *   limits: DEFAULT_LIMITS,
 *   timeouts: { ...waits, pingIntervalMs: Infinity, pingTimeoutMs: 1e3 },
 *   timers: new Timers(clock),
 *   buffers: new BufferPool(),
 * }, { released() {}, resized() {}, closed() {} });
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
 *   },
 *   streamId: 0,
 *   informed() {},
 *   answered: (head) => statuses.push(head.status),
 *   finished() {},
 *   upgraded() {},
 *   failed() {},
 * }, clock.now());
 *
 * const core = new Http2ServerCore({ buffers: new BufferPool() });
 * const into = new Uint8Array(4096);
 * core.receive(into.subarray(0, await server.read(into) ?? 0), 0);
 * for (let event = core.next(); event !== undefined; event = core.next()) {
 *   if (event.type === "request") core.sendWhole(event.streamId, 204, [], undefined);
 * }
 * await server.write(core.transmit()!);
 * await clock.settle();
 * assertEquals(statuses, [204]);
 * connection.close();
 * server.close();
 * ```
 */
export class Http2ClientConnection extends ClientLink {
  readonly #core: Http2ClientCore;
  readonly #config: Http2ClientConfig;
  readonly #owner: Http2ClientOwner;
  readonly #streams: ClientStreams;
  readonly #arrivals: ResponseArrivals;
  readonly #opening: RequestOpening;
  readonly #pushes: ClientPushes | undefined;
  readonly #probes: ClientProbes;
  readonly #flushTurn: FlushTurn;
  #state: "new" | "open" | "leaving" | "closed" = "new";
  #requests = 0;
  #goawayCode: number = NO_ERROR;
  #failure: Error | undefined = undefined;

  /** Takes a transport over, on which nothing is pending and nothing has been read. */
  constructor(transport: Transport, config: Http2ClientConfig, owner: Http2ClientOwner) {
    super(transport, config);
    const { timers, buffers, limits, timeouts, waits } = config;
    const { requestMs: stallMs, idleMs, pingIntervalMs, pingTimeoutMs } = timeouts;
    this.#config = config;
    this.#owner = owner;
    const core = this.#core = new Http2ClientCore({
      buffers,
      limits,
      timeouts: {
        ...DEFAULT_CLIENT_TIMEOUTS,
        ...waits,
        idleMs,
        pingIntervalMs,
        pingTimeoutMs,
        stallMs,
      },
      now: this.openedAt,
      push: config.onPush !== undefined,
    });
    this.#flushTurn = new FlushTurn(() => this.#flush());
    const streams = this.#streams = new ClientStreams({
      core,
      transport,
      timers,
      timeouts,
      alarm: this.alarm,
      flushSoon: () => this.#flushTurn.soon(),
      released: () => owner.released(this),
    }, this.openedAt);
    this.#arrivals = new ResponseArrivals(streams, timeouts);
    this.#opening = new RequestOpening(streams, timeouts, {
      resized: () => owner.resized(this, this.maxStreams),
      exhausted: () => this.#leave(),
    });
    const { onPush } = config;
    this.#pushes = onPush && new ClientPushes(streams, timeouts.headersMs, onPush);
    this.#probes = new ClientProbes(core, timers);
  }

  /** How many exchanges it has carried, the present ones included. */
  get requests(): number {
    return this.#requests;
  }

  /** How many exchanges are on their way. */
  get openStreams(): number {
    return this.#streams.size;
  }

  /** How many exchanges it can carry at once; 0 if it takes no new one. */
  get maxStreams(): number {
    const takesMore = this.#state === "new" || this.#state === "open";
    // RFC 9113 §6.5.2: a server that allows none will allow some; one exchange waits for it here.
    return takesMore && !this.#core.exhausted ? Math.max(1, this.#core.maxConcurrentStreams) : 0;
  }

  /** Whether the peer is known to take an extended CONNECT (RFC 8441). */
  get connectProtocol(): boolean {
    return this.#core.connectProtocol;
  }

  /** When it last became idle, on the clock of its timers. */
  get idleSince(): number {
    return this.#streams.idleSince;
  }

  /** Sends the preface and starts reading, on a connection that may have no request yet. */
  watch(): void {
    if (this.#state !== "new") return;
    this.#state = "open";
    this.#observe();
    this.listen();
    this.#flushTurn.soon();
    this.rearm();
  }

  /**
   * Sends a request. If the connection takes none any more, it fails as unsent.
   *
   * @param now The time, on the clock of the timers.
   * @throws {TypeError} If the request could not travel as it is. Nothing was sent then.
   * @throws {LocalProtocolError} If the request contradicts itself, or is an extended CONNECT that
   *   the peer does not know.
   */
  start(exchange: Http2Exchange, now: number): void {
    if (this.#state === "new") this.watch();
    this.#streams.now = this.now = now;
    if (this.#state !== "open") return this.#opening.refuse(exchange);
    if (this.#opening.start(new ClientStream(exchange, this.#streams))) this.#requests++;
  }

  /** Gives `exchange` up, if it is still on its way. Others go on. It is not called back. */
  abandon(exchange: Http2Exchange, reason: unknown): void {
    const stream = this.#streams.streamOf(exchange);
    if (stream !== undefined) this.#streams.drop(stream, reason);
  }

  /**
   * Asks the peer whether it is still there, with a PING (RFC 9113 §6.7).
   *
   * @param timeoutMs How long to wait for its answer, in milliseconds.
   * @returns Whether the answer came in time; `false` at once where the connection is closed. What
   *   becomes of a connection without an answer is the caller's to say.
   */
  probe(timeoutMs: number): Promise<boolean> {
    if (this.#state === "closed") return Promise.resolve(false);
    if (this.#state === "new") this.watch();
    const answered = this.#probes.send(timeoutMs);
    this.#flushTurn.soon();
    return answered;
  }

  /** Finishes what is in flight, takes no new request, and closes. */
  shutdown(): void {
    if (this.#state === "closed") return;
    if (this.#state === "new") this.watch();
    this.#core.shutdown();
    this.#leave();
    this.#flushTurn.soon();
  }

  /** Closes at once. Exchanges in progress fail with `reason`. */
  close(reason?: unknown): void {
    if (this.#state === "closed") return;
    this.#streams.clearBodies();
    const error = reason ?? new NetworkError("The connection was closed", { code: "CLOSED" });
    this.#failAll(error);
    // RFC 9113 §5.4: whoever closes says so. Nobody waits for it to be written.
    this.#core.goAway();
    if (!this.isWriting && this.#state !== "new") this.flush(this.now);
    this.#end(reason ?? this.#failure);
  }

  // ClientLink

  /** See {@linkcode ClientLink.mayRead}. */
  override mayRead(): boolean {
    return this.#core.wantsInput;
  }

  /** See {@linkcode ClientLink.transmit}. */
  override transmit(): Uint8Array | undefined {
    const bytes = this.#core.transmit();
    this.#hearAll(); // framing what waits can make streams writable
    return bytes;
  }

  /** See {@linkcode ClientLink.writing}. */
  override writing(): void {
    this.#streams.writes++;
    super.writing();
  }

  /** See {@linkcode ClientLink.writeFailed}. */
  override writeFailed(error: unknown): void {
    this.#lose(translateError(error, "write"));
  }

  /** See {@linkcode ClientLink.takeIn}. */
  protected override takeIn(bytes: Uint8Array): void {
    this.#streams.now = this.now;
    this.#core.receive(bytes, this.now);
    this.#drain();
  }

  /** See {@linkcode ClientLink.afterWrite}. */
  protected override afterWrite(): void {
    if (this.#core.disposition === "close") return this.#end(this.#failure);
    this.readOn();
    this.rearm();
  }

  /** See {@linkcode ClientLink.readFailed}. */
  protected override readFailed(error: Error): void {
    this.#lose(error);
  }

  /** See {@linkcode ClientLink.deadline}. */
  protected override get deadline(): number {
    return this.#core.deadline ?? Infinity;
  }

  /** See {@linkcode ClientLink.writeMs}. */
  protected override get writeMs(): number {
    return this.#core.disposition === "close" ? LEAVING_MS : this.#config.timeouts.requestMs;
  }

  /** See {@linkcode ClientLink.onDue}. */
  protected override onDue(now: number): void {
    this.#streams.now = now;
    if (now >= this.alarm.writeBy) {
      return this.#lose(new TimeoutError("request", this.#config.timeouts.requestMs));
    }
    this.#core.tick(now);
    this.#drain();
    if (this.isReleased) return;
    this.alarm.arm(this.#streams.expire(now));
    this.rearm();
  }

  // Events

  #drain(): void {
    this.#hearAll();
    if (this.isReleased) return;
    this.#arrivals.deliver();
    this.#flushTurn.soon();
  }

  #hearAll(): void {
    const core = this.#core;
    for (let event = core.next(); event !== undefined; event = core.next()) this.#hear(event);
  }

  #hear(event: Http2ClientEvent): void {
    switch (event.type) {
      case "response":
        return this.#arrivals.begin(event);
      case "data":
        return this.#arrivals.take(event.streamId, event.bytes);
      case "end":
        return this.#arrivals.end(event.streamId, event.trailers);
      case "informational":
        return this.#arrivals.inform(event);
      case "reset": {
        const { streamId, code } = event;
        const progress = code === REFUSED_STREAM ? "unsent" : "unanswered";
        return this.#streams.fail(streamId, resetError(code), progress);
      }
      case "failed":
        return this.#failed(event);
      case "writable": {
        const stream = this.#streams.find(event.streamId);
        stream?.upload?.becomeWritable();
        return stream?.tunnel?.becomeWritable();
      }
      case "settings":
        return this.#opening.settle();
      case "goaway":
        this.#goawayCode = event.code;
        return this.#leave();
      case "push":
        return this.#pushes?.promised(event);
      case "closed":
        return this.#lose(this.openStreams > 0 ? endError(this.#goawayCode) : undefined);
      case "pong":
        return this.#probes.answered(event.pingId);
      case "sent":
        return;
      default:
        event satisfies never;
    }
  }

  #observe(): void {
    const { observer, connectionId = 0 } = this.#config;
    const witness = witnessOf(observer, connectionId);
    if (witness !== undefined) this.#core.observe(witness);
  }

  #failed(failure: Http2Failed): void {
    const { timeouts, limits, observer, connectionId = 0 } = this.#config;
    const { code, reason } = failure;
    // RFC 9113 §7: NO_ERROR is nobody's fault.
    if (observer !== undefined && code !== NO_ERROR) {
      observer["protocol.error"]?.({ connectionId, code: errorCodeName(code), reason });
    }
    const error = failureError(failure, timeouts, limits);
    if (failure.scope === "stream") {
      return this.#streams.fail(failure.streamId, error, "answered");
    }
    this.#failure = error;
    this.flush(this.now); // our GOAWAY says why, before anyone can close
    this.#failAll(error);
    this.#flushTurn.soon();
  }

  // Writing

  #flush(): void {
    if (this.isReleased) return;
    this.flush(this.timers.now());
    this.rearm();
  }

  // The end

  /** Takes no new request. */
  #leave(): void {
    if (this.#state !== "open" && this.#state !== "new") return;
    this.#state = "leaving";
    this.#owner.resized(this, 0);
    this.#opening.stop();
  }

  #failAll(error: unknown): void {
    this.#leave();
    this.#streams.failAll(error);
  }

  #lose(error: Error | undefined): void {
    if (this.#state === "closed") return;
    this.#failure ??= error;
    this.#failAll(error ?? endError(this.#goawayCode));
    this.#end(this.#failure);
  }

  #end(error: unknown): void {
    if (this.#state === "closed") return;
    this.#leave();
    this.#state = "closed";
    this.release();
    this.#probes.stop();
    this.transport.close();
    this.#owner.closed(this, error);
  }
}

export type * from "./client_config.ts";
export type * from "./client_exchange.ts";
export type { Http2PromisedRequest, Http2PushTaker } from "./client_pushes.ts";
export type { Http2Limits } from "./proto/limits.ts";
export type { Http2ResponseHead };
