/**
 * What a server calls for each request.
 *
 * @module
 */

import type { Address, TlsInfo } from "@avx/runtime/ports/transport";
import type { FieldSection } from "./field_section.ts";

/** The protocol a request came over. */
export type Protocol = "http/1.0" | "http/1.1" | "h2" | "h3";

/** What a promised request is, beside its target. */
export interface PushOptions {
  /**
   * The method.
   *
   * @default {"GET"}
   */
  readonly method?: "GET" | "HEAD";
  /**
   * The fields that the client is expected to send, above all those that the response varies on.
   *
   * @default {none}
   */
  readonly headers?: HeadersInit;
}

/**
 * What is known about a request beside the request itself, and what can be done beside answering it.
 */
export interface ServeInfo {
  /** The peer. */
  readonly remoteAddr: Address;
  /** This end. */
  readonly localAddr: Address;
  /** The protocol the request came over. */
  readonly protocol: Protocol;
  /**
   * What an extended CONNECT asks for, such as `websocket` (RFC 8441); `undefined` on other requests.
   * `upgradeConnection` accepts it.
   */
  readonly connectProtocol?: string | undefined;
  /** Whether it came over TLS. */
  readonly encrypted: boolean;
  /**
   * What the TLS handshake agreed on: the server name that was asked for, the client's certificate
   * where one was asked for, and whether it was verified. `undefined` on clear text.
   */
  readonly tls: TlsInfo | undefined;
  /** Whether it came as TLS or QUIC early data, which can be replayed (RFC 8470). */
  readonly earlyData: boolean;
  /** Settles when the response has been handed to the transport whole, or rejects with why not. */
  readonly completed: Promise<void>;
  /** The header section as received: wire order, wire case, duplicates kept. */
  readonly rawHeaders: FieldSection;
  /** The request's trailer section, once its body was read; empty where there is none. */
  readonly trailers: Promise<Headers>;
  /** Sends trailers after the response body (RFC 9110 §6.5). Call before the body ends. */
  setTrailers(trailers: HeadersInit): void;
  /**
   * Sends an informational response (RFC 9110 §15.2) before the final one: 103 Early Hints, 102.
   *
   * @throws {RangeError} If `status` is not within 100–199, or is 101.
   */
  informational(status: number, headers?: HeadersInit): void;
  /**
   * The request's priority (RFC 9218 §4): its urgency from 0, the highest, to 7, and whether the
   * response is of use before it is complete.
   */
  readonly priority: { readonly urgency: number; readonly incremental: boolean };
  /**
   * Promises the response to a request that the client is about to make (server push, RFC 9113
   * §8.4). The handler is called for the promised request, soon but not at once, and what it answers
   * is sent on the same connection. Promise it before you send what refers to it.
   *
   * Only HTTP/2 has it, if the server's option `http2.push` is set and the client takes pushes, which
   * no browser does any more; `informational(103, …)` does the same for all of them.
   *
   * @param target Path and query, or a URL of the same origin.
   * @param options The rest of the request.
   * @returns Whether it was promised: not where there is no such thing, where the client takes no
   *   more, where the response is complete, nor while answering what was promised itself.
   * @throws {TypeError} If the target is of another origin, or a field could not travel.
   */
  push(target: string | URL, options?: PushOptions): boolean;
}

/**
 * Answers a request. One that returns synchronously costs no promise. What it throws or rejects with
 * goes to the server's `onError`.
 *
 * @example A handler
 * ```ts
 * import type { Handler, ServeInfo } from "@avx/semantics/handler";
 * import { assertEquals } from "@std/assert";
 *
 * const handler: Handler = (request, info) => new Response(`${request.method} over ${info.protocol}`);
 *
 * const info = { protocol: "http/1.1" } as ServeInfo;
 * const response = await handler(new Request("http://a.example/"), info);
 * assertEquals(await response.text(), "GET over http/1.1");
 * ```
 */
export type Handler = (request: Request, info: ServeInfo) => Response | Promise<Response>;

/**
 * Wraps a handler: may answer itself, change the request, or change the response. `next` is called at
 * most once; `compose` of `@avx/semantics/compose` puts several of them around a handler.
 *
 * @example Refusing what is not safe
 * ```ts
 * import type { Middleware, ServeInfo } from "@avx/semantics/handler";
 * import { isSafe } from "@avx/semantics/method";
 * import { assertEquals } from "@std/assert";
 *
 * const readOnly: Middleware = (request, info, next) =>
 *   isSafe(request.method) ? next(request, info) : new Response(null, { status: 405 });
 *
 * const request = new Request("http://a.example/", { method: "DELETE" });
 * const response = await readOnly(request, {} as ServeInfo, () => new Response("ok"));
 * assertEquals(response.status, 405);
 * ```
 */
export type Middleware = (
  request: Request,
  info: ServeInfo,
  next: Handler,
) => Response | Promise<Response>;
