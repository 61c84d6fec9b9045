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
 * A read is always pending, so that the end of an idle connection shows at once; it is started
 * before the write it waits for, and withheld only while the reader of a body is behind.
 *
 * @module
 */

import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { NetworkError, TimeoutError, type TimeoutPhase } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { ReadSegments } from "@avx/runtime/read-segments";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldSection } from "@avx/semantics/field-section";
import { type IncomingOwner, IncomingQueue } from "@avx/semantics/incoming-queue";
import type { Http1ClientConfig } from "./client_config.ts";
import type { ExchangeProgress, Http1Exchange } from "./client_exchange.ts";
import { ClientCore } from "./proto/client_core.ts";
import type { Failed } from "./proto/events.ts";
import type { ResponseHead } from "./proto/response_head.ts";
import { RequestSender } from "./request_sender.ts";

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
const MAX_READ_BYTES = 64 * 1024;
const HINT_AFTER_MS = 1_000; // idle for this long, the peer's Keep-Alive field is looked at

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
export class Http1ClientConnection implements IncomingOwner {
  /** The transport it drives. */
  readonly transport: Transport;
  /** When it was opened, on the clock of its timers. */
  readonly openedAt: number;
  readonly #config: Http1ClientConfig;
  readonly #owner: Http1ClientOwner;
  readonly #timers: Timers;
  readonly #core: ClientCore;
  readonly #segments: ReadSegments;
  readonly #sender: RequestSender;
  readonly #alarm: ConnectionAlarm;
  readonly #onRead: (count: number | null) => void;
  readonly #onReadError: (error: unknown) => void;

  #state: ClientConnectionState = "new";
  #requests = 0;
  #reading = false;

  #exchange: Http1Exchange | undefined;
  #received = false;
  #head: ResponseHead | undefined;
  #chunk: Uint8Array | undefined;
  #body: IncomingQueue | undefined;
  #discarding = false;
  #ended = false;
  #trailers: FieldSection | undefined;
  #now = 0; // the time of the last read
  #switched: ResponseHead | undefined;

  #readBy = Infinity;
  #idleSince = 0;
  #lastHead: ResponseHead | undefined;

  /** Takes a transport over, on which nothing is pending and nothing has been read. */
  constructor(transport: Transport, config: Http1ClientConfig, owner: Http1ClientOwner) {
    this.transport = transport;
    this.#config = config;
    this.#owner = owner;
    this.#timers = config.timers;
    this.openedAt = config.timers.now();
    this.#segments = new ReadSegments(MAX_READ_BYTES, config.buffers);
    this.#core = new ClientCore({ limits: config.limits, buffers: config.buffers });
    this.#alarm = new ConnectionAlarm(config.timers, (now) => this.#onDue(now));
    this.#sender = new RequestSender(transport, this.#core, config, this.#alarm, {
      requestSent: (now) => this.#awaitHead(now),
      uploadFailed: (error) => this.#fail(error),
      writeFailed: () => this.#afterWriteError(),
      allWritten: () => this.#switched === undefined ? undefined : this.#hand(),
      rearm: () => this.#arm(),
    });
    this.#onRead = (count) => this.#afterRead(count);
    this.#onReadError = (error) => this.#afterReadError(error);
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
    return this.#idleSince;
  }

  /** Starts reading on a connection that has no request yet, so that its end is noticed. */
  watch(): void {
    if (this.#state === "new") this.#rest(this.#timers.now());
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
    this.#exchange = exchange;
    this.#received = this.#ended = this.#discarding = false;
    this.#lastHead = undefined;
    const { headersMs, continueMs } = this.#config.timeouts;
    this.#readBy = complete ? now + headersMs : this.#sender.isHeld ? now + continueMs : Infinity;
    this.#read();
    this.#sender.flush(now);
    this.#arm();
    if (!complete && !this.#sender.isHeld) this.#sender.proceed();
  }

  /** Gives `exchange` up, if it is still the one in progress, and closes the connection. */
  abandon(exchange: Http1Exchange, reason: unknown): void {
    if (this.#exchange !== exchange) return;
    this.#body?.clear();
    this.#fail(reason);
  }

  /** Closes at once. An exchange in progress fails with `reason`. */
  close(reason?: unknown): void {
    if (this.#state === "closed") return;
    this.#body?.clear();
    this.#fail(reason);
  }

  /** The reader of the body waits, or has taken a chunk. See {@linkcode IncomingOwner}. */
  wanted(body: IncomingQueue): void {
    if (body !== this.#body) return;
    if (body.isWaiting) {
      this.#readBy = this.#timers.now() + this.#config.timeouts.bodyMs;
      this.#arm();
    }
    this.#read();
  }

  /** The reader of the body wants no more of it. See {@linkcode IncomingOwner}. */
  abandoned(body: IncomingQueue, reason: unknown): void {
    if (body !== this.#body) return;
    const rest = body.declaredLength === undefined
      ? Infinity
      : body.declaredLength - body.receivedBytes;
    // Reading a small rest is cheaper than another connection.
    if (rest > this.#config.limits.maxDrainBytes || this.#sender.isUploading) {
      this.#fail(reason);
      return;
    }
    this.#discarding = true;
    this.#readBy = this.#timers.now() + this.#config.timeouts.bodyMs;
    this.#arm();
    this.#read();
  }

  /** A part of a body was copied or dropped. See {@linkcode IncomingOwner}. */
  released(chunk: Uint8Array): void {
    this.#segments.release(chunk);
  }

  // Reading

  #read(): void {
    if (this.#reading || this.#state === "closed" || !this.#core.wantsInput) return;
    const body = this.#body;
    if (body !== undefined && !this.#discarding && body.queuedBytes >= QUEUED_BODY_BYTES) return;
    this.#reading = true;
    this.transport.read(this.#segments.space()).then(this.#onRead, this.#onReadError);
  }

  #afterRead(count: number | null): void {
    this.#reading = false;
    if (this.#state === "closed") return;
    const now = this.#now = this.#timers.now();
    if (count === null) {
      this.#core.receive(EMPTY, now);
    } else {
      this.#received = true;
      this.#core.receive(this.#segments.taken(count), now);
    }
    this.#drain(now);
  }

  #afterReadError(error: unknown): void {
    this.#reading = false;
    this.#fail(translateError(error, "read"));
  }

  #drain(now: number): void {
    let failure: Failed | undefined;
    let closed = false;
    for (let event = this.#core.next(); event !== undefined; event = this.#core.next()) {
      switch (event.type) {
        case "informational":
          this.#segments.keep(); // the head points into it
          this.#inform(event.head, now);
          break;
        case "response":
          this.#segments.keep();
          this.#head = this.#lastHead = event.head;
          break;
        case "data":
          this.#take(event.bytes);
          break;
        case "end":
          this.#ended = true;
          this.#trailers = event.trailers;
          break;
        case "upgraded":
          this.#segments.keep();
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
    if (!this.#core.holdsInput) this.#segments.settle();
    if (this.#state === "closed") return; // an informational callback gave up
    if (this.#switched !== undefined) return this.#hand();
    // Only now: what follows a complete response in the same read is nobody's answer, so the
    // connection must not have passed to another request before all of it was looked at.
    if (this.#ended) this.#finish(failure === undefined && !closed, now);
    else if (failure === undefined) this.#deliver();
    if (failure !== undefined) return this.#fail(errorOf(failure));
    if (closed) return this.#fail(undefined);
    if (this.#isClosed()) return;
    this.#sender.flush(now);
    this.#read();
    this.#arm();
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #inform(head: ResponseHead, now: number): void {
    if (this.#sender.isHeld && head.status === 100) this.#sendHeld();
    else if (!this.#sender.isUploading) this.#awaitHead(now);
    this.#exchange?.informed(head);
  }

  #take(bytes: Uint8Array): void {
    if (this.#discarding) return;
    if (this.#body === undefined) {
      if (this.#chunk === undefined) {
        this.#chunk = bytes;
        return;
      }
      this.#deliver(); // a body in several parts is not put together here
    }
    this.#readBy = Infinity; // until the reader waits again
    if (this.#body !== undefined) this.#push(this.#body, bytes);
  }

  #push(body: IncomingQueue, bytes: Uint8Array): void {
    this.#segments.hold(bytes);
    body.push(bytes);
  }

  /** The head is here and the body is not, or not all of it. */
  #deliver(): void {
    const head = this.#head;
    if (head === undefined) return;
    const body = new IncomingQueue(this, head.contentLength);
    this.#body = body;
    this.#head = undefined;
    this.#readBy = Infinity;
    if (this.#chunk !== undefined) this.#push(body, this.#chunk);
    this.#chunk = undefined;
    this.#exchange?.answered(head, body, undefined, this.#now);
  }

  /** The response is complete. */
  #finish(clean: boolean, now: number): void {
    const exchange = this.#exchange;
    const head = this.#head;
    const chunk = this.#chunk;
    const body = this.#body;
    const trailers = this.#trailers;
    this.#exchange =
      this.#head =
      this.#chunk =
      this.#body =
      this.#trailers =
        undefined;
    this.#ended = this.#discarding = false;
    // A peer that answers in full before it has the whole request wants no more of it, and a
    // request cut short leaves nothing that another could follow on.
    const cutShort = this.#sender.giveUp(undefined) || this.#sender.isBroken;
    if (clean && !cutShort && this.#core.state === "idle") {
      this.#state = "idle";
      this.#rest(now);
      this.#owner.released(this);
    } else {
      this.#state = "closed";
      this.#release(undefined);
      this.transport.close();
      this.#owner.closed(this, undefined);
    }
    if (head !== undefined) exchange?.answered(head, chunk, trailers, now);
    else {
      body?.end(trailers);
      exchange?.finished(undefined);
    }
  }

  /** Waits for the next request. */
  #rest(now: number): void {
    const { idleMs } = this.#config.timeouts;
    this.#idleSince = now;
    this.#readBy = now +
      (this.#lastHead === undefined ? idleMs : Math.min(idleMs, HINT_AFTER_MS));
    if (!this.#reading) this.#segments.rest();
    this.#read();
    this.#arm();
  }

  // Writing

  #awaitHead(now: number): void {
    if (this.#head !== undefined || this.#body !== undefined) return;
    this.#readBy = now + this.#config.timeouts.headersMs;
  }

  #sendHeld(): void {
    this.#readBy = Infinity;
    this.#sender.proceed();
  }

  #afterWriteError(): void {
    // The peer may have answered before it went away: let the reading say how this ends.
    this.#awaitHead(this.#timers.now());
    this.#read();
    this.#arm();
  }

  // Ending

  /** Hands the transport over: only with no read and no write in flight. */
  #hand(): void {
    if (this.#sender.isWriting) return;
    const head = this.#switched!;
    const exchange = this.#exchange;
    const received = this.#core.takeRemainder();
    this.#state = "closed";
    this.#release(undefined);
    this.#owner.closed(this, undefined);
    exchange?.upgraded(head, this.transport, received);
  }

  #fail(error: unknown): void {
    if (this.#isClosed()) return;
    const exchange = this.#exchange;
    const body = this.#body;
    const progress: ExchangeProgress = this.#received
      ? "answered"
      : this.#sender.mayHaveSent
      ? "unanswered"
      : "unsent";
    this.#state = "closed";
    this.#release(error);
    this.transport.close();
    if (exchange !== undefined) {
      const reason = error ?? new NetworkError("The connection ended before the response did");
      if (body === undefined) exchange.failed(reason, progress);
      else {
        body.fail(reason);
        exchange.finished(reason);
      }
    }
    this.#owner.closed(this, error);
  }

  #release(reason: unknown): void {
    this.#alarm.stop();
    this.#readBy = Infinity;
    this.#exchange =
      this.#body =
      this.#head =
      this.#chunk =
      this.#lastHead =
        undefined;
    this.#sender.stop(reason);
  }

  // Deadlines

  #arm(): void {
    if (!this.#isClosed()) this.#alarm.arm(this.#readBy);
  }

  #onDue(now: number): void {
    if (now >= this.#alarm.writeBy) return this.#timeOut("request");
    if (now < this.#readBy) return this.#arm();
    if (this.#sender.isHeld) {
      this.#sendHeld();
    } else if (this.#state === "idle" || this.#state === "new") {
      if (this.#lastHead !== undefined) this.#readBy = this.#idleSince + this.#idleMs();
      if (now >= this.#readBy) return this.#fail(undefined);
    } else {
      return this.#timeOut(this.#body === undefined ? "headers" : "body");
    }
    this.#arm();
  }

  #timeOut(phase: TimeoutPhase & ("request" | "headers" | "body")): void {
    this.#fail(new TimeoutError(phase, this.#config.timeouts[`${phase}Ms`]));
  }

  /** Our own limit, or a second less than the peer says that it waits (`Keep-Alive: timeout=5`). */
  #idleMs(): number {
    const hint = this.#lastHead?.fields.get("keep-alive")?.match(/(?:^|[,;\s])timeout=(\d{1,9})/i);
    this.#lastHead = undefined;
    const { idleMs } = this.#config.timeouts;
    return hint ? Math.min(idleMs, Number(hint[1]) * 1_000 - HINT_AFTER_MS) : idleMs;
  }
}

function errorOf(failure: Failed): Error {
  const { code, reason } = failure;
  if (code === "UNEXPECTED_EOF") return new NetworkError(reason, { code });
  return new RemoteProtocolError(reason, { code });
}

const EMPTY = new Uint8Array(0);

export type * from "./client_config.ts";
export type * from "./client_exchange.ts";
export type { Http1Limits } from "./proto/limits.ts";
export type { ResponseHead };
