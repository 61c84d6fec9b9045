/**
 * The driver of a server's end of an HTTP/1.1 connection.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import {
  ConnectionReport,
  type ExchangeOwner,
  type IncomingOwner,
  IncomingQueue,
  type LinkDisposition,
  ServerLink,
  type TakenConnection,
} from "@avx/semantics/serving";
import type { Failed } from "./proto/events.ts";
import type { RequestHead } from "./proto/request_head.ts";
import { ServerCore } from "./proto/server_core.ts";
import { ResponseTurns, type TurnsOutput } from "./response_turns.ts";
import type { Http1ServerConfig } from "./server_config.ts";
import { ServerExchange } from "./server_exchange.ts";

const MAX_READ_BYTES = 64 * 1024;
/** A stream waits while more than this is queued for the peer. */
const HIGH_WATER_BYTES = 64 * 1024;

/** One connection: the core, the turns of its exchanges, and the body that is arriving. */
export class ServerDriver extends ServerLink<ServerExchange>
  implements ExchangeOwner, IncomingOwner, TurnsOutput {
  readonly #config: Http1ServerConfig;
  readonly #core: ServerCore;
  readonly #turns: ResponseTurns;
  readonly #report: ConnectionReport | undefined;
  #requests = 0;
  /** The exchange whose body is arriving, or arrived last. */
  #receiving: ServerExchange | undefined = undefined;
  #drained: Deferred<void> | undefined = undefined;

  /** Makes the driver of a connection that was just accepted. */
  constructor(transport: Transport, config: Http1ServerConfig) {
    const { timers, buffers, timeouts, limits } = config;
    const { writeMs, lingerMs, handlerMs } = timeouts;
    super(transport, { timers, buffers, writeMs, lingerMs, maxReadBytes: MAX_READ_BYTES });
    this.#config = config;
    this.#core = new ServerCore({ buffers, limits, timeouts, now: this.now });
    const { handler, onError, observer } = config;
    this.#turns = new ResponseTurns(this.#core, { handler, onError, handlerMs }, this);
    this.#report = observer && new ConnectionReport(observer, "http/1.1", transport.encrypted);
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

  // ServerLink

  /** @inheritdoc */
  protected override takeIn(bytes: Uint8Array): void {
    this.#core.receive(bytes, this.now);
  }

  /** @inheritdoc */
  protected override get wantsInput(): boolean {
    // While nobody takes the body's last chunk, the core would keep all that is read.
    return this.#core.wantsInput && !this.#isBehind;
  }

  /** @inheritdoc */
  override transmit(): Uint8Array | undefined {
    const bytes = this.#core.transmit();
    if (this.#drained !== undefined && this.#core.queuedBytes <= HIGH_WATER_BYTES) {
      this.#drained.resolve();
      this.#drained = undefined;
    }
    return bytes;
  }

  /** @inheritdoc */
  protected override get deadline(): number {
    const core = this.#core.deadline ?? Infinity;
    const handlers = this.#turns.deadline;
    return core < handlers ? core : handlers;
  }

  /** @inheritdoc */
  protected override tick(now: number): void {
    this.#core.tick(now);
  }

  /** @inheritdoc */
  protected override expire(now: number): void {
    this.#turns.expire(now);
  }

  /** @inheritdoc */
  protected override get isSettling(): boolean {
    return this.#turns.settling;
  }

  /** @inheritdoc */
  protected override get disposition(): LinkDisposition {
    return this.#core.disposition;
  }

  /** @inheritdoc */
  protected override takeRemainder(): Uint8Array {
    return this.#core.takeRemainder();
  }

  /** @inheritdoc */
  protected override handOver(taken: TakenConnection): void {
    this.#report?.closed(undefined);
    this.#turns.upgrade!.take(taken);
  }

  /** @inheritdoc */
  protected override stopAccepting(): void {
    this.#core.shutdown();
  }

  /** @inheritdoc */
  protected override lost(error: Error, isRegular: boolean): void {
    this.#receiving?.incoming?.fail(error);
    this.#turns.lose(error);
    this.#drained?.reject(error);
    this.#report?.closed(isRegular ? undefined : error);
  }

  /** @inheritdoc */
  protected override dispatch(): void {
    const core = this.#core;
    core.date = this.#config.date.at(this.now);
    while (!this.#isBehind) {
      const event = core.next();
      if (event === undefined) break;
      switch (event.type) {
        case "request":
          this.segments.keep(); // the head points into it
          this.#begin(event.head);
          break;
        case "data":
          this.segments.hold(event.bytes);
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
    if (!core.holdsInput) this.segments.settle();
    // The peer is not to blame for a body that nobody takes.
    if (this.#isBehind) core.pause(this.now);
  }

  /** Whether the reader of the body that is arriving has not taken what is there. */
  get #isBehind(): boolean {
    const incoming = this.#receiving?.incoming;
    return incoming !== undefined && incoming.queuedBytes > 0;
  }

  #begin(head: RequestHead): void {
    this.#requests++;
    const body = head.hasBody ? new IncomingQueue(this, head.contentLength) : undefined;
    const exchange = new ServerExchange(this, head, body);
    this.#receiving = exchange;
    this.#report?.requestStarted(exchange, this.now);
    this.#turns.begin(exchange, this.now);
  }

  /** The peer broke a rule or ran out of time; the core has said so to it, where it still can. */
  #failed(failure: Failed): void {
    this.#report?.violated(failure.code, failure.reason);
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
    this.drain();
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

  /**
   * Hears that a part of a request's body was copied or dropped.
   *
   * @internal
   */
  released(chunk: Uint8Array): void {
    this.segments.release(chunk);
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
    else if (exchange.watched) this.completeSoon(exchange);
    this.#report?.requestEnded(exchange, error, this.#config.timers.now());
  }

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
}

function failureError({ code, reason }: Failed, bodyMs: number): Error {
  return code === "BODY_TIMEOUT"
    ? new TimeoutError("body", bodyMs, { code })
    : new RemoteProtocolError(reason, { code });
}
