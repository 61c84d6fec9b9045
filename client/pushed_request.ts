/**
 * Responses that servers push over HTTP/2 (RFC 9113 §8.4), for whoever wants them.
 *
 * @module
 */

import type {
  Http2ClientRequest,
  Http2Exchange,
  Http2PromisedRequest,
  Http2PushTaker,
  Http2ResponseHead,
} from "@avx/http2/client-connection";
import { AbortError } from "@avx/runtime/errors";
import type { Address, Transport } from "@avx/runtime/ports/transport";
import type { Timers } from "@avx/runtime/timers";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";
import { Timings } from "./answer.ts";
import { ClientBody } from "./client_body.ts";
import type { ClientResponse, RequestTimings } from "./response.ts";

/** How a push is taken. */
export interface AcceptPushOptions {
  /** Gives it up until its response is there; its body is then cancelled by itself. */
  readonly signal?: AbortSignal;
}

/** A request that a server expects, and promises to answer without being asked. */
export interface PushedRequest {
  /** The method: safe and cacheable, mostly `GET`. */
  readonly method: string;
  /** The URL, of the same origin as the request that it belongs to. */
  readonly url: string;
  /** The header section of the request. */
  readonly headers: FieldSection;
  /**
   * Takes the response; a push that nobody takes while `onPush` runs is reset.
   *
   * @returns The response, with its head complete. Its body has to be read or cancelled. It did not
   *   pass interceptors and policies: it is what the server has sent.
   * @throws {TypeError} If `onPush` has returned already.
   */
  accept(options?: AcceptPushOptions): Promise<ClientResponse>;
}

/** What pushes need of the connection that they come over. */
export interface PushContext {
  /** What carries it. */
  readonly transport: Transport;
  /** What time it is. */
  readonly timers: Timers;
  /** Gives one up. */
  abandon(exchange: Http2Exchange, reason: unknown): void;
  /** One was taken: the connection is of use until it is over. */
  begun(): void;
  /** One is over. */
  ended(): void;
}

/** Asks `onPush` about each promise; `undefined` where nobody wants any. */
export function pushTaker(
  onPush: ((push: PushedRequest) => void) | undefined,
  context: PushContext,
): Http2PushTaker | undefined {
  if (onPush === undefined) return undefined;
  return (promised) => {
    const push = new Push(promised, context);
    try {
      onPush(push);
    } catch (error) {
      // The caller's own mistake must not end a connection that others use, nor be lost.
      queueMicrotask(() => {
        throw error;
      });
    }
    return push.decide() ? push : undefined;
  };
}

const NO_LINES = Object.freeze([]);

/** A promise, and once it was taken the exchange on its stream. */
class Push implements PushedRequest, Http2Exchange {
  readonly request: Http2ClientRequest;
  readonly url: string;
  readonly headers: FieldSection;
  streamId = 0;
  readonly #context: PushContext;
  readonly #timings: Timings;
  #signal: AbortSignal | undefined;
  #response: Promise<ClientResponse> | undefined;
  #resolve!: (response: ClientResponse) => void;
  #reject!: (error: unknown) => void;
  #phase: "asked" | "refused" | "taken" | "answered" = "asked";
  #holds = false; // the connection

  constructor(promised: Http2PromisedRequest, context: PushContext) {
    const { authority, fields, method, target } = promised;
    const scheme = context.transport.encrypted ? "https" : "http";
    const url = `${scheme}://${authority}${target}`;
    this.url = URL.canParse(url) ? new URL(url).href : url;
    this.headers = fields;
    this.request = {
      method,
      target,
      lines: NO_LINES,
      body: undefined,
      length: undefined,
      expectContinue: false,
    };
    this.#context = context;
    this.#timings = new Timings(context.timers.now());
    this.#timings.reused = true;
  }

  get method(): string {
    return this.request.method;
  }

  accept(options: AcceptPushOptions = {}): Promise<ClientResponse> {
    if (this.#response !== undefined) return this.#response;
    if (this.#phase !== "asked") {
      throw new TypeError(`Cannot accept the push of ${this.url} as it was refused`);
    }
    const { signal } = options;
    this.#response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (signal?.aborted) this.#giveUp(signal.reason);
    else {
      this.#signal = signal;
      signal?.addEventListener("abort", this);
    }
    return this.#response;
  }

  /** The time to take it is over. Returns whether it was. */
  decide(): boolean {
    if (this.#phase !== "asked") return false;
    this.#phase = this.#response === undefined ? "refused" : "taken";
    if (this.#phase === "refused") return false;
    this.#holds = true;
    this.#context.begun();
    return true;
  }

  /** The signal was aborted. */
  handleEvent(): void {
    const isTaken = this.#phase === "taken";
    const reason = this.#signal?.reason ?? new AbortError();
    this.#giveUp(reason);
    if (isTaken) this.#context.abandon(this, reason);
  }

  informed(): void {}

  answered(
    head: Http2ResponseHead,
    body: Uint8Array | BodySource | undefined,
    trailers: FieldSection | undefined,
    now: number,
  ): void {
    const timings = this.#timings;
    timings.headersMs = now - timings.startedAt;
    this.#settle("answered");
    if (body === undefined || body instanceof Uint8Array) {
      timings.totalMs = timings.headersMs;
      this.#letGo();
    }
    const { remoteAddr } = this.#context.transport;
    const content = new ClientBody(body, trailers);
    this.#resolve(new PushedResponse(this.url, head, content, timings, remoteAddr));
  }

  finished(): void {
    this.#timings.totalMs = this.#context.timers.now() - this.#timings.startedAt;
    this.#letGo();
  }

  /** Never called: no promise is an extended CONNECT. */
  upgraded(): void {}

  failed(error: unknown): void {
    this.#giveUp(error);
  }

  #giveUp(reason: unknown): void {
    this.#settle("refused");
    this.#letGo();
    this.#reject(reason);
  }

  #letGo(): void {
    if (!this.#holds) return;
    this.#holds = false;
    this.#context.ended();
  }

  #settle(phase: "refused" | "answered"): void {
    this.#phase = phase;
    this.#signal?.removeEventListener("abort", this);
  }
}

/** {@linkcode ClientResponse} over the head of a pushed response. */
class PushedResponse implements ClientResponse {
  readonly redirected = false;
  readonly protocol = "h2";
  readonly upgrade = undefined;
  readonly url: string;
  readonly body: ClientBody;
  readonly timings: RequestTimings;
  readonly remoteAddr: Address;
  readonly #head: Http2ResponseHead;

  constructor(
    url: string,
    head: Http2ResponseHead,
    body: ClientBody,
    timings: RequestTimings,
    remoteAddr: Address,
  ) {
    this.url = url;
    this.#head = head;
    this.body = body;
    this.timings = timings;
    this.remoteAddr = remoteAddr;
  }

  get status(): number {
    return this.#head.status;
  }

  get statusText(): string {
    return this.#head.reason;
  }

  get headers(): FieldSection {
    return this.#head.fields;
  }

  get trailers(): FieldSection | undefined {
    return this.body.trailers;
  }
}
