/**
 * The driver of a server's end of an HTTP/1.1 connection.
 *
 * @module
 */

import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { Deferred } from "@avx/runtime/deferred";
import { AbortError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Address, TlsInfo, Transport } from "@avx/runtime/ports/transport";
import { isClosedError, translateError } from "@avx/runtime/translate-error";
import { type PumpOwner, TransportPump } from "@avx/runtime/transport-pump";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { type ExchangeOwner, type IncomingOwner, IncomingQueue } from "@avx/semantics/serving";
import { ConnectionReport } from "./connection_report.ts";
import type { Failed } from "./proto/events.ts";
import type { RequestHead } from "./proto/request_head.ts";
import { ServerCore } from "./proto/server_core.ts";
import { ResponseTurns, type TurnsOutput } from "./response_turns.ts";
import type { Http1ServerConfig } from "./server_config.ts";
import { ServerExchange } from "./server_exchange.ts";

const MAX_READ_BYTES = 64 * 1024;
/** A stream waits while more than this is queued for the peer. */
const HIGH_WATER_BYTES = 64 * 1024;
/** How many promise jobs a write waits for the next response to show what it is. */
const MAX_FLUSH_DELAY_JOBS = 16;

/** `open`, then `lingering` where the last response must not be lost to a reset, then `closed`. */
type Phase = "open" | "lingering" | "closed" | "handed over";

/** One connection: the pump, the core, the turns of its exchanges, and its end. */
export class ServerDriver implements PumpOwner, ExchangeOwner, IncomingOwner, TurnsOutput {
  readonly #transport: Transport;
  readonly #config: Http1ServerConfig;
  readonly #core: ServerCore;
  readonly #turns: ResponseTurns;
  readonly #alarm: ConnectionAlarm;
  readonly #report: ConnectionReport | undefined;
  readonly #pump: TransportPump;

  #phase: Phase = "open";
  #requests = 0;
  #now: number;
  /** The exchange whose body is arriving, or arrived last. */
  #receiving: ServerExchange | undefined;
  #inputEnded = false;
  #draining = false;
  #flushQueued = false;
  #flushDelay = 0;
  #drained: Deferred<void> | undefined;
  #completing: ServerExchange[] | undefined;

  /** Makes the driver of a connection that was just accepted. */
  constructor(transport: Transport, config: Http1ServerConfig) {
    this.#transport = transport;
    this.#config = config;
    this.#now = config.timers.now();
    this.#core = new ServerCore({
      buffers: config.buffers,
      limits: config.limits,
      timeouts: config.timeouts,
      now: this.#now,
    });
    this.#turns = new ResponseTurns(this.#core, {
      handler: config.handler,
      onError: config.onError,
      handlerMs: config.timeouts.handlerMs,
    }, this);
    this.#pump = new TransportPump(transport, this, MAX_READ_BYTES);
    this.#alarm = new ConnectionAlarm(config.timers, (now) => this.#onAlarm(now));
    this.#report = config.observer && new ConnectionReport(config.observer, transport.encrypted);
  }

  /** The peer. */
  get remoteAddr(): Address {
    return this.#transport.remoteAddr;
  }

  /** This end. */
  get localAddr(): Address {
    return this.#transport.localAddr;
  }

  /** Whether the bytes travel encrypted. */
  get encrypted(): boolean {
    return this.#transport.encrypted;
  }

  /** What TLS agreed on; `undefined` in clear text. */
  get tls(): TlsInfo | undefined {
    return this.#transport.tls;
  }

  /** The largest request body that is collected in memory, in bytes. */
  get maxBufferedBodyBytes(): number {
    return this.#config.maxBufferedBodyBytes;
  }

  /** Whether no request is being read or answered. */
  get idle(): boolean {
    return this.#turns.front === undefined;
  }

  /** How many requests came over this connection. */
  get requests(): number {
    return this.#requests;
  }

  /** See `Http1ServerConnection.run`. */
  async run(received: Uint8Array | undefined): Promise<void> {
    let error: unknown;
    try {
      this.#rearm();
      await this.#pump.run(received);
      if (this.#phase === "lingering") await this.#readOff();
    } catch (caught) {
      error = caught;
    }
    if (this.#phase !== "handed over") this.#end(error);
    await this.#pump.written();
  }

  /** Answers what is in flight, takes no new request, and closes. */
  shutdown(): void {
    if (this.#phase !== "open") return;
    this.#core.shutdown();
    this.flushSoon();
  }

  /** Closes at once. Handlers that still run see their signal abort. */
  close(): void {
    this.#end(new AbortError("The server closed the connection"));
  }

  // PumpOwner

  /** @inheritdoc */
  mayRead(): boolean {
    // While nobody takes the body's last chunk, the core would keep all that is read.
    return !this.#inputEnded && this.#core.wantsInput && !this.#isBehind;
  }

  /** @inheritdoc */
  receive(bytes: Uint8Array): void {
    if (this.#phase !== "open") return;
    this.#now = this.#config.timers.now();
    if (bytes.length === 0) this.#inputEnded = true;
    this.#core.receive(bytes, this.#now);
    this.#drain();
  }

  /** @inheritdoc */
  transmit(): Uint8Array | undefined {
    const bytes = this.#core.transmit();
    if (this.#drained !== undefined && this.#core.queuedBytes <= HIGH_WATER_BYTES) {
      this.#drained.resolve();
      this.#drained = undefined;
    }
    return bytes;
  }

  /** @inheritdoc */
  writing(): void {
    this.#alarm.writeBy = this.#now + this.#config.timeouts.writeMs;
  }

  /** @inheritdoc */
  progressed(): void {
    this.#now = this.#config.timers.now();
    this.writing();
  }

  /** @inheritdoc */
  flushed(): void {
    this.#alarm.writeBy = Infinity;
    if (this.#phase !== "open") return;
    const completing = this.#completing;
    if (completing !== undefined) {
      this.#completing = undefined;
      for (const exchange of completing) exchange.complete();
    }
    const { disposition } = this.#core;
    if (disposition === "open") this.#pump.readOn(); // what was written may have made room
    else if (disposition === "close") this.#end(undefined);
    else if (disposition === "linger") this.#startLinger();
    else this.#handOver();
  }

  /** @inheritdoc */
  writeFailed(error: unknown): void {
    this.#end(error);
  }

  // Events

  /** Whether the reader of the body that is arriving has not taken what is there. */
  get #isBehind(): boolean {
    const incoming = this.#receiving?.incoming;
    return incoming !== undefined && incoming.queuedBytes > 0;
  }

  /** Takes events from the core until it has none, or nobody has room for the next. */
  #drain(): void {
    if (this.#draining || this.#phase !== "open") return;
    this.#draining = true;
    const core = this.#core;
    core.date = this.#config.date.at(this.#now);
    while (!this.#isBehind) {
      const event = core.next();
      if (event === undefined) break;
      switch (event.type) {
        case "request":
          this.#begin(event.head);
          break;
        case "data":
          this.#receiving!.incoming!.push(event.bytes);
          break;
        case "end":
          this.#receiving!.incoming!.end(event.trailers);
          break;
        case "failed":
          this.#failed(event);
          break;
        case "closed":
          this.#peerEnded();
          break;
        default:
          event satisfies never;
      }
    }
    this.#draining = false;
    // The peer is not to blame for a body that nobody takes.
    if (this.#isBehind) core.pause(this.#now);
    this.#pump.flush();
    this.#pump.readOn();
    this.#rearm();
  }

  #begin(head: RequestHead): void {
    this.#requests++;
    const body = head.hasBody ? new IncomingQueue(this, head.contentLength) : undefined;
    const exchange = new ServerExchange(this, head, body);
    this.#receiving = exchange;
    this.#report?.requestStarted(exchange, this.#now);
    this.#turns.begin(exchange, this.#now);
  }

  /** The peer broke a rule or ran out of time; the core has said so to it, where it still can. */
  #failed(failure: Failed): void {
    this.#report?.violated(failure);
    const error = failureError(failure, this.#config.timeouts.bodyMs);
    const receiving = this.#receiving;
    const body = receiving?.incoming;
    if (receiving === undefined || body?.state !== "open") return;
    body.fail(error);
    if (receiving.state !== "done") this.#turns.refuseNewest(error);
  }

  /** No more requests will come. Whether the peer still listens, only writing shows. */
  #peerEnded(): void {
    const error = new NetworkError("The peer ended its half of the connection", {
      code: "PEER_ENDED",
    });
    this.#turns.abortSignals(error);
  }

  // IncomingOwner

  /**
   * Hears that somebody waits for a request's body.
   *
   * @internal
   */
  wanted(queue: IncomingQueue): void {
    const receiving = this.#receiving;
    if (queue !== receiving?.incoming) return;
    // RFC 9110 §10.1.1: the client is told to go on when, and only when, somebody wants the body.
    if (receiving.head.expectsContinue) this.#core.sendContinue();
    this.#core.resume(this.#config.timers.now());
    this.#drain();
  }

  /**
   * Hears that nobody will read the rest of a request's body.
   *
   * @internal
   */
  abandoned(queue: IncomingQueue): void {
    if (queue !== this.#receiving?.incoming) return;
    this.#core.discardBody();
    this.flushSoon();
  }

  // ExchangeOwner and TurnsOutput

  /**
   * Sends an interim response now, or as soon as it is its exchange's turn.
   *
   * @internal
   */
  sendInformational(exchange: ServerExchange, status: number, lines: FieldLines): void {
    this.#turns.sendInformational(exchange, status, lines);
  }

  /**
   * Hears that an exchange's response has been begun.
   *
   * @internal
   */
  answering(exchange: ServerExchange): void {
    const body = exchange.incoming;
    // A body that nobody waits for would keep the next request from being read.
    if (body === undefined || body.state !== "open" || body.isWaiting) return;
    body.discard("the response is complete");
    if (exchange === this.#receiving) this.#core.discardBody();
  }

  /**
   * Hears that an exchange has its response, or why it has none.
   *
   * @internal
   */
  answered(exchange: ServerExchange, error: Error | undefined): void {
    if (error !== undefined) exchange.lose(error);
    else if (exchange.watched) (this.#completing ??= []).push(exchange);
    this.#report?.requestEnded(exchange, error, this.#config.timers.now());
  }

  /**
   * Sends what was queued, at the end of the turn.
   *
   * @internal
   */
  flushSoon(): void {
    if (this.#draining) return;
    this.#flushDelay = MAX_FLUSH_DELAY_JOBS;
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(this.#flushTurn);
  }

  readonly #flushTurn = (): void => {
    // Native responses to pipelined requests come a few promise jobs apart: one write for all.
    if (this.#flushDelay-- > 0 && this.#turns.settling) {
      queueMicrotask(this.#flushTurn);
      return;
    }
    this.#flushQueued = false;
    this.#core.tick(this.#now = this.#config.timers.now());
    // An answer may have made room for the next pipelined request.
    this.#drain();
  };

  /**
   * Waits while more is queued than a peer that reads slowly should be sent.
   *
   * @internal
   */
  drained(): Promise<void> | undefined {
    if (this.#core.queuedBytes <= HIGH_WATER_BYTES) return undefined;
    this.#drained ??= new Deferred();
    return this.#drained.promise;
  }

  // The end

  /**
   * Ends our half and waits for the peer to end its own: closing with unread bytes would reset the
   * connection, and the reset would overtake the last response (RFC 9112 §9.6).
   */
  #startLinger(): void {
    this.#phase = "lingering";
    this.#pump.stop();
    this.#alarm.lingerBy = this.#config.timers.now() + this.#config.timeouts.lingerMs;
    this.#rearm();
    this.#transport.closeWrite().catch((error) => this.#end(error));
  }

  async #readOff(): Promise<void> {
    const { buffers } = this.#config;
    const dropped = buffers.acquire(MAX_READ_BYTES);
    try {
      while (await this.#transport.read(dropped) !== null);
    } finally {
      buffers.release(dropped);
    }
  }

  #handOver(): void {
    this.#phase = "handed over";
    this.#pump.stop();
    this.#alarm.stop();
    this.#report?.closed(undefined);
    const received = this.#core.takeRemainder();
    this.#turns.upgrade!.take({ transport: this.#transport, received });
  }

  #end(cause: unknown): void {
    if (this.#phase === "closed" || this.#phase === "handed over") return;
    this.#phase = "closed";
    this.#pump.stop();
    this.#alarm.stop();
    this.#transport.close();
    const error = cause === undefined || isClosedError(cause)
      ? new NetworkError("The connection was closed", { code: "CLOSED", cause })
      : translateError(cause, "read");
    this.#receiving?.incoming?.fail(error);
    for (const exchange of this.#completing ?? []) exchange.lose(error);
    this.#turns.lose(error);
    this.#drained?.reject(error);
    this.#report?.closed(cause === undefined ? undefined : error);
  }

  // Time

  #rearm(): void {
    const core = this.#core.deadline ?? Infinity;
    const handlers = this.#turns.deadline;
    this.#alarm.arm(core < handlers ? core : handlers);
  }

  #onAlarm(now: number): void {
    const { writeBy, lingerBy } = this.#alarm;
    if (writeBy <= now) {
      const { writeMs } = this.#config.timeouts;
      return this.#end(new TimeoutError("body", writeMs, { code: "WRITE_TIMEOUT" }));
    }
    if (lingerBy <= now) return this.#end(undefined);
    this.#now = now;
    this.#turns.expire(now);
    this.#core.tick(now);
    this.#drain();
    this.#rearm();
  }
}

function failureError({ code, reason }: Failed, bodyMs: number): Error {
  return code === "BODY_TIMEOUT"
    ? new TimeoutError("body", bodyMs, { code })
    : new RemoteProtocolError(reason, { code });
}
