/**
 * Sends responses, each on its own stream.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import { type Responder, type ResponseSink, TakenConnection } from "@avx/semantics/serving";
import type { ResponseParts, UpgradeTaker } from "@avx/semantics/web";
import { INTERNAL_ERROR } from "./frame/error_code.ts";
import type { Http2ServerCore } from "./proto/server_core.ts";
import type { StreamExchange } from "./stream_exchange.ts";
import { type StreamOwner, StreamTransport } from "./stream_transport.ts";

/** What the responses ask of their connection. */
export interface ResponsesOutput extends StreamOwner {
  /** A response is complete as far as the core is concerned, or will never be. */
  answered(exchange: StreamExchange, error: Error | undefined): void;
}

const NO_BYTES = new Uint8Array(0);

/** Sends through the core, at once: streams have no turns. */
export class StreamResponses implements ResponseSink<StreamExchange> {
  readonly #core: Http2ServerCore;
  readonly #output: ResponsesOutput;
  /** Who is called back with a response that is ready. */
  responder: Responder<StreamExchange> | undefined = undefined;
  /** How many responses have not shown yet whether they are whole or streams. */
  settling = 0;

  /** Makes one for a connection just opened. */
  constructor(core: Http2ServerCore, output: ResponsesOutput) {
    this.#core = core;
    this.#output = output;
  }

  /** @inheritdoc */
  ready(exchange: StreamExchange, parts: ResponseParts): void {
    const isStream = typeof parts.body === "object" && !(parts.body instanceof Uint8Array);
    if (isStream) this.settling++;
    exchange.settles = isStream;
    this.responder!.send(exchange, parts);
  }

  /** @inheritdoc */
  isLost(exchange: StreamExchange): boolean {
    return exchange.gone;
  }

  /** @inheritdoc */
  sendWhole(
    exchange: StreamExchange,
    parts: ResponseParts,
    body: string | Uint8Array | undefined,
  ): void {
    this.#settled(exchange);
    const { status, lines } = parts;
    const { streamId, outgoingTrailers } = exchange;
    if (outgoingTrailers === undefined) {
      this.#core.sendWhole(streamId, status, lines, body);
    } else {
      this.#core.sendHead(streamId, status, lines);
      if (body !== undefined && body.length > 0) {
        this.#core.sendData(streamId, typeof body === "string" ? encodeUtf8(body) : body);
      }
      this.#core.sendEnd(streamId, outgoingTrailers);
    }
    exchange.status = status;
    this.#done(exchange, undefined);
  }

  /** @inheritdoc */
  sendHead(exchange: StreamExchange, parts: ResponseParts, _length: number | undefined): boolean {
    this.#settled(exchange);
    const takesBody = this.#core.sendHead(exchange.streamId, parts.status, parts.lines);
    exchange.status = parts.status;
    if (takesBody) this.#output.flushSoon();
    else this.sendEnd(exchange);
    return takesBody;
  }

  /** @inheritdoc */
  sendData(exchange: StreamExchange, bytes: Uint8Array): Promise<void> | undefined {
    if (exchange.gone) throw new Error("The stream is gone");
    if (bytes.length === 0) return undefined;
    const isWelcome = this.#core.sendData(exchange.streamId, bytes);
    this.#output.flushSoon();
    return isWelcome ? undefined : exchange.writable;
  }

  /** @inheritdoc */
  sendEnd(exchange: StreamExchange): void {
    this.#core.sendEnd(exchange.streamId, exchange.outgoingTrailers);
    this.#done(exchange, undefined);
  }

  /** @inheritdoc */
  sendUpgrade(exchange: StreamExchange, parts: ResponseParts, taker: UpgradeTaker): void {
    // RFC 8441 §5: 200 accepts an extended CONNECT; there is no 101 in HTTP/2.
    if (!this.#core.sendHead(exchange.streamId, 200, parts.lines)) {
      throw new TypeError("Cannot hand the stream over as it is closed");
    }
    exchange.status = 200;
    exchange.tunnels = true;
    const transport = new StreamTransport(exchange, this.#core, this.#output);
    const taken = exchange.taken = new TakenConnection(transport, NO_BYTES);
    this.#done(exchange, undefined);
    taker.take(taken);
  }

  /** @inheritdoc */
  abort(exchange: StreamExchange, error: Error): void {
    this.#settled(exchange);
    this.#core.reset(exchange.streamId, INTERNAL_ERROR);
    this.#done(exchange, error);
  }

  #settled(exchange: StreamExchange): void {
    if (!exchange.settles) return;
    exchange.settles = false;
    this.settling--;
  }

  #done(exchange: StreamExchange, error: Error | undefined): void {
    exchange.state = "done";
    this.#output.answered(exchange, error);
    this.#output.flushSoon();
  }
}
