/**
 * The response that a client's connection waits for or receives.
 *
 * @module
 */

import type { ReadSegments } from "@avx/runtime/read-segments";
import type { FieldSection } from "@avx/semantics/field-section";
import { type IncomingOwner, IncomingQueue } from "@avx/semantics/incoming-queue";
import type { ExchangeProgress, Http1Exchange } from "./client_exchange.ts";
import type { ResponseHead } from "./proto/response_head.ts";

/** Puts one response together, and hands it over: whole if it comes so, else as it comes. */
export class ResponseArrival {
  /** Whose it is. */
  readonly exchange: Http1Exchange;
  /** The body, once the exchange has it. */
  body: IncomingQueue | undefined = undefined;
  /** Whether nobody wants what still comes of the body. */
  discards = false;
  /** Whether all of it has come. */
  ended = false;

  readonly #segments: ReadSegments;
  readonly #owner: IncomingOwner;
  #head: ResponseHead | undefined = undefined;
  #chunk: Uint8Array | undefined = undefined;
  #trailers: FieldSection | undefined = undefined;

  /**
   * Makes one of which nothing has come.
   *
   * @param exchange Whose it is.
   * @param segments What is read into: they are told which parts of it are held.
   * @param owner Hears of the reader of the body.
   */
  constructor(exchange: Http1Exchange, segments: ReadSegments, owner: IncomingOwner) {
    this.exchange = exchange;
    this.#segments = segments;
    this.#owner = owner;
  }

  /** Whether its head has come. */
  get hasBegun(): boolean {
    return this.#head !== undefined || this.body !== undefined;
  }

  /** Its head has come. */
  begin(head: ResponseHead): void {
    this.#head = head;
  }

  /** A part of its body has come. */
  take(bytes: Uint8Array, now: number): void {
    if (this.discards) return;
    if (this.body === undefined) {
      if (this.#chunk === undefined) {
        this.#chunk = bytes;
        return;
      }
      this.deliver(now); // a body in several parts is not put together here
    }
    this.#push(bytes);
  }

  /** All of it has come. */
  end(trailers: FieldSection | undefined): void {
    this.ended = true;
    this.#trailers = trailers;
  }

  /** Hands over what there is, where the head has come and the body has not, or not all of it. */
  deliver(now: number): void {
    const head = this.#head;
    if (head === undefined) return;
    const chunk = this.#chunk;
    const body = this.body = new IncomingQueue(this.#owner, head.contentLength);
    this.#head = this.#chunk = undefined;
    if (chunk !== undefined) this.#push(chunk);
    this.exchange.answered(head, body, undefined, now);
  }

  /** Hands over the whole, or the end of what was handed over before. */
  complete(now: number): void {
    const head = this.#head;
    if (head !== undefined) {
      return this.exchange.answered(head, this.#chunk, this.#trailers, now);
    }
    this.body?.end(this.#trailers);
    this.exchange.finished(undefined);
  }

  /** Ends it without a response, or with a part of one. */
  fail(error: unknown, progress: ExchangeProgress): void {
    if (this.body === undefined) return this.exchange.failed(error, progress);
    this.body.fail(error);
    this.exchange.finished(error);
  }

  #push(bytes: Uint8Array): void {
    this.#segments.hold(bytes);
    this.body!.push(bytes);
  }
}
