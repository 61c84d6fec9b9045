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

import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { type PumpOwner, TransportPump } from "@avx/runtime/transport-pump";
import type { FieldLines, FieldSection } from "@avx/semantics/field-section";
import type { Http2ClientConfig } from "./client_config.ts";
import type { Http2ClientRequest, Http2Exchange } from "./client_exchange.ts";
import type { Http2ExchangeProgress } from "./client_exchange.ts";
import { endError, failureError, resetError } from "./client_failure.ts";
import { ClientStream, type ClientStreamOwner } from "./client_stream.ts";
import { ClientTunnel } from "./client_tunnel.ts";
import { CANCEL, NO_ERROR, REFUSED_STREAM } from "./frame/error_code.ts";
import { Http2ClientCore } from "./proto/client_core.ts";
import type { Http2ClientEvent, Http2Failed, Http2ResponseEvent } from "./proto/events.ts";
import { DEFAULT_CLIENT_TIMEOUTS } from "./proto/limits.ts";
import type { Http2ResponseHead } from "./proto/response_head.ts";
import { RequestUpload } from "./request_upload.ts";

/** Whoever lends out a connection. */
export interface Http2ClientOwner {
  /** An exchange is over, and another can take its place. */
  released(connection: Http2ClientConnection): void;
  /** How many exchanges it can carry at once has changed; 0 says that it takes no new one. */
  resized(connection: Http2ClientConnection, streams: number): void;
  /** The connection is closed. `error` says what broke it. */
  closed(connection: Http2ClientConnection, error: unknown): void;
}

const MAX_READ_BYTES = 64 * 1024;
// Whoever waited for a response asks the next thing a few promise jobs later: one write for all.
const FLUSH_AFTER_JOBS = 6;
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
export class Http2ClientConnection implements PumpOwner {
  /** The transport it drives. */
  readonly transport: Transport;
  /** When it was opened, on the clock of its timers. */
  readonly openedAt: number;
  readonly #core: Http2ClientCore;
  readonly #config: Http2ClientConfig;
  readonly #owner: Http2ClientOwner;
  readonly #timers: Timers;
  readonly #pump: TransportPump;
  readonly #alarm: ConnectionAlarm;
  readonly #forStreams: ClientStreamOwner;
  /** The requests on their way, by stream. */
  readonly #streams = new Map<number, ClientStream>();
  /** Extended CONNECTs that wait to hear whether the peer knows them. */
  readonly #unsettled = new Set<ClientStream>();
  /** Those whose head came with what is being looked at now. */
  #arrived: ClientStream[] = [];
  #state: "new" | "open" | "leaving" | "closed" = "new";
  #requests = 0;
  #writes = 0;
  #idleSince: number;
  #now: number;
  #goawayCode: number = NO_ERROR;
  #failure: Error | undefined = undefined;
  #flushQueued = false;
  #flushDelay = 0;

  /** Takes a transport over, on which nothing is pending and nothing has been read. */
  constructor(transport: Transport, config: Http2ClientConfig, owner: Http2ClientOwner) {
    const { timers, buffers, limits, timeouts } = config;
    const { requestMs, idleMs, pingIntervalMs, pingTimeoutMs } = timeouts;
    this.transport = transport;
    this.#config = config;
    this.#owner = owner;
    this.#timers = timers;
    this.openedAt = this.#idleSince = this.#now = timers.now();
    this.#core = new Http2ClientCore({
      buffers,
      limits,
      timeouts: {
        ...DEFAULT_CLIENT_TIMEOUTS,
        idleMs,
        pingIntervalMs,
        pingTimeoutMs,
        stallMs: requestMs,
      },
      now: this.openedAt,
    });
    this.#forStreams = {
      core: this.#core,
      transport,
      flushSoon: () => this.#flushSoon(),
      awaitBody: (stream) => this.#awaitBody(stream),
      drop: (stream, reason) => this.#drop(stream, reason),
      uploadFailed: (stream, error) => this.#uploadFailed(stream, error),
      requestSent: (stream) => this.#requestSent(stream),
      tunnelEnded: (stream) => this.#tunnelEnded(stream),
    };
    this.#pump = new TransportPump(transport, this, MAX_READ_BYTES);
    this.#alarm = new ConnectionAlarm(timers, (now) => this.#onDue(now));
  }

  /** How many exchanges it has carried, the present ones included. */
  get requests(): number {
    return this.#requests;
  }

  /** How many exchanges are on their way. */
  get openStreams(): number {
    return this.#streams.size + this.#unsettled.size;
  }

  /** How many exchanges it can carry at once; 0 if it takes no new one. */
  get maxStreams(): number {
    const takesMore = this.#state === "new" || this.#state === "open";
    return takesMore && !this.#core.exhausted ? this.#core.maxConcurrentStreams : 0;
  }

  /** When it last became idle, on the clock of its timers. */
  get idleSince(): number {
    return this.#idleSince;
  }

  /** Sends the preface and starts reading, on a connection that may have no request yet. */
  watch(): void {
    if (this.#state !== "new") return;
    this.#state = "open";
    this.#run();
    this.#flushSoon();
    this.#rearm();
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
    this.#now = now;
    if (this.#state !== "open") return this.#refuse(exchange);
    const stream = new ClientStream(exchange, this.#forStreams);
    if (exchange.request.protocol !== undefined && !this.#core.settled) {
      this.#unsettled.add(stream);
      stream.readBy = now + this.#config.timeouts.headersMs;
      this.#requests++;
      this.#alarm.arm(stream.readBy);
    } else if (this.#open(stream)) this.#requests++;
    else this.#refuse(exchange);
  }

  /** Gives `exchange` up, if it is still on its way. Others go on. It is not called back. */
  abandon(exchange: Http2Exchange, reason: unknown): void {
    const stream = this.#streams.get(exchange.streamId);
    if (stream?.exchange === exchange) return this.#drop(stream, reason);
    for (const waiting of this.#unsettled) {
      if (waiting.exchange !== exchange) continue;
      this.#unsettled.delete(waiting);
      this.#over();
    }
  }

  /** Finishes what is in flight, takes no new request, and closes. */
  shutdown(): void {
    if (this.#state === "closed") return;
    if (this.#state === "new") this.watch();
    this.#core.shutdown();
    this.#leave();
    this.#flushSoon();
  }

  /** Closes at once. Exchanges in progress fail with `reason`. */
  close(reason?: unknown): void {
    if (this.#state === "closed") return;
    for (const stream of this.#streams.values()) stream.body?.clear();
    const error = reason ?? new NetworkError("The connection was closed", { code: "CLOSED" });
    this.#failAll(error);
    // RFC 9113 §5.4: whoever closes says so. Nobody waits for it to be written.
    this.#core.goAway();
    if (this.#pump.isWriting === false && this.#state !== "new") this.#pump.flush();
    this.#end(reason ?? this.#failure);
  }

  // PumpOwner

  /** Whether what is read now would be of use. */
  mayRead(): boolean {
    return this.#core.wantsInput;
  }

  /** Takes in what was read. */
  receive(bytes: Uint8Array): void {
    if (this.#state === "closed") return;
    this.#now = this.#timers.now();
    this.#core.receive(bytes, this.#now);
    this.#drain();
  }

  /** The next bytes to write. */
  transmit(): Uint8Array | undefined {
    const bytes = this.#core.transmit();
    this.#hearAll(); // framing what waits can make streams writable
    return bytes;
  }

  /** A write begins. */
  writing(): void {
    this.#writes++;
    this.#alarm.writeBy = this.#timers.now() + this.#writeMs;
    this.#rearm();
  }

  /** The peer has taken some, and more follows. */
  progressed(): void {
    this.writing();
    this.#pump.readOn();
  }

  /** Everything is written. */
  flushed(): void {
    this.#alarm.writeBy = Infinity;
    if (this.#core.disposition === "close") return this.#end(this.#failure);
    this.#pump.readOn();
    this.#rearm();
  }

  /** A write failed. */
  writeFailed(error: unknown): void {
    this.#lose(translateError(error, "write"));
  }

  // What streams ask for

  #flushSoon(): void {
    this.#flushDelay = FLUSH_AFTER_JOBS;
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(this.#flushTurn);
  }

  #awaitBody(stream: ClientStream): void {
    if (stream.tunnel === undefined) {
      this.#await(stream, this.#timers.now() + this.#config.timeouts.bodyMs);
    }
  }

  #drop(stream: ClientStream, reason: unknown): void {
    if (!this.#streams.delete(stream.streamId)) return;
    this.#core.reset(stream.streamId, CANCEL);
    stream.discard(reason);
    this.#over();
    this.#flushSoon();
  }

  #uploadFailed(stream: ClientStream, error: unknown): void {
    this.#drop(stream, error);
    stream.fail(error, "unanswered");
  }

  #requestSent(stream: ClientStream): void {
    if (stream.body === undefined && stream.head === undefined) {
      this.#await(stream, this.#timers.now() + this.#config.timeouts.headersMs);
    }
    this.#flushSoon();
  }

  #tunnelEnded(stream: ClientStream): void {
    if (this.#streams.delete(stream.streamId)) this.#over();
  }

  // Requests

  /** Gives a request to the core. Says whether it was taken. */
  #open(stream: ClientStream): boolean {
    const { exchange } = stream;
    const { request } = exchange;
    const { method, target, body, expectContinue, protocol, trailers } = request;
    const { headersMs, continueMs } = this.#config.timeouts;
    const isWhole = body instanceof Uint8Array;
    const end = protocol === undefined && trailers === undefined &&
      (body === undefined || isWhole && body.length === 0);
    const streamId = this.#core.sendRequest({
      method: protocol === undefined ? method : "CONNECT",
      scheme: this.transport.encrypted ? "https" : "http",
      path: target,
      protocol,
      lines: linesOf(request),
      end,
    });
    if (streamId === undefined) return false;
    exchange.streamId = stream.streamId = streamId;
    stream.writesBefore = this.#writes;
    this.#streams.set(streamId, stream);
    stream.held = expectContinue && !end;
    this.#await(stream, this.#now + (stream.held ? continueMs : headersMs));
    if (!end && protocol === undefined && !stream.held) this.#sendBody(stream);
    this.#flushSoon();
    if (this.#core.exhausted) this.#leave();
    return true;
  }

  #refuse(exchange: Http2Exchange): void {
    this.#owner.resized(this, this.maxStreams);
    this.#over();
    exchange.failed(new NetworkError("The connection takes no more requests"), "unsent");
  }

  #sendBody(stream: ClientStream): void {
    const { body, trailers } = stream.exchange.request;
    stream.held = false;
    if (body === undefined || body instanceof Uint8Array) {
      if (body !== undefined && body.length > 0) this.#core.sendData(stream.streamId, body);
      this.#core.sendEnd(stream.streamId, trailers?.());
      return this.#requestSent(stream);
    }
    stream.readBy = Infinity;
    stream.upload = new RequestUpload(stream, body, this.#forStreams);
    stream.upload.run();
  }

  #await(stream: ClientStream, readBy: number): void {
    stream.readBy = readBy;
    this.#alarm.arm(readBy);
  }

  // Events

  #drain(): void {
    this.#hearAll();
    if (this.#state === "closed") return;
    const arrived = this.#arrived;
    if (arrived.length > 0) {
      // Only now: a body that comes with its head needs no queue.
      for (const stream of arrived) if (stream.head !== undefined) this.#deliver(stream);
      arrived.length = 0;
    }
    this.#flushSoon();
  }

  #hearAll(): void {
    const core = this.#core;
    for (let event = core.next(); event !== undefined; event = core.next()) this.#hear(event);
  }

  #hear(event: Http2ClientEvent): void {
    switch (event.type) {
      case "response":
        return this.#begin(event);
      case "data":
        return this.#take(event.streamId, event.bytes);
      case "end": {
        const stream = this.#streams.get(event.streamId);
        return stream && this.#finish(stream, event.trailers);
      }
      case "informational": {
        const stream = this.#streams.get(event.streamId);
        if (stream === undefined) return;
        if (stream.held && event.head.status === 100) this.#sendBody(stream);
        else if (stream.readBy !== Infinity && !stream.held) {
          stream.readBy = this.#now + this.#config.timeouts.headersMs;
        }
        return stream.exchange.informed(event.head);
      }
      case "reset":
        return this.#failStream(
          event.streamId,
          resetError(event.code),
          event.code === REFUSED_STREAM ? "unsent" : "unanswered",
        );
      case "failed":
        return this.#failed(event);
      case "writable": {
        const stream = this.#streams.get(event.streamId);
        stream?.upload?.becomeWritable();
        return stream?.tunnel?.becomeWritable();
      }
      case "settings":
        return this.#settle();
      case "goaway":
        this.#goawayCode = event.code;
        return this.#leave();
      case "push":
        return this.#core.reset(event.promisedId, CANCEL);
      case "closed":
        return this.#lose(this.openStreams > 0 ? endError(this.#goawayCode) : undefined);
      case "pong":
      case "sent":
        return;
      default:
        event satisfies never;
    }
  }

  #begin({ streamId, head }: Http2ResponseEvent): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    stream.readBy = Infinity;
    stream.head = head;
    // RFC 9110 §10.1.1: who answers at once, and not with a refusal, may be waiting for the body.
    if (stream.held && head.hasBody && head.status < 300) this.#sendBody(stream);
    stream.held = false;
    if (!head.hasBody) return this.#finish(stream, undefined);
    if (stream.exchange.request.protocol !== undefined && head.status < 300) {
      const tunnel = stream.tunnel = new ClientTunnel(stream, this.#forStreams);
      return stream.exchange.upgraded(head, tunnel, NO_BYTES);
    }
    this.#arrived.push(stream);
  }

  #take(streamId: number, bytes: Uint8Array): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return this.#core.consume(streamId, bytes.length);
    if (stream.body === undefined) {
      if (stream.chunk === undefined) {
        stream.chunk = bytes;
        return;
      }
      this.#deliver(stream); // a body in several parts is not put together here
    }
    if (stream.body !== undefined) stream.push(bytes);
  }

  /** The head is here and the body is not, or not all of it. */
  #deliver(stream: ClientStream): void {
    const head = stream.head!;
    const body = stream.beginBody(head.contentLength);
    stream.exchange.answered(head, body, undefined, this.#now);
  }

  /** The response is complete. */
  #finish(stream: ClientStream, trailers: FieldSection | undefined): void {
    const { exchange, streamId, head, chunk, tunnel } = stream;
    if (tunnel !== undefined) return tunnel.endRead();
    this.#streams.delete(streamId);
    stream.readBy = Infinity;
    stream.head = undefined;
    if (exchange.request.body !== undefined) this.#endRequest(stream);
    this.#over();
    if (head === undefined) {
      stream.end(trailers);
      return exchange.finished(undefined);
    }
    if (chunk !== undefined) this.#core.consume(streamId, chunk.length);
    exchange.answered(head, chunk, trailers, this.#now);
  }

  /** A peer that answers in full before it has the whole request wants no more of it. */
  #endRequest(stream: ClientStream): void {
    stream.upload?.stop(undefined);
    if (!this.#core.streamState(stream.streamId).startsWith("closed")) {
      this.#core.reset(stream.streamId, CANCEL);
    }
  }

  #settle(): void {
    this.#owner.resized(this, this.maxStreams);
    for (const stream of this.#unsettled) {
      this.#unsettled.delete(stream);
      try {
        if (!this.#open(stream)) this.#refuse(stream.exchange);
      } catch (error) {
        this.#over();
        stream.fail(error, "unsent");
      }
    }
  }

  #failed(failure: Http2Failed): void {
    const { timeouts, limits } = this.#config;
    const error = failureError(failure, timeouts, limits);
    if (failure.scope === "stream") {
      return this.#failStream(failure.streamId, error, "answered");
    }
    this.#failure = error;
    this.#pump.flush(); // our GOAWAY says why, before anyone can close
    this.#failAll(error);
    this.#flushSoon();
  }

  #failStream(streamId: number, error: unknown, progress: Http2ExchangeProgress): void {
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    this.#streams.delete(streamId);
    this.#over();
    stream.fail(error, progress);
  }

  /** A place for a request is free. */
  #over(): void {
    if (this.openStreams === 0) this.#idleSince = this.#now;
    this.#owner.released(this);
  }

  // The end

  /** Takes no new request. */
  #leave(): void {
    if (this.#state !== "open" && this.#state !== "new") return;
    this.#state = "leaving";
    this.#owner.resized(this, 0);
  }

  #failAll(error: unknown): void {
    this.#leave();
    const streams = [...this.#streams.values(), ...this.#unsettled];
    this.#streams.clear();
    this.#unsettled.clear();
    for (const stream of streams) {
      this.#over();
      const isSent = stream.streamId > 0 && stream.writesBefore < this.#writes;
      stream.fail(error, stream.head !== undefined ? "answered" : isSent ? "unanswered" : "unsent");
    }
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
    this.#pump.stop();
    this.#alarm.stop();
    this.transport.close();
    this.#owner.closed(this, error);
  }

  // Reading, writing, and time

  async #run(): Promise<void> {
    try {
      await this.#pump.run();
    } catch (error) {
      this.#lose(translateError(error, "read"));
    }
  }

  readonly #flushTurn = (): void => {
    if (--this.#flushDelay > 0) return queueMicrotask(this.#flushTurn);
    this.#flushQueued = false;
    if (this.#state === "closed") return;
    this.#pump.flush();
    this.#rearm();
  };

  get #writeMs(): number {
    return this.#core.disposition === "close" ? LEAVING_MS : this.#config.timeouts.requestMs;
  }

  #rearm(): void {
    if (this.#state !== "closed") this.#alarm.arm(this.#core.deadline ?? Infinity);
  }

  #onDue(now: number): void {
    this.#now = now;
    if (now >= this.#alarm.writeBy) {
      return this.#lose(new TimeoutError("request", this.#config.timeouts.requestMs));
    }
    this.#core.tick(now);
    this.#drain();
    if (this.#isClosed()) return;
    let next = Infinity;
    for (const stream of [...this.#streams.values(), ...this.#unsettled]) {
      if (stream.readBy <= now) this.#expire(stream);
      if (stream.readBy < next) next = stream.readBy;
    }
    this.#alarm.arm(next);
    this.#rearm();
  }

  #expire(stream: ClientStream): void {
    const { headersMs, bodyMs } = this.#config.timeouts;
    stream.readBy = Infinity;
    if (stream.held) return this.#sendBody(stream);
    if (stream.body === undefined && this.#core.queuedBytes(stream.streamId) > 0) {
      stream.readBy = this.#now + headersMs; // it is still being sent
      return;
    }
    const error = stream.body === undefined
      ? new TimeoutError("headers", headersMs)
      : new TimeoutError("body", bodyMs);
    if (this.#unsettled.delete(stream)) this.#over();
    else this.#drop(stream, error);
    if (stream.body === undefined) stream.exchange.failed(error, "unanswered");
    else stream.exchange.finished(error);
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }
}

/** The lines as they are sent, those that frame the body among them. */
function linesOf({ lines, body, length, expectContinue }: Http2ClientRequest): FieldLines {
  if (body === undefined) return lines;
  const declared = body instanceof Uint8Array ? body.length : length;
  if (declared === undefined && !expectContinue) return lines;
  const all = [...lines];
  if (declared !== undefined) all.push("content-length", String(declared));
  if (expectContinue) all.push("expect", "100-continue");
  return all;
}

const NO_BYTES = new Uint8Array(0);

export type * from "./client_config.ts";
export type * from "./client_exchange.ts";
export type { Http2Limits } from "./proto/limits.ts";
export type { Http2ResponseHead };
