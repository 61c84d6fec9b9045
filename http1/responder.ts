/**
 * From a request to its response: calls the handler, keeps the answers in order, sends them.
 *
 * @module
 */

import { TimeoutError } from "@avx/runtime/errors";
import { encodeUtf8 } from "@avx/runtime/ascii";
import type { FieldLines } from "@avx/semantics/field-section";
import { lazyRequest, type ResponseParts, takeApart, type UpgradeTaker } from "@avx/semantics/web";
import type { Exchange } from "./exchange.ts";
import type { ServerCore } from "./proto/server_core.ts";
import { type ResponseSink, sendStream } from "./response_stream.ts";
import type { Http1ServerConfig } from "./server_config.ts";

/** What the responder asks of its connection. */
export interface ResponderOutput {
  /** The core has bytes to write; they leave at the end of this turn. */
  flushSoon(): void;
  /** A promise of the moment when the peer has taken enough; `undefined` where it has already. */
  drained(): Promise<void> | undefined;
  /** The rest of a response is about to be given to the core. */
  answering(exchange: Exchange): void;
  /** A response is complete as far as the core is concerned. */
  answered(exchange: Exchange, error: Error | undefined): void;
}

/**
 * Runs the exchanges of one connection. Handlers of pipelined requests run side by side; their
 * responses are sent one after the other, in the order of the requests (RFC 9112 §9.3.2).
 */
export class Responder implements ResponseSink {
  readonly #core: ServerCore;
  readonly #config: Http1ServerConfig;
  readonly #output: ResponderOutput;
  #front: Exchange | undefined;
  #newest: Exchange | undefined;
  #upgrade: UpgradeTaker | undefined;
  #lost: Error | undefined;

  /** Makes one that answers through `core`. */
  constructor(core: ServerCore, config: Http1ServerConfig, output: ResponderOutput) {
    this.#core = core;
    this.#config = config;
    this.#output = output;
  }

  /** The exchange whose turn it is; `undefined` while all requests are answered. */
  get front(): Exchange | undefined {
    return this.#front;
  }

  /** The exchange whose request came last, while it is unanswered. */
  get newest(): Exchange | undefined {
    return this.#newest;
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

  /**
   * Calls the handler. One that answers at once is answered for at once: no promise is made.
   *
   * @param exchange The exchange of a request whose head has just arrived.
   * @param now The time, in milliseconds on the timers' scale.
   */
  begin(exchange: Exchange, now: number): void {
    if (this.#newest === undefined) this.#front = exchange;
    else this.#newest.following = exchange;
    this.#newest = exchange;
    let result: Response | Promise<Response>;
    try {
      result = this.#config.handler(lazyRequest(exchange), exchange);
    } catch (error) {
      return this.#recover(exchange, error);
    }
    if (isPromise(result)) {
      exchange.answerBy = now + this.#config.timeouts.handlerMs;
      this.#await(exchange, result);
    } else {
      this.#answer(exchange, result);
    }
  }

  /** Sends an interim response, or keeps it until it is the exchange's turn. */
  sendInformational(exchange: Exchange, status: number, lines: FieldLines): void {
    // RFC 9110 §15.2: a server must not send a 1xx response to an HTTP/1.0 client.
    if (exchange.head.minorVersion === 0 || exchange.refused) return;
    if (exchange === this.#front) {
      this.#core.sendInformational(status, lines);
      this.#output.flushSoon();
    } else {
      (exchange.interim ??= []).push(status, lines);
    }
  }

  /** The core found the newest request broken and answers it itself when its turn comes. */
  refuseNewest(): void {
    const exchange = this.#newest;
    if (exchange === undefined || exchange.state === "sending") return;
    exchange.refused = true;
    exchange.ready?.upgrade?.fail(new Error("The request was refused"));
    if (exchange === this.#front) this.#advance(exchange);
  }

  /** Answers for the handlers that took too long. */
  expire(now: number): void {
    const { handlerMs } = this.#config.timeouts;
    for (let at = this.#front; at !== undefined; at = at.following) {
      if (at.state !== "awaited" || at.answerBy > now) continue;
      at.answerBy = Infinity;
      at.abort(new TimeoutError("request", handlerMs, { code: "HANDLER_TIMEOUT" }));
      this.#turn(at, SERVICE_UNAVAILABLE);
    }
  }

  /** The connection is gone: so are all its exchanges. */
  lose(error: Error): void {
    for (let at = this.#front; at !== undefined; at = at.following) at.lose(error);
    this.#lost = error;
    this.#upgrade?.fail(error);
    this.#upgrade = undefined;
    this.#front = this.#newest = undefined;
  }

  // ResponseSink

  /** @inheritdoc */
  sendWhole(
    exchange: Exchange,
    parts: ResponseParts,
    body: string | Uint8Array | undefined,
  ): void {
    if (this.#lost !== undefined) throw this.#lost;
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
  sendHead(exchange: Exchange, parts: ResponseParts, length: number | undefined): boolean {
    if (this.#lost !== undefined) throw this.#lost;
    const { status, statusText, lines } = parts;
    const takesBody = this.#core.sendHead(status, statusText, lines, length);
    exchange.status = status;
    if (!takesBody) {
      this.sendEnd(exchange);
      return false;
    }
    // The first part of the body mostly comes in the same turn and leaves in the same write.
    this.#output.flushSoon();
    return true;
  }

  /** @inheritdoc */
  sendData(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#lost !== undefined) throw this.#lost;
    if (bytes.length === 0) return undefined;
    this.#core.sendData(bytes);
    this.#output.flushSoon();
    return this.#output.drained();
  }

  /** @inheritdoc */
  sendEnd(exchange: Exchange): void {
    if (exchange.state === "done" || this.#lost !== undefined) return;
    this.#output.answering(exchange);
    this.#core.sendEnd(exchange.outgoingTrailers);
    this.#done(exchange, undefined);
  }

  // The way of one response

  #await(exchange: Exchange, result: Promise<Response>): void {
    result.then(
      (response) => this.#answer(exchange, response),
      (error) => this.#recover(exchange, error),
    );
  }

  #answer(exchange: Exchange, response: Response): void {
    if (exchange.state !== "awaited" || exchange.refused || this.#lost !== undefined) {
      return drop(response);
    }
    let parts: ResponseParts;
    try {
      parts = takeApart(response);
    } catch (error) {
      return this.#recover(exchange, error);
    }
    this.#turn(exchange, parts);
  }

  #turn(exchange: Exchange, parts: ResponseParts): void {
    if (exchange === this.#front) return this.#send(exchange, parts);
    exchange.ready = parts;
    exchange.state = "ready";
  }

  #send(exchange: Exchange, parts: ResponseParts): void {
    const { body } = parts;
    exchange.state = "sending";
    if (typeof body === "object" && !(body instanceof Uint8Array)) {
      sendStream(this, exchange, parts, body).catch((error) => this.#recover(exchange, error));
      return;
    }
    try {
      if (parts.upgrade === undefined) this.sendWhole(exchange, parts, body);
      else this.#sendUpgrade(exchange, parts, parts.upgrade);
    } catch (error) {
      this.#recover(exchange, error);
    }
  }

  #sendUpgrade(exchange: Exchange, parts: ResponseParts, taker: UpgradeTaker): void {
    try {
      this.#core.sendUpgrade(parts.status as 101 | 200, parts.lines);
    } catch (error) {
      taker.fail(error as Error);
      throw error;
    }
    this.#upgrade = taker;
    exchange.status = parts.status;
    this.#done(exchange, undefined);
  }

  /** Something of ours failed: the handler, the response it gave, or the stream in it. */
  #recover(exchange: Exchange, error: unknown): void {
    if (exchange.state === "done" || exchange.refused || this.#lost !== undefined) return;
    const begun = exchange.status !== 0;
    const again = exchange.recovering;
    exchange.recovering = true;
    let result: Response | Promise<Response> | undefined;
    try {
      if (!again) result = this.#config.onError(error);
    } catch { // An error handler that fails itself leaves the plain 500.
    }
    if (begun) {
      // The head is out: all that can be said is that the rest will not come.
      if (isPromise(result)) result.catch(() => {});
      this.#core.abort();
      this.#done(exchange, error instanceof Error ? error : new Error(String(error)));
    } else {
      exchange.state = "awaited";
      if (isPromise(result)) this.#await(exchange, result);
      else if (result !== undefined) this.#answer(exchange, result);
      else this.#turn(exchange, INTERNAL_SERVER_ERROR);
    }
  }

  #done(exchange: Exchange, error: Error | undefined): void {
    exchange.state = "done";
    this.#output.answered(exchange, error);
    this.#output.flushSoon();
    this.#advance(exchange);
  }

  /** The next exchange has its turn. */
  #advance(exchange: Exchange): void {
    const next = this.#front = exchange.following;
    if (next === undefined) {
      this.#newest = undefined;
      return;
    }
    if (next.refused) return this.#advance(next);
    const { interim, ready } = next;
    if (interim !== undefined) {
      next.interim = undefined;
      for (let i = 0; i < interim.length; i += 2) {
        this.#core.sendInformational(interim[i] as number, interim[i + 1] as FieldLines);
      }
      this.#output.flushSoon();
    }
    if (ready !== undefined) {
      next.ready = undefined;
      this.#send(next, ready);
    }
  }
}

const INTERNAL_SERVER_ERROR = plain(500, "Internal Server Error");
const SERVICE_UNAVAILABLE = plain(503, "Service Unavailable");

function plain(status: number, body: string): ResponseParts {
  const lines = Object.freeze(["content-type", "text/plain; charset=utf-8"]);
  return Object.freeze({ status, statusText: "", lines, body, upgrade: undefined });
}

function isPromise(value: unknown): value is Promise<Response> {
  return value instanceof Promise || typeof (value as Promise<unknown>)?.then === "function";
}

/** A response that comes too late: whoever feeds its body is told to stop. */
function drop(response: Response): void {
  try {
    const { body, upgrade } = takeApart(response);
    if (body instanceof ReadableStream) body.cancel().catch(() => {});
    upgrade?.fail(new Error("The connection was lost"));
  } catch { // It was no response, and nobody waits for one.
  }
}
