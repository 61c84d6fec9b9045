/**
 * The driver of a server's end of an HTTP/1.1 connection.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { AbortError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Address, Transport } from "@avx/runtime/ports/transport";
import { isClosedError, translateError } from "@avx/runtime/translate-error";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { ConnectionAlarm } from "./connection_alarm.ts";
import { ConnectionReport } from "./connection_report.ts";
import { dateLine } from "./date_line.ts";
import { Exchange, type ExchangeOwner } from "./exchange.ts";
import { type BodyOwner, ExchangeBody } from "./exchange_body.ts";
import type { Failed } from "./proto/events.ts";
import type { RequestHead } from "./proto/request_head.ts";
import { ServerCore } from "./proto/server_core.ts";
import { ReadSegments } from "./read_segments.ts";
import { Responder, type ResponderOutput } from "./responder.ts";
import type { Http1ServerConfig } from "./server_config.ts";

const MAX_READ_BYTES = 64 * 1024;
/** A stream waits while more than this is queued for the peer. */
const HIGH_WATER_BYTES = 64 * 1024;
const END_OF_INPUT = new Uint8Array(0);

/** `open`, then `lingering` where the last response must not be lost to a reset, then `closed`. */
type Phase = "open" | "lingering" | "closed" | "handed over";

/**
 * Serves HTTP/1.1 on one transport: reads, gives to the core, drains its events, writes what it
 * has to transmit. One write is in flight at a time, and the next read does not wait for it.
 */
export class Http1ServerConnection implements ExchangeOwner, BodyOwner, ResponderOutput {
  readonly #transport: Transport;
  readonly #config: Http1ServerConfig;
  readonly #core: ServerCore;
  readonly #responder: Responder;
  readonly #alarm: ConnectionAlarm;
  readonly #report: ConnectionReport | undefined;
  readonly #segments = new ReadSegments(MAX_READ_BYTES);
  readonly #received: Uint8Array | undefined;

  #phase: Phase = "open";
  #requests = 0;
  #now: number;
  /** The exchange whose body is arriving, or arrived last. */
  #receiving: Exchange | undefined;
  #inputEnded = false;
  #draining = false;
  #writing: Promise<void> | undefined;
  #flushQueued = false;
  #unpark: (() => void) | undefined;
  #drained: Deferred<void> | undefined;
  #completing: Exchange[] | undefined;

  /**
   * Makes the driver; {@linkcode run} starts it.
   *
   * @param transport A connection that was just accepted; its TLS handshake is done.
   * @param config What the server serves, and how.
   * @param received Bytes that were read from the transport already.
   */
  constructor(transport: Transport, config: Http1ServerConfig, received?: Uint8Array) {
    this.#transport = transport;
    this.#config = config;
    this.#received = received;
    this.#now = config.timers.now();
    this.#core = new ServerCore({
      buffers: config.buffers,
      limits: config.limits,
      timeouts: config.timeouts,
      now: this.#now,
    });
    this.#responder = new Responder(this.#core, config, this);
    this.#alarm = new ConnectionAlarm(config.timers, (now) => this.#onAlarm(now));
    this.#report = config.observer && new ConnectionReport(config.observer, transport.encrypted);
  }

  /** @inheritdoc */
  get remoteAddr(): Address {
    return this.#transport.remoteAddr;
  }

  /** @inheritdoc */
  get localAddr(): Address {
    return this.#transport.localAddr;
  }

  /** @inheritdoc */
  get encrypted(): boolean {
    return this.#transport.encrypted;
  }

  /** Whether no request is being read or answered. */
  get idle(): boolean {
    return this.#responder.front === undefined;
  }

  /** How many requests came over this connection. */
  get requests(): number {
    return this.#requests;
  }

  /**
   * Serves until the connection ends. Never rejects.
   *
   * @returns A promise that settles when the transport is closed, or belongs to another protocol,
   * and nothing of this connection is left: no read, no write, no timer.
   */
  async run(): Promise<void> {
    let error: unknown;
    try {
      if (this.#received !== undefined) this.#receive(this.#received);
      this.#rearm();
      while (this.#phase === "open") {
        if (this.#mayRead()) {
          const count = await this.#transport.read(this.#segments.space());
          this.#receive(count === null ? END_OF_INPUT : this.#segments.taken(count));
        } else {
          await new Promise<void>((resolve) => this.#unpark = resolve);
        }
      }
      if (this.#phase === "lingering") await this.#readOff();
    } catch (caught) {
      error = caught;
    }
    if (this.#phase !== "handed over") this.#end(error);
    await this.#writing;
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

  // Input

  #mayRead(): boolean {
    return !this.#inputEnded && this.#core.wantsInput;
  }

  #receive(bytes: Uint8Array): void {
    if (this.#phase !== "open") return;
    this.#now = this.#config.timers.now();
    if (bytes.length === 0) this.#inputEnded = true;
    this.#core.receive(bytes, this.#now);
    this.#drain();
  }

  /** Takes events from the core until it has none, or nobody has room for the next. */
  #drain(): void {
    if (this.#draining || this.#phase !== "open") return;
    this.#draining = true;
    const core = this.#core;
    core.date = dateLine(this.#config.wallNow());
    while (this.#receiving?.incoming?.full !== true) {
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
    if (this.#receiving?.incoming?.full === true) core.pause(this.#now);
    this.#flush();
    this.#rearm();
  }

  #begin(head: RequestHead): void {
    this.#requests++;
    const body = head.hasBody ? new ExchangeBody(this, head.contentLength) : undefined;
    const exchange = new Exchange(this, head, body);
    this.#receiving = exchange;
    this.#report?.requestStarted(exchange, this.#now);
    this.#responder.begin(exchange, this.#now);
  }

  /** The peer broke a rule or ran out of time; the core has said so to it, where it still can. */
  #failed(failure: Failed): void {
    this.#report?.violated(failure);
    const error = failureError(failure, this.#config.timeouts.bodyMs);
    const receiving = this.#receiving;
    const body = receiving?.incoming;
    if (receiving === undefined || body?.state !== "open") return;
    receiving.abort(error);
    body.fail(error);
    this.#responder.refuseNewest();
  }

  /** No more requests will come. Whether the peer still listens, only writing shows. */
  #peerEnded(): void {
    const error = new NetworkError("The peer ended its half of the connection", {
      code: "PEER_ENDED",
    });
    for (let at = this.#responder.front; at !== undefined; at = at.following) at.abort(error);
  }

  // BodyOwner

  /** @inheritdoc */
  wanted(body: ExchangeBody): void {
    const receiving = this.#receiving;
    if (body !== receiving?.incoming) return;
    // RFC 9110 §10.1.1: the client is told to go on when, and only when, somebody wants the body.
    if (receiving.head.expectsContinue) this.#core.sendContinue();
    this.#core.resume(this.#config.timers.now());
    this.#drain();
  }

  /** @inheritdoc */
  abandoned(body: ExchangeBody): void {
    if (body !== this.#receiving?.incoming) return;
    this.#core.discardBody();
    this.flushSoon();
  }

  // ExchangeOwner and ResponderOutput

  /** @inheritdoc */
  sendInformational(exchange: Exchange, status: number, lines: FieldLines): void {
    this.#responder.sendInformational(exchange, status, lines);
  }

  /** @inheritdoc */
  answering(exchange: Exchange): void {
    const body = exchange.incoming;
    // A body that nobody waits for would keep the next request from being read.
    if (body === undefined || body.state !== "open" || body.wanted) return;
    body.discard("the response is complete");
    if (exchange === this.#receiving) this.#core.discardBody();
  }

  /** @inheritdoc */
  answered(exchange: Exchange, error: Error | undefined): void {
    if (error !== undefined) exchange.lose(error);
    else if (exchange.watched) (this.#completing ??= []).push(exchange);
    this.#report?.requestEnded(exchange, error, this.#config.timers.now());
  }

  /** @inheritdoc */
  flushSoon(): void {
    if (this.#flushQueued || this.#draining) return;
    this.#flushQueued = true;
    queueMicrotask(this.#flushTurn);
  }

  readonly #flushTurn = (): void => {
    this.#flushQueued = false;
    // An answer may have made room for the next pipelined request.
    this.#drain();
  };

  /** @inheritdoc */
  drained(): Promise<void> | undefined {
    if (this.#core.queuedBytes <= HIGH_WATER_BYTES) return undefined;
    this.#drained ??= new Deferred();
    return this.#drained.promise;
  }

  // Output

  #flush(): void {
    if (this.#writing !== undefined || this.#phase !== "open") return;
    const bytes = this.#core.transmit();
    if (bytes === undefined) this.#flushed();
    else this.#writing = this.#write(bytes);
  }

  async #write(first: Uint8Array): Promise<void> {
    let bytes: Uint8Array | undefined = first;
    try {
      do {
        this.#alarm.writeBy = this.#now + this.#config.timeouts.writeMs;
        const count: number = await this.#transport.write(bytes);
        if (count < bytes.length) {
          this.#now = this.#config.timers.now();
          bytes = bytes.subarray(count);
        } else {
          bytes = this.#core.transmit();
          this.#relieve();
        }
      } while (bytes !== undefined);
    } catch (error) {
      this.#end(error);
    }
    this.#alarm.writeBy = Infinity;
    this.#writing = undefined;
    this.#flushed();
  }

  /** Lets a stream go on once the peer has taken enough. */
  #relieve(): void {
    if (this.#drained === undefined || this.#core.queuedBytes > HIGH_WATER_BYTES) return;
    this.#drained.resolve();
    this.#drained = undefined;
  }

  /** Everything there was to write is written. */
  #flushed(): void {
    if (this.#phase !== "open") return;
    const completing = this.#completing;
    if (completing !== undefined) {
      this.#completing = undefined;
      for (const exchange of completing) exchange.complete();
    }
    const { disposition } = this.#core;
    if (disposition === "open") return this.#readOn();
    if (disposition === "close") return this.#end(undefined);
    if (disposition === "linger") this.#startLinger();
    else this.#handOver();
    this.#wake();
  }

  /** Lets a loop that waits go on, if it may read now. */
  #readOn(): void {
    if (this.#unpark !== undefined && this.#mayRead()) this.#wake();
  }

  #wake(): void {
    const unpark = this.#unpark;
    this.#unpark = undefined;
    unpark?.();
  }

  // The end

  /**
   * Ends our half and waits for the peer to end its own: closing with unread bytes would reset the
   * connection, and the reset would overtake the last response (RFC 9112 §9.6).
   */
  #startLinger(): void {
    this.#phase = "lingering";
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
    this.#alarm.stop();
    this.#report?.closed(undefined);
    const received = this.#core.takeRemainder();
    this.#responder.upgrade!.take({ transport: this.#transport, received });
  }

  #end(cause: unknown): void {
    if (this.#phase === "closed" || this.#phase === "handed over") return;
    this.#phase = "closed";
    this.#alarm.stop();
    this.#transport.close();
    const error = cause === undefined || isClosedError(cause)
      ? new NetworkError("The connection was closed", { code: "CLOSED", cause })
      : translateError(cause, "read");
    this.#receiving?.incoming?.fail(error);
    for (const exchange of this.#completing ?? []) exchange.lose(error);
    this.#responder.lose(error);
    this.#drained?.reject(error);
    this.#report?.closed(cause === undefined ? undefined : error);
    this.#wake();
  }

  // Time

  #rearm(): void {
    const core = this.#core.deadline ?? Infinity;
    const handlers = this.#responder.deadline;
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
    this.#responder.expire(now);
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
