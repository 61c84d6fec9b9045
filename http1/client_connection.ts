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

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { NetworkError, TimeoutError, type TimeoutPhase } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldLines, FieldSection } from "@avx/semantics/field-section";
import { ClientCore } from "./proto/client_core.ts";
import type { Failed } from "./proto/events.ts";
import type { Http1Limits } from "./proto/limits.ts";
import type { ResponseHead } from "./proto/response_head.ts";
import { ReadSegments } from "@avx/runtime/read-segments";
import { ResponseBody } from "./response_body.ts";

/** A request's body, pulled a chunk at a time. */
export interface RequestBody {
  /** The next chunk; `undefined` at the end. What it rejects with fails the exchange. */
  read(): Promise<Uint8Array | undefined>;
  /** Nothing more is wanted. */
  cancel(reason: unknown): void;
}

/** A request as a connection sends it. */
export interface Http1Request {
  /** The method, in the case it is sent in. */
  readonly method: string;
  /** The request target, in the form that is sent. */
  readonly target: string;
  /** Valid field lines, `host` included, without those that frame the body. */
  readonly lines: FieldLines;
  /** All of the body, or where to get it from. */
  readonly body: Uint8Array | RequestBody | undefined;
  /** The length of a body that is pulled, in bytes; `undefined` sends it chunked. */
  readonly length: number | undefined;
  /** Send `expect: 100-continue` and hold the body back until the peer asks for it. */
  readonly expectContinue: boolean;
  /** The lines ask for an upgrade, which the peer may grant with 101. */
  readonly upgrade: boolean;
}

/**
 * How far a failed exchange came: nothing was sent, nothing came back, or part of an answer did.
 * What was not answered can be sent again where the method is idempotent (RFC 9112 §9.3.1).
 */
export type ExchangeProgress = "unsent" | "unanswered" | "answered";

/** A request and whoever wants its response. The members are called from the read loop. */
export interface Http1Exchange {
  /** What is sent. */
  readonly request: Http1Request;
  /** An interim response has arrived (RFC 9110 §15.2). */
  informed(head: ResponseHead): void;
  /**
   * The head of the final response has arrived. A body that came with it whole is given as bytes
   * together with the trailers, and nothing follows; of a {@linkcode ResponseBody} the rest does,
   * and `finished` is called at its end.
   */
  answered(
    head: ResponseHead,
    body: Uint8Array | ResponseBody | undefined,
    trailers: FieldSection | undefined,
    now: number,
  ): void;
  /** The body given to `answered` has ended, with `error` if it was cut short. */
  finished(error: unknown): void;
  /** The peer has switched protocols: the transport, and what was read of it, belong to you. */
  upgraded(head: ResponseHead, transport: Transport, received: Uint8Array): void;
  /** There is no response. */
  failed(error: unknown, progress: ExchangeProgress): void;
}

/** Whoever lends out a connection. */
export interface Http1ClientOwner {
  /** The exchange is over and the connection can carry another. */
  released(connection: Http1ClientConnection): void;
  /** The connection is closed, or upgraded and no longer ours. `error` says what broke it. */
  closed(connection: Http1ClientConnection, error: unknown): void;
}

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

/** Where a connection is in its life: it takes a request while `new` or `idle`. */
export type ClientConnectionState = "new" | "active" | "idle" | "closed";

const QUEUED_BODY_BYTES = 64 * 1024; // a reader that is further behind than this stops the reading
const QUEUED_SEND_BYTES = 64 * 1024; // an upload waits while more than this waits to be written
const JOINED_BYTES = 64 * 1024; // a body up to this size leaves together with its head
const LARGEST_READ_BYTES = 128 * 1024; // reads of 256 KiB gain nothing over this one
const RESTING_BYTES = 4 * 1024;
const HINT_AFTER_MS = 1_000; // idle for this long, the peer's Keep-Alive field is looked at

/** One connection that carries one exchange after the other. */
export class Http1ClientConnection {
  /** The transport it drives. */
  readonly transport: Transport;
  /** When it was opened, on the clock of its timers. */
  readonly openedAt: number;
  readonly #config: Http1ClientConfig;
  readonly #owner: Http1ClientOwner;
  readonly #timers: Timers;
  readonly #core: ClientCore;
  #segments = new ReadSegments(LARGEST_READ_BYTES);
  readonly #timer: WheelTimer;
  readonly #onRead: (count: number | null) => void;
  readonly #onReadError: (error: unknown) => void;
  readonly #onWritten: (count: number) => void;
  readonly #onWriteError: (error: unknown) => void;

  #state: ClientConnectionState = "new";
  #requests = 0;
  #reading = false;
  #writing = false;
  #outgoing: Uint8Array = EMPTY;
  #writeBroken = false;
  #drained: (() => void) | undefined;

  #exchange: Http1Exchange | undefined;
  #upload: RequestBody | undefined;
  #held = false; // the body waits for 100 Continue
  #sent = false;
  #received = false;
  #head: ResponseHead | undefined;
  #chunk: Uint8Array | undefined;
  #body: ResponseBody | undefined;
  #discarding = false;
  #ended = false;
  #trailers: FieldSection | undefined;
  #now = 0; // the time of the last read
  #switched: ResponseHead | undefined;

  #readDeadline = Infinity;
  #writeDeadline = Infinity;
  #armedAt = Infinity;
  #idleSince = 0;
  #lastHead: ResponseHead | undefined;

  /** Takes a transport over, on which nothing is pending and nothing has been read. */
  constructor(transport: Transport, config: Http1ClientConfig, owner: Http1ClientOwner) {
    this.transport = transport;
    this.#config = config;
    this.#owner = owner;
    this.#timers = config.timers;
    this.openedAt = config.timers.now();
    this.#core = new ClientCore({ limits: config.limits, buffers: config.buffers });
    this.#timer = new WheelTimer(() => this.#onTimer());
    this.#onRead = (count) => this.#afterRead(count);
    this.#onReadError = (error) => this.#afterReadError(error);
    this.#onWritten = (count) => this.#afterWrite(count);
    this.#onWriteError = (error) => this.#afterWriteError(error);
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
    const { request } = exchange;
    const { body } = request;
    const joined = body instanceof Uint8Array && body.length <= JOINED_BYTES &&
      !request.expectContinue;
    this.#core.sendHead({
      method: request.method,
      target: request.target,
      lines: request.lines,
      body: body === undefined
        ? "none"
        : body instanceof Uint8Array
        ? body.length
        : request.length ?? "chunked",
      expectContinue: request.expectContinue,
      upgrade: request.upgrade,
    });
    this.#state = "active";
    this.#requests++;
    this.#exchange = exchange;
    this.#sent =
      this.#received =
      this.#ended =
      this.#discarding =
        false;
    this.#lastHead = undefined;
    const { headersMs, continueMs } = this.#config.timeouts;
    if (body === undefined || joined) {
      if (joined) {
        if (body.length > 0) this.#core.sendData(body);
        this.#core.sendEnd();
      }
      this.#readDeadline = now + headersMs;
    } else {
      this.#upload = body instanceof Uint8Array ? new WholeBody(body) : body;
      this.#held = request.expectContinue;
      this.#readDeadline = this.#held ? now + continueMs : Infinity;
    }
    this.#read();
    this.#flush(now);
    this.#arm();
    if (this.#upload !== undefined && !this.#held) this.#send(this.#upload);
  }

  /** Gives `exchange` up, if it is still the one in progress, and closes the connection. */
  abandon(exchange: Http1Exchange, reason: unknown): void {
    if (this.#exchange !== exchange) return;
    this.#body?.discard();
    this.#fail(reason);
  }

  /** Closes at once. An exchange in progress fails with `reason`. */
  close(reason?: unknown): void {
    if (this.#state === "closed") return;
    this.#body?.discard();
    this.#fail(reason);
  }

  /** The reader of the body waits, or has taken a chunk. See {@linkcode ResponseBody}. */
  wanted(body: ResponseBody): void {
    if (body !== this.#body) return;
    if (body.isWaiting) {
      this.#readDeadline = this.#timers.now() + this.#config.timeouts.bodyMs;
      this.#arm();
    }
    this.#read();
  }

  /** The reader of the body wants no more of it. See {@linkcode ResponseBody}. */
  cancelled(body: ResponseBody, reason: unknown): void {
    if (body !== this.#body) return;
    const rest = body.declaredLength === undefined
      ? Infinity
      : body.declaredLength - body.receivedBytes;
    // Reading a small rest is cheaper than another connection.
    if (rest > this.#config.limits.maxDrainBytes || this.#upload !== undefined) {
      this.#fail(reason);
      return;
    }
    this.#discarding = true;
    this.#readDeadline = this.#timers.now() + this.#config.timeouts.bodyMs;
    this.#arm();
    this.#read();
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
          this.#inform(event.head, now);
          break;
        case "response":
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
    if (this.#state === "closed") return; // an informational callback gave up
    if (this.#switched !== undefined) return this.#hand();
    // Only now: what follows a complete response in the same read is nobody's answer, so the
    // connection must not have passed to another request before all of it was looked at.
    if (this.#ended) this.#finish(failure === undefined && !closed, now);
    else if (failure === undefined) this.#deliver();
    if (failure !== undefined) return this.#fail(errorOf(failure));
    if (closed) return this.#fail(undefined);
    if (this.#isClosed()) return;
    this.#flush(now);
    this.#read();
    this.#arm();
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }

  #inform(head: ResponseHead, now: number): void {
    if (this.#held && head.status === 100) this.#sendHeld(now);
    else if (this.#upload === undefined) {
      this.#readDeadline = now + this.#config.timeouts.headersMs;
    }
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
    this.#readDeadline = Infinity; // until the reader waits again
    this.#body?.push(bytes);
  }

  /** The head is here and the body is not, or not all of it. */
  #deliver(): void {
    const head = this.#head;
    if (head === undefined) return;
    const body = new ResponseBody(head.contentLength, this);
    this.#body = body;
    this.#head = undefined;
    this.#readDeadline = Infinity;
    if (this.#chunk !== undefined) body.push(this.#chunk);
    this.#chunk = undefined;
    this.#exchange?.answered(head, body, undefined, this.#now);
  }

  /** The response is complete. */
  #finish(clean: boolean, now: number): void {
    const exchange = this.#exchange;
    const { transport } = this;
    const head = this.#head;
    const chunk = this.#chunk;
    const body = this.#body;
    const trailers = this.#trailers;
    const upload = this.#upload;
    this.#exchange =
      this.#head =
      this.#chunk =
      this.#body =
      this.#trailers =
        undefined;
    this.#upload = undefined;
    this.#ended = this.#discarding = this.#held = false;
    // A peer that answers in full before it has the whole request wants no more of it, and a
    // request cut short leaves nothing that another could follow on.
    const reusable = clean && upload === undefined && !this.#writeBroken &&
      this.#core.state === "idle";
    upload?.cancel(undefined);
    if (reusable) {
      this.#state = "idle";
      this.#rest(now);
      this.#owner.released(this);
    } else {
      this.#state = "closed";
      this.#release();
      transport.close();
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
    this.#readDeadline = now +
      (this.#lastHead === undefined ? idleMs : Math.min(idleMs, HINT_AFTER_MS));
    if (!this.#reading && this.#segments.space().length > RESTING_BYTES) {
      this.#segments = new ReadSegments(LARGEST_READ_BYTES); // an idle connection holds little
    }
    this.#read();
    this.#arm();
  }

  // Writing

  #flush(now: number): void {
    if (this.#writing || this.#writeBroken || this.#isClosed()) return;
    const bytes = this.#core.transmit();
    if (bytes === undefined || bytes.length === 0) return this.#wake();
    this.#outgoing = bytes;
    this.#writeDeadline = now + this.#config.timeouts.requestMs;
    this.#write();
  }

  #write(): void {
    this.#writing = true;
    this.transport.write(this.#outgoing).then(this.#onWritten, this.#onWriteError);
  }

  #afterWrite(count: number): void {
    this.#writing = false;
    if (this.#isClosed()) return;
    this.#sent = true;
    if (count < this.#outgoing.length) {
      this.#outgoing = this.#outgoing.subarray(count);
      this.#writeDeadline = this.#timers.now() + this.#config.timeouts.requestMs;
      this.#write();
      this.#arm();
      return;
    }
    this.#outgoing = EMPTY;
    this.#writeDeadline = Infinity;
    if (this.#switched !== undefined) return this.#hand();
    if (this.#core.queuedBytes > 0) {
      this.#flush(this.#timers.now());
      this.#arm();
    } else this.#wake();
  }

  #afterWriteError(error: unknown): void {
    this.#writing = false;
    if (this.#isClosed()) return;
    // The peer may have answered before it went away: let the reading say how this ends.
    this.#writeBroken = true;
    this.#writeDeadline = Infinity;
    const upload = this.#upload;
    this.#upload = undefined;
    this.#held = false;
    upload?.cancel(translateError(error, "write"));
    this.#wake();
    if (this.#head === undefined && this.#body === undefined) {
      this.#readDeadline = this.#timers.now() + this.#config.timeouts.headersMs;
    }
    this.#read();
    this.#arm();
  }

  #wake(): void {
    const drained = this.#drained;
    this.#drained = undefined;
    drained?.();
  }

  #sendHeld(now: number): void {
    this.#held = false;
    this.#readDeadline = Infinity;
    this.#flush(now);
    if (this.#upload !== undefined) this.#send(this.#upload);
  }

  async #send(upload: RequestBody): Promise<void> {
    try {
      for (;;) {
        const chunk = await upload.read();
        if (this.#upload !== upload) return;
        if (chunk === undefined) break;
        if (chunk.length === 0) continue;
        this.#core.sendData(chunk);
        this.#flush(this.#timers.now());
        this.#arm();
        if (this.#core.queuedBytes > QUEUED_SEND_BYTES) {
          await new Promise<void>((resolve) => this.#drained = resolve);
          if (this.#upload !== upload) return;
        }
      }
      this.#core.sendEnd();
    } catch (error) {
      // The caller's fault, so its error goes back as it is; the request cannot be completed.
      if (this.#upload !== upload) return;
      this.#upload = undefined;
      upload.cancel(error);
      this.#fail(error);
      return;
    }
    this.#upload = undefined;
    const now = this.#timers.now();
    if (this.#head === undefined && this.#body === undefined) {
      this.#readDeadline = now + this.#config.timeouts.headersMs;
    }
    this.#flush(now);
    this.#arm();
  }

  // Ending

  /** Hands the transport over: only with no read and no write in flight. */
  #hand(): void {
    if (this.#writing) return;
    const head = this.#switched!;
    const exchange = this.#exchange;
    const received = this.#core.takeRemainder();
    const upload = this.#upload;
    this.#state = "closed";
    this.#release();
    upload?.cancel(undefined);
    this.#owner.closed(this, undefined);
    exchange?.upgraded(head, this.transport, received);
  }

  #fail(error: unknown): void {
    if (this.#isClosed()) return;
    const exchange = this.#exchange;
    const body = this.#body;
    const upload = this.#upload;
    const progress: ExchangeProgress = this.#received
      ? "answered"
      : this.#sent || this.#writing
      ? "unanswered"
      : "unsent";
    this.#state = "closed";
    this.#release();
    this.transport.close();
    upload?.cancel(error);
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

  #release(): void {
    this.#timers.cancel(this.#timer);
    this.#readDeadline = this.#writeDeadline = this.#armedAt = Infinity;
    this.#exchange =
      this.#body =
      this.#upload =
      this.#head =
      this.#chunk =
        undefined;
    this.#lastHead = undefined;
    this.#wake();
  }

  // Deadlines: fields that change as often as they like, behind one timer that is moved only
  // when one of them comes before it.

  #arm(): void {
    const at = Math.min(this.#readDeadline, this.#writeDeadline);
    if (at >= this.#armedAt || this.#isClosed()) return;
    this.#armedAt = at;
    this.#timers.scheduleAt(this.#timer, at);
  }

  #onTimer(): void {
    this.#armedAt = Infinity;
    const now = this.#timers.now();
    if (now >= this.#writeDeadline) return this.#timeOut("request");
    if (now < this.#readDeadline) return this.#arm();
    if (this.#held) {
      this.#sendHeld(now);
    } else if (this.#state === "idle" || this.#state === "new") {
      if (this.#lastHead !== undefined) this.#readDeadline = this.#idleSince + this.#idleMs();
      if (now >= this.#readDeadline) return this.#fail(undefined);
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

/** A large body that is there already: sent in parts, so that it is never copied as a whole. */
class WholeBody implements RequestBody {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Promise<Uint8Array | undefined> {
    const start = this.#offset;
    if (start >= this.#bytes.length) return Promise.resolve(undefined);
    this.#offset = start + JOINED_BYTES;
    return Promise.resolve(this.#bytes.subarray(start, this.#offset));
  }

  cancel(): void {
    this.#offset = this.#bytes.length;
  }
}

function errorOf(failure: Failed): Error {
  const { code, reason } = failure;
  if (code === "UNEXPECTED_EOF") return new NetworkError(reason, { code });
  return new RemoteProtocolError(reason, { code });
}

const EMPTY = new Uint8Array(0);

export type { Http1Limits, ResponseBody, ResponseHead };
