/**
 * Sends responses in the order of their requests (RFC 9112 §9.3.2).
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import type { FieldLines } from "@avx/semantics/field-section";
import { Responder, type ResponderOptions, type ResponseSink } from "@avx/semantics/serving";
import type { ResponseParts, UpgradeTaker } from "@avx/semantics/web";
import type { ServerCore } from "./proto/server_core.ts";
import type { ServerExchange } from "./server_exchange.ts";

/** What the turns ask of their connection. */
export interface TurnsOutput {
  /** The core has bytes to write; they leave at the end of this turn. */
  flushSoon(): void;
  /** A promise of the moment when the peer has taken enough; `undefined` where it has already. */
  drained(): Promise<void> | undefined;
  /** The rest of a response is about to be given to the core. */
  answering(exchange: ServerExchange): void;
  /** A response is complete as far as the core is concerned, or will never be. */
  answered(exchange: ServerExchange, error: Error | undefined): void;
}

/**
 * The unanswered exchanges of a connection. The handlers of pipelined requests run side by side;
 * a response that is early waits until those before it are sent.
 */
export class ResponseTurns implements ResponseSink<ServerExchange> {
  readonly #core: ServerCore;
  readonly #output: TurnsOutput;
  readonly #responder: Responder<ServerExchange>;
  #front: ServerExchange | undefined = undefined;
  #newest: ServerExchange | undefined = undefined;
  #upgrade: UpgradeTaker | undefined = undefined;
  #lost: Error | undefined = undefined;

  /** Makes the turns of a connection just opened. */
  constructor(core: ServerCore, options: ResponderOptions, output: TurnsOutput) {
    this.#core = core;
    this.#output = output;
    this.#responder = new Responder(options, this);
  }

  /** The exchange whose turn it is; `undefined` while all requests are answered. */
  get front(): ServerExchange | undefined {
    return this.#front;
  }

  /** Whether the response in turn has not shown yet whether it is whole or a stream. */
  get settling(): boolean {
    return this.#front?.state === "sending" && this.#front.status === 0;
  }

  /** Who takes the connection over, once a response has said so. */
  get upgrade(): UpgradeTaker | undefined {
    return this.#upgrade;
  }

  /** When the first handler must have answered; `Infinity` where none must. */
  get deadline(): number {
    let deadline = Infinity;
    for (let at = this.#front; at !== undefined; at = at.following) {
      if (at.state === "awaited" && at.answerBy < deadline) deadline = at.answerBy;
    }
    return deadline;
  }

  /** Adds the exchange of a request whose head has just arrived, and has it answered. */
  begin(exchange: ServerExchange, now: number): void {
    if (this.#newest === undefined) this.#front = exchange;
    else this.#newest.following = exchange;
    this.#newest = exchange;
    this.#responder.begin(exchange, now);
  }

  /** Sends an interim response, or keeps it until it is the exchange's turn. */
  sendInformational(exchange: ServerExchange, status: number, lines: FieldLines): void {
    if (exchange.refused) return;
    if (exchange === this.#front) {
      this.#core.sendInformational(status, lines);
      this.#output.flushSoon();
    } else {
      (exchange.interim ??= []).push(status, lines);
    }
  }

  /** The core found the newest request broken and answers it itself when its turn comes. */
  refuseNewest(error: Error): void {
    const exchange = this.#newest;
    if (exchange === undefined || exchange.state === "sending") return;
    exchange.refused = true;
    this.#output.answered(exchange, error);
    if (exchange === this.#front) this.#advance(exchange);
  }

  /** Answers for the handlers that took too long. */
  expire(now: number): void {
    for (let at = this.#front; at !== undefined; at = at.following) {
      if (at.state === "awaited" && at.answerBy <= now) this.#responder.expire(at);
    }
  }

  /** No more requests will come, and whoever sent them may not listen. */
  abort(exchange: ServerExchange, error: Error): void {
    this.#core.abort();
    this.#done(exchange, error);
  }

  /** Tells all handlers that still run that their peer may be gone. */
  abortSignals(error: Error): void {
    for (let at = this.#front; at !== undefined; at = at.following) at.abort(error);
  }

  /** The connection is gone: so are all its exchanges. */
  lose(error: Error): void {
    this.#lost = error;
    for (let at = this.#front; at !== undefined; at = at.following) {
      if (!at.refused) this.#output.answered(at, error);
    }
    this.#upgrade?.fail(error);
    this.#upgrade = undefined;
    this.#front = this.#newest = undefined;
  }

  // ResponseSink

  /** @inheritdoc */
  ready(exchange: ServerExchange, parts: ResponseParts): void {
    if (exchange === this.#front) this.#responder.send(exchange, parts);
    else exchange.parts = parts;
  }

  /** @inheritdoc */
  isLost(exchange: ServerExchange): boolean {
    return exchange.refused || this.#lost !== undefined;
  }

  /** @inheritdoc */
  sendWhole(
    exchange: ServerExchange,
    parts: ResponseParts,
    body: string | Uint8Array | undefined,
  ): void {
    this.#refuseLost();
    const { status, statusText, lines } = parts;
    const trailers = exchange.outgoingTrailers;
    this.#output.answering(exchange);
    if (trailers === undefined) {
      this.#core.sendWhole(status, statusText, lines, body);
    } else {
      this.#core.sendHead(status, statusText, lines, undefined);
      if (body !== undefined && body.length > 0) {
        this.#core.sendData(typeof body === "string" ? encodeUtf8(body) : body);
      }
      this.#core.sendEnd(trailers);
    }
    exchange.status = status;
    this.#done(exchange, undefined);
  }

  /** @inheritdoc */
  sendHead(exchange: ServerExchange, parts: ResponseParts, length: number | undefined): boolean {
    this.#refuseLost();
    const { status, statusText, lines } = parts;
    const takesBody = this.#core.sendHead(status, statusText, lines, length);
    exchange.status = status;
    if (takesBody) this.#output.flushSoon();
    else this.sendEnd(exchange);
    return takesBody;
  }

  /** @inheritdoc */
  sendData(_exchange: ServerExchange, bytes: Uint8Array): Promise<void> | undefined {
    this.#refuseLost();
    if (bytes.length === 0) return undefined;
    this.#core.sendData(bytes);
    this.#output.flushSoon();
    return this.#output.drained();
  }

  /** @inheritdoc */
  sendEnd(exchange: ServerExchange): void {
    this.#refuseLost();
    this.#output.answering(exchange);
    this.#core.sendEnd(exchange.outgoingTrailers);
    this.#done(exchange, undefined);
  }

  /** @inheritdoc */
  sendUpgrade(exchange: ServerExchange, parts: ResponseParts, taker: UpgradeTaker): void {
    this.#refuseLost();
    this.#core.sendUpgrade(parts.status, parts.lines);
    this.#upgrade = taker;
    exchange.status = parts.status;
    this.#done(exchange, undefined);
  }

  #refuseLost(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  #done(exchange: ServerExchange, error: Error | undefined): void {
    exchange.state = "done";
    this.#output.answered(exchange, error);
    this.#output.flushSoon();
    this.#advance(exchange);
  }

  /** The next exchange has its turn. */
  #advance(exchange: ServerExchange): void {
    const next = this.#front = exchange.following;
    if (next === undefined) {
      this.#newest = undefined;
      return;
    }
    if (next.refused) return this.#advance(next);
    const { interim, parts } = next;
    if (interim !== undefined) {
      next.interim = undefined;
      for (let i = 0; i < interim.length; i += 2) {
        this.#core.sendInformational(interim[i] as number, interim[i + 1] as FieldLines);
      }
      this.#output.flushSoon();
    }
    if (parts !== undefined) {
      next.parts = undefined;
      this.#responder.send(next, parts);
    }
  }
}
