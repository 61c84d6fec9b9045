/**
 * The driver of a server's end of an HTTP/2 connection.
 *
 * @module
 */

import { AbortError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Transport } from "@avx/runtime/ports/transport";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import type { PushOptions } from "@avx/semantics/handler";
import {
  ConnectionReport,
  type ExchangeOwner,
  type IncomingOwner,
  type LinkDisposition,
  Responder,
  ServerLink,
} from "@avx/semantics/serving";
import { errorCodeName } from "./frame/error_code.ts";
import { witnessOf } from "./observer_witness.ts";
import type { Http2Failed, Http2RequestEvent, Http2ServerEvent } from "./proto/events.ts";
import { Http2ServerCore } from "./proto/server_core.ts";
import { SlotTable } from "./proto/slot_table.ts";
import type { Http2ServerConfig } from "./server_config.ts";
import { promiseStream } from "./server_push.ts";
import { StreamBody, StreamExchange } from "./stream_exchange.ts";
import { type ResponsesOutput, StreamResponses } from "./stream_responses.ts";

const MAX_READ_BYTES = 64 * 1024;
const NO_BYTES = new Uint8Array(0);

/** One connection: the core, and the exchanges that are not over. */
export class ServerDriver extends ServerLink<StreamExchange>
  implements ExchangeOwner, IncomingOwner, ResponsesOutput {
  readonly #config: Http2ServerConfig;
  readonly #core: Http2ServerCore;
  readonly #responses: StreamResponses;
  readonly #responder: Responder<StreamExchange>;
  readonly #report: ConnectionReport | undefined = undefined;
  /** The exchanges that wait for their handler, or for their peer, by stream. */
  readonly #open: SlotTable<StreamExchange> = new SlotTable();
  /** What the core has told, and nobody was told of yet. */
  readonly #heard: Http2ServerEvent[] = [];
  #requests = 0;
  #isLeaving = false;
  /** Why the connection is gone. */
  #lostBy: Error | undefined = undefined;

  /** Makes the driver of a connection that was just accepted. */
  constructor(transport: Transport, config: Http2ServerConfig) {
    const { timers, buffers, timeouts, limits } = config;
    const { writeMs, lingerMs, handlerMs } = timeouts;
    super(transport, { timers, buffers, writeMs, lingerMs, maxReadBytes: MAX_READ_BYTES });
    this.#config = config;
    this.#core = new Http2ServerCore({ buffers, limits, timeouts, now: this.now });
    const { handler, onError, observer } = config;
    this.#responses = new StreamResponses(this.#core, this);
    this.#responder = new Responder({ handler, onError, handlerMs }, this.#responses);
    this.#responses.responder = this.#responder;
    if (observer === undefined) return;
    const report = this.#report = new ConnectionReport(observer, "h2", transport.encrypted);
    const witness = witnessOf(observer, report.connectionId);
    if (witness !== undefined) this.#core.observe(witness);
  }

  /** The largest request body that is collected in memory, in bytes. */
  get maxBufferedBodyBytes(): number {
    return this.#config.maxBufferedBodyBytes;
  }

  /** Whether no request is being read or answered. */
  get idle(): boolean {
    return this.#open.size === 0;
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
  protected override dispatch(): void {
    const core = this.#core;
    core.date = this.#config.date.text(this.now);
    const heard = this.#heard;
    // All that was read is interpreted before any of it is answered. Two short loops, each of which
    // the engine compiles as a whole, take a third less time than one long one; and what was reset
    // by the same read needs no answer.
    for (let event = core.next(); event !== undefined; event = core.next()) heard.push(event);
    for (let index = 0; index < heard.length; index++) this.#hear(heard[index]);
    heard.length = 0;
  }

  /** @inheritdoc */
  override transmit(): Uint8Array | undefined {
    const bytes = this.#core.transmit();
    // Framing what waits can make streams writable.
    if (this.#open.size > 0) this.#hearWhatIsLeft();
    return bytes;
  }

  /** @inheritdoc */
  protected override get wantsInput(): boolean {
    return this.#core.wantsInput;
  }

  /** @inheritdoc */
  protected override get deadline(): number {
    let deadline = this.#core.deadline ?? Infinity;
    if (this.#config.timeouts.handlerMs === Infinity) return deadline;
    for (const exchange of this.#open.values()) {
      if (exchange.state === "awaited" && exchange.answerBy < deadline) {
        deadline = exchange.answerBy;
      }
    }
    return deadline;
  }

  /** @inheritdoc */
  protected override tick(now: number): void {
    this.#core.tick(now);
  }

  /** @inheritdoc */
  protected override expire(now: number): void {
    if (this.#config.timeouts.handlerMs === Infinity) return;
    for (const exchange of this.#open.values()) {
      if (exchange.state === "awaited" && exchange.answerBy <= now) {
        this.#responder.expire(exchange);
      }
    }
  }

  /** @inheritdoc */
  protected override get isSettling(): boolean {
    return this.#responses.settling > 0;
  }

  /** @inheritdoc */
  protected override get disposition(): LinkDisposition {
    if (this.#core.disposition === "open") return "open";
    // The peer may be sending still, and a reset would overtake our GOAWAY.
    return this.inputEnded ? "close" : "linger";
  }

  /** Never called: what is handed over in HTTP/2 is a stream. */
  protected override takeRemainder(): Uint8Array {
    return NO_BYTES;
  }

  /** Never called, either. */
  protected override handOver(): void {}

  /** @inheritdoc */
  protected override stopAccepting(): void {
    this.#core.shutdown();
    this.#isLeaving = true;
    for (const exchange of this.#open.values()) exchange.taken?.shutdown();
  }

  /** @inheritdoc */
  protected override lost(error: Error, isRegular: boolean): void {
    this.#lostBy = error;
    for (const exchange of this.#open.values()) {
      exchange.lose(error);
      if (exchange.incoming !== undefined) exchange.incoming.exchange = undefined;
      const wasAnswered = exchange.state === "done" && !exchange.leaves;
      if (!wasAnswered) this.#report?.requestEnded(exchange, error, this.now);
    }
    this.#open.clear();
    this.#report?.closed(isRegular ? undefined : error);
  }

  // Events

  #hear(event: Http2ServerEvent): void {
    switch (event.type) {
      case "request":
        return this.#begin(event);
      case "data": {
        const exchange = this.#open.find(event.streamId);
        if (exchange?.incoming === undefined) {
          return this.#core.consume(event.streamId, event.bytes.length);
        }
        exchange.incoming.push(event.bytes);
        return this.#giveBack(exchange, exchange.incoming, event.bytes.length);
      }
      case "end": {
        const exchange = this.#open.find(event.streamId);
        if (exchange === undefined) return;
        exchange.incoming?.end(event.trailers);
        return this.#forgetIfOver(exchange);
      }
      case "reset":
        return this.#lose(
          event.streamId,
          new NetworkError(`The peer reset the stream: ${errorCodeName(event.code)}`, {
            code: "STREAM_RESET",
          }),
        );
      case "failed":
        return this.#failed(event);
      case "writable":
        return this.#open.find(event.streamId)?.becomeWritable();
      case "sent":
        return this.#sent(event.streamId);
      case "closed":
        return this.#peerEnded();
      case "goaway":
      case "settings":
      case "pong":
        return;
      default:
        event satisfies never;
    }
  }

  #hearWhatIsLeft(): void {
    for (let event = this.#core.next(); event !== undefined; event = this.#core.next()) {
      this.#hear(event);
    }
  }

  #begin({ head, streamId }: Http2RequestEvent): void {
    this.#requests++;
    // Reset, or lost, by what came right behind it; or closed by the handler of one before it.
    if (!this.#core.isOpen(streamId) || this.#lostBy !== undefined) return;
    const isTunnel = head.method === "CONNECT";
    const incoming = head.hasBody || isTunnel
      ? new StreamBody(this, head.contentLength)
      : undefined;
    const exchange = new StreamExchange(this, head, incoming, streamId);
    if (!head.hasBody) incoming?.end(undefined);
    this.#report?.requestStarted(exchange, this.now);
    this.#responder.begin(exchange, this.now);
    // What was answered at once is over already, and was never noted down.
    if (exchange.isOver) return;
    this.#open.add(streamId, exchange);
    if (this.#lostBy !== undefined) this.#lose(streamId, this.#lostBy); // closed by its own handler
  }

  /** A rule or a limit was broken; the core has told the peer. */
  #failed(failure: Http2Failed): void {
    this.#report?.violated(errorCodeName(failure.code), failure.reason);
    const error = failure.limit === "bodyMs"
      ? new TimeoutError("body", this.#config.timeouts.bodyMs, { code: "BODY_TIMEOUT" })
      : new RemoteProtocolError(failure.reason, { code: errorCodeName(failure.code) });
    if (failure.scope === "stream") return this.#lose(failure.streamId, error);
    for (const { streamId } of [...this.#open.values()]) this.#lose(streamId, error);
  }

  #lose(streamId: number, error: Error): void {
    const exchange = this.#open.find(streamId);
    if (exchange === undefined) return;
    const wasAnswered = exchange.state === "done" && !exchange.leaves;
    exchange.lose(error);
    this.#forget(exchange);
    if (!wasAnswered) this.#report?.requestEnded(exchange, error, this.now);
  }

  #peerEnded(): void {
    const error = new NetworkError("The peer ended the connection", { code: "PEER_ENDED" });
    for (const { streamId } of [...this.#open.values()]) this.#lose(streamId, error);
  }

  #forget(exchange: StreamExchange): void {
    const { incoming, streamId } = exchange;
    this.#open.remove(streamId);
    if (incoming === undefined) return;
    incoming.exchange = undefined;
    // What is still there to be read no longer counts for the connection's window.
    const unread = incoming.receivedBytes - exchange.consumedBytes;
    if (unread <= 0) return;
    exchange.consumedBytes += unread;
    this.#core.consume(streamId, unread);
    this.flushSoon();
  }

  #forgetIfOver(exchange: StreamExchange): void {
    if (exchange.isOver) this.#forget(exchange);
  }

  // IncomingOwner

  /** @inheritdoc */
  wanted(queue: StreamBody): void {
    const exchange = queue.exchange;
    if (exchange === undefined) return;
    if (exchange.head.expectsContinue && queue.receivedBytes === 0) {
      this.#core.sendContinue(exchange.streamId);
      this.flushSoon();
    }
    this.#giveBack(exchange, queue, 0);
  }

  /** @inheritdoc */
  taken(queue: StreamBody): void {
    const exchange = queue.exchange;
    if (exchange !== undefined) this.#giveBack(exchange, queue, 0);
  }

  /** @inheritdoc */
  abandoned(queue: StreamBody): void {
    const exchange = queue.exchange;
    if (exchange !== undefined) this.#discard(exchange, queue);
  }

  /** Opens the peer's window again by what the reader has taken since the last time. */
  #giveBack(exchange: StreamExchange, queue: StreamBody, arrived: number): void {
    // What arrives for a body that nobody reads any more is taken by nobody.
    const taken = queue.state === "discarded" && arrived > 0
      ? arrived
      : queue.receivedBytes - queue.queuedBytes - exchange.consumedBytes;
    if (taken <= 0) return;
    if (queue.state !== "discarded" || arrived === 0) exchange.consumedBytes += taken;
    this.#core.consume(exchange.streamId, taken);
    this.flushSoon();
  }

  #discard(exchange: StreamExchange, queue: StreamBody): void {
    this.#giveBack(exchange, queue, 0);
    this.#core.discardBody(exchange.streamId);
  }

  // ExchangeOwner and ResponsesOutput

  /** @inheritdoc */
  sendInformational(exchange: StreamExchange, status: number, lines: FieldLines): void {
    if (exchange.gone) return;
    this.#core.sendInformational(exchange.streamId, status, lines);
    this.flushSoon();
  }

  /** @inheritdoc */
  push(parent: StreamExchange, target: string | URL, options: PushOptions): boolean {
    if (this.#config.push !== true || this.#lostBy !== undefined) return false;
    const promised = promiseStream(this.#core, parent, target, options);
    if (promised === undefined) return false;
    const { head, streamId } = promised;
    const exchange = new StreamExchange(this, head, undefined, streamId);
    this.#open.add(streamId, exchange);
    // Not at once: the handler that promises is running.
    queueMicrotask(() => this.#answerPush(exchange));
    this.flushSoon();
    return true;
  }

  #answerPush(exchange: StreamExchange): void {
    if (exchange.gone) return;
    this.#requests++;
    this.#report?.requestStarted(exchange, this.now);
    this.#responder.begin(exchange, this.now);
    this.flushSoon(); // which sets the alarm for a handler that takes its time
  }

  /** @inheritdoc */
  answered(exchange: StreamExchange, error: Error | undefined): void {
    const { incoming, tunnels } = exchange;
    if (this.#isLeaving) exchange.taken?.shutdown();
    if (error !== undefined) exchange.lose(error);
    if (incoming !== undefined && incoming.state === "open" && !tunnels && !incoming.isWaiting) {
      incoming.discard("the response is complete");
      this.#discard(exchange, incoming);
    }
    if (error === undefined && this.#core.watchEnd(exchange.streamId)) exchange.leaves = true;
    else this.#over(exchange, error);
  }

  #sent(streamId: number): void {
    const exchange = this.#open.find(streamId);
    if (exchange === undefined) return;
    exchange.leaves = false;
    this.#over(exchange, undefined);
  }

  /** A response is out, or will never be. */
  #over(exchange: StreamExchange, error: Error | undefined): void {
    if (error === undefined && exchange.watched) this.completeSoon(exchange);
    this.#forgetIfOver(exchange);
    this.#report?.requestEnded(exchange, error, this.now);
  }

  /** @inheritdoc */
  closed(exchange: StreamExchange): void {
    exchange.tunnels = false;
    exchange.lose(new AbortError("The tunnel was closed"));
    this.#forget(exchange);
  }
}
