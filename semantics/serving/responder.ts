/**
 * From a request to its response: calls the handler and sends what it gives.
 *
 * @module
 */

import { TimeoutError } from "@avx/runtime/errors";
import type { Handler } from "../handler.ts";
import { NativeResponse } from "../web/fast_response.ts";
import { lazyRequest } from "../web/lazy_request.ts";
import type { ResponseParts } from "../web/response_parts.ts";
import { takeApart } from "../web/take_apart.ts";
import type { Exchange } from "./exchange.ts";
import type { ResponseSink } from "./response_sink.ts";
import { sendStream } from "./response_stream.ts";

/** Who answers, and how long it may take. */
export interface ResponderOptions {
  /** Answers the requests. */
  readonly handler: Handler;
  /** Answers where the handler failed; is only told where a response had begun. */
  readonly onError: (error: unknown) => Response | Promise<Response>;
  /** How long the handler may take, in milliseconds; `Infinity` waits for ever. */
  readonly handlerMs: number;
}

/**
 * Runs handlers. One that answers at once is answered for at once: no promise is made. One that
 * fails is answered for by `onError`, one that takes too long by 503.
 *
 * @example One that writes down what it sends
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { Exchange, Responder, type ResponseSink } from "@avx/semantics/serving";
 * import { text } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const exchange = new Exchange(
 *   {
 *     remoteAddr: { transport: "memory", name: "client" },
 *     localAddr: { transport: "memory", name: "server" },
 *     encrypted: false,
 *     maxBufferedBodyBytes: 1024,
 *     sendInformational() {},
 *   },
 *   {
 *     method: "GET",
 *     target: "/",
 *     host: "a.example",
 *     fields: new FieldList([]),
 *     hasBody: false,
 *     contentLength: undefined,
 *     expectsContinue: false,
 *   },
 *   "http/1.1",
 *   undefined,
 * );
 *
 * const sent: unknown[] = [];
 * const sink = {
 *   isLost: () => false,
 *   ready: (exchange, parts) => responder.send(exchange, parts),
 *   sendWhole: (_exchange, { status }, body) => void sent.push(status, body),
 * } as Partial<ResponseSink<Exchange>> as ResponseSink<Exchange>;
 * const responder = new Responder({
 *   handler: (request) => text(`you asked for ${request.url}`),
 *   onError: () => text("failed", { status: 500 }),
 *   handlerMs: Infinity,
 * }, sink);
 *
 * responder.begin(exchange, 0);
 * assertEquals(sent, [200, "you asked for http://a.example/"]);
 * ```
 */
export class Responder<E extends Exchange> {
  readonly #options: ResponderOptions;
  readonly #sink: ResponseSink<E>;

  /** Makes one that answers through `sink`. */
  constructor(options: ResponderOptions, sink: ResponseSink<E>) {
    this.#options = options;
    this.#sink = sink;
  }

  /**
   * Calls the handler.
   *
   * @param exchange The exchange of a request whose head has just arrived.
   * @param now The time, in milliseconds on the timers' scale.
   */
  begin(exchange: E, now: number): void {
    let result: Response | Promise<Response>;
    try {
      result = this.#options.handler(lazyRequest(exchange), exchange);
    } catch (error) {
      return this.#recover(exchange, error);
    }
    if (isPromise(result)) {
      exchange.answerBy = now + this.#options.handlerMs;
      this.#await(exchange, result);
    } else {
      this.#answer(exchange, result);
    }
  }

  /** Sends a response. A version that answers in order calls it when it is the exchange's turn. */
  send(exchange: E, parts: ResponseParts): void {
    const { body } = parts;
    exchange.state = "sending";
    if (typeof body === "object" && !(body instanceof Uint8Array)) {
      sendStream(this.#sink, exchange, parts, body)
        .catch((error) => this.#recover(exchange, error));
      return;
    }
    try {
      if (parts.upgrade === undefined) this.#sink.sendWhole(exchange, parts, body);
      else this.#sink.sendUpgrade(exchange, parts, parts.upgrade);
    } catch (error) {
      parts.upgrade?.fail(asError(error));
      this.#recover(exchange, error);
    }
  }

  /** The handler has taken too long: its request's signal aborts and 503 is the answer. */
  expire(exchange: E): void {
    exchange.answerBy = Infinity;
    exchange.abort(
      new TimeoutError("request", this.#options.handlerMs, { code: "HANDLER_TIMEOUT" }),
    );
    this.#ready(exchange, SERVICE_UNAVAILABLE);
  }

  #await(exchange: E, result: Promise<Response>): void {
    result.then(
      (response) => this.#answer(exchange, response),
      (error) => this.#recover(exchange, error),
    );
  }

  #answer(exchange: E, response: Response): void {
    if (exchange.state !== "awaited" || this.#sink.isLost(exchange)) return drop(response);
    let parts: ResponseParts;
    try {
      parts = takeApart(response);
    } catch (error) {
      return this.#recover(exchange, error);
    }
    this.#ready(exchange, parts);
  }

  #ready(exchange: E, parts: ResponseParts): void {
    exchange.state = "ready";
    this.#sink.ready(exchange, parts);
  }

  /** Something of ours failed: the handler, the response it gave, or the stream in it. */
  #recover(exchange: E, error: unknown): void {
    if (exchange.state === "done" || this.#sink.isLost(exchange)) return;
    let result: Response | Promise<Response> | undefined;
    const again = exchange.recovering;
    exchange.recovering = true;
    try {
      if (!again) result = this.#options.onError(error);
    } catch { // An error handler that fails itself leaves the plain 500.
    }
    if (exchange.status !== 0) {
      // The head is out: all that can be said is that the rest will not come.
      if (isPromise(result)) result.catch(() => {});
      this.#sink.abort(exchange, asError(error));
      return;
    }
    exchange.state = "awaited";
    if (isPromise(result)) this.#await(exchange, result);
    else if (result !== undefined) this.#answer(exchange, result);
    else this.#ready(exchange, INTERNAL_SERVER_ERROR);
  }
}

const PLAIN_TEXT = Object.freeze(["content-type", "text/plain; charset=utf-8"]);
const INTERNAL_SERVER_ERROR = plain(500, "Internal Server Error");
const SERVICE_UNAVAILABLE = plain(503, "Service Unavailable");

function plain(status: number, body: string): ResponseParts {
  return Object.freeze({ status, statusText: "", lines: PLAIN_TEXT, body, upgrade: undefined });
}

/** Asks for the likely classes first: looking for a `then` walks the prototypes of a response. */
function isPromise(value: unknown): value is Promise<Response> {
  if (value instanceof Promise) return true;
  if (value instanceof NativeResponse) return false;
  return typeof (value as Promise<unknown> | undefined)?.then === "function";
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
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
