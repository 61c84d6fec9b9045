/**
 * One request and its response on a server's connection, whatever its version of HTTP.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import type { Address, TlsInfo } from "@avx/runtime/ports/transport";
import type { BodySource } from "../body_source.ts";
import type { FieldLines, FieldSection } from "../field_section.ts";
import type { Protocol, PushOptions, ServeInfo } from "../handler.ts";
import type { RequestHead } from "../head.ts";
import type { IncomingQueue } from "../incoming_queue.ts";
import { headerLines } from "../web/header_lines.ts";
import type { RequestSource } from "../web/request_source.ts";
import { requestUrl } from "../web/request_url.ts";

import { parsePriority, type Priority } from "../priority.ts";

/** How far the response has come. */
export type ResponseState = "awaited" | "ready" | "sending" | "done";

/** What an exchange asks of its connection. */
export interface ExchangeOwner {
  /** The peer. */
  readonly remoteAddr: Address;
  /** This end. */
  readonly localAddr: Address;
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
  /** The largest request body that is collected in memory, in bytes. */
  readonly maxBufferedBodyBytes: number;
  /** What TLS agreed on, where there is TLS. */
  readonly tls?: TlsInfo | undefined;
  /** Sends an interim response now, or as soon as it is this exchange's turn. */
  sendInformational(exchange: Exchange, status: number, lines: FieldLines): void;
  /** Promises a response; where it is missing, there is no such thing. */
  push?(exchange: Exchange, target: string | URL, options: PushOptions): boolean;
}

/**
 * What a handler sees of an exchange (`ServeInfo`), what the lazy request reads from
 * (`RequestSource`), and where the connection notes how far it has come. Members that cost
 * something are made at the first look.
 *
 * @example An exchange by hand
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { Exchange } from "@avx/semantics/serving";
 * import { assertEquals } from "@std/assert";
 *
 * const owner = {
 *   remoteAddr: { transport: "memory", name: "client" },
 *   localAddr: { transport: "memory", name: "server" },
 *   encrypted: false,
 *   maxBufferedBodyBytes: 1024,
 *   sendInformational() {},
 * } as const;
 * const head = {
 *   method: "GET",
 *   target: "/x",
 *   host: "a.example",
 *   fields: new FieldList(["Priority", "u=1"]),
 *   hasBody: false,
 *   contentLength: undefined,
 *   expectsContinue: false,
 * };
 * const exchange = new Exchange(owner, head, "http/1.1", undefined);
 * assertEquals(exchange.url, "http://a.example/x");
 * assertEquals(exchange.priority.urgency, 1);
 * ```
 */
export class Exchange implements ServeInfo, RequestSource {
  /** The request's head. */
  readonly head: RequestHead;
  /** The protocol the request came over. */
  readonly protocol: Protocol;
  /** The request's body, where it has one. */
  readonly incoming: IncomingQueue | undefined;
  /** How far the response has come. */
  state: ResponseState = "awaited";
  /** The status sent; 0 as long as there is none. */
  status = 0;
  /** Whether the error handler was asked already. */
  recovering = false;
  /** When the handler must have answered, on the timers' scale. */
  answerBy: number = Infinity;
  /** Stops the source of a streamed response. */
  cancelStream: ((reason: Error) => void) | undefined = undefined;
  /** For the observer: which request. */
  requestId = 0;
  /** For the observer: when it began. */
  startedAt = 0;

  readonly #owner: ExchangeOwner;
  #url: string | undefined = undefined;
  #abort: AbortController | undefined = undefined;
  #completed: Deferred<void> | undefined = undefined;
  #trailers: FieldLines | undefined = undefined;
  #lost: Error | undefined = undefined;

  /** Makes the exchange of a request whose head has just arrived. */
  constructor(
    owner: ExchangeOwner,
    head: RequestHead,
    protocol: Protocol,
    incoming: IncomingQueue | undefined,
  ) {
    this.#owner = owner;
    this.head = head;
    this.protocol = protocol;
    this.incoming = incoming;
  }

  // ServeInfo

  /** The protocol that an extended CONNECT asks for; versions of HTTP that have it say so. */
  get connectProtocol(): string | undefined {
    return undefined;
  }

  /** The peer. */
  get remoteAddr(): Address {
    return this.#owner.remoteAddr;
  }

  /** This end. */
  get localAddr(): Address {
    return this.#owner.localAddr;
  }

  /** Whether it came over TLS. */
  get encrypted(): boolean {
    return this.#owner.encrypted;
  }

  /** What TLS agreed on; `undefined` in clear text. */
  get tls(): TlsInfo | undefined {
    return this.#owner.tls;
  }

  /** Whether it came as early data (RFC 8470). */
  get earlyData(): boolean {
    return false;
  }

  /** The header section as received. */
  get rawHeaders(): FieldSection {
    return this.head.fields;
  }

  /** The request's priority (RFC 9218). */
  get priority(): Priority {
    return parsePriority(this.head.fields.get("priority") ?? "");
  }

  /** Settles when the response was handed to the transport whole, or rejects with why not. */
  get completed(): Promise<void> {
    if (this.#completed === undefined) {
      this.#completed = new Deferred();
      // Asking for it must not turn a lost connection into an unhandled rejection.
      this.#completed.promise.catch(() => {});
      if (this.#lost !== undefined && this.state !== "done") this.#completed.reject(this.#lost);
      else if (this.state === "done") this.#completed.resolve();
    }
    return this.#completed.promise;
  }

  /** The request's trailer section, once its body was read. */
  get trailers(): Promise<Headers> {
    return this.#readTrailers();
  }

  /** Sends trailers after the response's body (RFC 9110 §6.5). */
  setTrailers(trailers: HeadersInit): void {
    if (this.state === "done") {
      throw new TypeError("Cannot set trailers as the response is complete");
    }
    this.#trailers = headerLines(trailers);
  }

  /** Sends an informational response (RFC 9110 §15.2) before the final one. */
  informational(status: number, headers?: HeadersInit): void {
    // RFC 9110 §15.2.2: 101 ends HTTP on the connection, so it cannot come before a final response.
    if (!Number.isInteger(status) || status < 100 || status > 199 || status === 101) {
      throw new RangeError(
        `Cannot send informational response: status must be within 100 and 199 and not 101, got ${status}`,
      );
    }
    if (this.state === "sending" || this.state === "done") {
      throw new TypeError("Cannot send informational response as the final response has begun");
    }
    this.#owner.sendInformational(this, status, headerLines(headers));
  }

  /** Promises the response to a request that the client is about to make (RFC 9113 §8.4). */
  push(target: string | URL, options: PushOptions = {}): boolean {
    return this.#owner.push?.(this, target, options) ?? false;
  }

  // RequestSource

  /** The request's method. */
  get method(): string {
    return this.head.method;
  }

  /** The request's absolute URL. */
  get url(): string {
    return this.#url ??= requestUrl({
      scheme: this.#owner.encrypted ? "https" : "http",
      // RFC 9112 §3.3: without Host the server's own name stands in.
      authority: this.head.host || authorityOf(this.#owner.localAddr),
    }, this.head.target);
  }

  /** The request's header section. */
  get fields(): FieldSection {
    return this.head.fields;
  }

  /** The request's body, where it has one. */
  get body(): BodySource | undefined {
    return this.incoming;
  }

  /** The largest body that is collected in memory, in bytes. */
  get maxBufferedBodyBytes(): number {
    return this.#owner.maxBufferedBodyBytes;
  }

  /** Aborts when the peer goes or the handler's time is over. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#lost !== undefined) this.#abort.abort(this.#lost);
    }
    return this.#abort.signal;
  }

  // The connection's side

  /** The trailers to send behind the response, if any were set. */
  get outgoingTrailers(): FieldLines | undefined {
    return this.#trailers;
  }

  /** Whether somebody waits to hear of the end. */
  get watched(): boolean {
    return this.#completed !== undefined;
  }

  /** The response was handed to the transport whole. */
  complete(): void {
    this.#completed?.resolve();
  }

  /** The peer went away, or stopped listening, before the response was complete. */
  abort(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    this.#abort?.abort(error);
  }

  /** Nothing of this exchange goes on: it failed, or its connection is gone. */
  lose(error: Error): void {
    this.abort(error);
    this.incoming?.fail(error);
    this.#completed?.reject(error);
    this.cancelStream?.(error);
    this.cancelStream = undefined;
  }

  async #readTrailers(): Promise<Headers> {
    const headers = new Headers();
    await this.incoming?.finished;
    for (const [name, value] of this.incoming?.trailers ?? []) headers.append(name, value);
    return headers;
  }
}

function authorityOf(address: Address): string {
  if (address.transport !== "tcp") return "localhost";
  const { hostname, port } = address;
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}
