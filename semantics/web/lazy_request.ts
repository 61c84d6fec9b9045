/**
 * Requests that become a Web object only when somebody looks at what only a Web object has.
 *
 * @module
 */

import { IncomingBody } from "../body.ts";
import { bodyStream } from "./body_stream.ts";
import { NativeResponse } from "./fast_response.ts";
import { LazyHeaders } from "./lazy_headers.ts";
import type { RequestSource } from "./request_source.ts";

/**
 * The platform's own class, whatever `globalThis.Request` may become.
 *
 * @example The platform's own
 * ```ts
 * import { nativeRequest, NativeRequest } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const request = new Request("http://localhost/");
 * assertEquals(nativeRequest(request) instanceof NativeRequest, true);
 * ```
 */
export const NativeRequest: typeof Request = globalThis.Request;

/**
 * A `Request` to every observer (`instanceof`, all members) whose members are read from the
 * connection when they are asked for. The platform's own brand checks (`new Request(r)`,
 * `fetch(r)`, `caches.put`) want the object that {@linkcode nativeRequest} gives.
 *
 * @example Back to what a driver has received
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { lazyRequest, LazyRequest } from "@avx/semantics/web";
 * import { assertStrictEquals } from "@std/assert";
 *
 * const source = {
 *   method: "GET",
 *   url: "http://localhost/",
 *   fields: new FieldList([]),
 *   body: undefined,
 *   maxBufferedBodyBytes: 1024,
 *   signal: new AbortController().signal,
 * };
 * assertStrictEquals(LazyRequest.source(lazyRequest(source)), source);
 * assertStrictEquals(LazyRequest.source(new Request("http://localhost/")), undefined);
 * ```
 */
export class LazyRequest {
  #source: RequestSource;
  #headers: Headers | undefined;
  #body: IncomingBody | undefined;
  /** Holds the stream once one was asked for, and does what the standard says about it. */
  #streamed: Response | undefined;
  #native: Request | undefined;

  /** Shows `source` as a request. */
  constructor(source: RequestSource) {
    this.#source = source;
  }

  /** The driver's side of a request of this class; `undefined` for any other object. */
  static source(request: object): RequestSource | undefined {
    return #source in request ? request.#source : undefined;
  }

  /** The native object of a request of this class; see {@linkcode nativeRequest}. */
  static native(request: object): Request | undefined {
    return #source in request ? request.#materialized : undefined;
  }

  get #materialized(): Request {
    if (this.#native === undefined) {
      const { method, url, signal } = this.#source;
      const body = method === "GET" || method === "HEAD" ? undefined : this.body ?? undefined;
      const init: RequestInit & { duplex?: "half" } = {
        method,
        headers: this.headers,
        body: body as BodyInit | undefined,
        signal,
      };
      if (body !== undefined) init.duplex = "half";
      this.#native = new NativeRequest(url, init);
    }
    return this.#native;
  }

  /** The one reader of the body while no stream was asked for. */
  get #incoming(): IncomingBody {
    return this.#body ??= new IncomingBody(this.#source.body, {
      maxBytes: this.#source.maxBufferedBodyBytes,
    });
  }

  /** As in `Request`. */
  get method(): string {
    return this.#source.method;
  }

  /** As in `Request`. */
  get url(): string {
    return this.#source.url;
  }

  /** As in `Request`. */
  get headers(): Headers {
    if (this.#native !== undefined) return this.#native.headers;
    return this.#headers ??= new LazyHeaders(this.#source.fields) as unknown as Headers;
  }

  /** As in `Request`; aborts when the peer goes away before the response is complete. */
  get signal(): AbortSignal {
    return this.#source.signal;
  }

  /** As in `Request`. */
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    if (this.#native !== undefined) return this.#native.body;
    const { body } = this.#source;
    if (body === undefined) return null;
    this.#streamed ??= new NativeResponse(
      this.#incoming.used ? emptyStream() : bodyStream(body),
    );
    return this.#streamed.body as ReadableStream<Uint8Array<ArrayBuffer>>;
  }

  /** As in `Request`. */
  get bodyUsed(): boolean {
    if (this.#native !== undefined) return this.#native.bodyUsed;
    if (this.#body?.used === true) return true;
    return this.#streamed === undefined ? false : this.#streamed.bodyUsed;
  }

  /** As in `Request`. */
  async arrayBuffer(): Promise<ArrayBuffer> {
    const bytes = await this.bytes();
    const { buffer, byteOffset, byteLength } = bytes;
    if (byteLength === buffer.byteLength) return buffer;
    return buffer.slice(byteOffset, byteOffset + byteLength);
  }

  /** As in `Request`. */
  async blob(): Promise<Blob> {
    const type = this.headers.get("content-type") ?? "";
    return new Blob([await this.bytes()], { type });
  }

  /** As in `Request`. */
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const stream = this.#native ?? this.#streamed;
    if (stream !== undefined) return stream.bytes();
    return this.#incoming.bytes() as Promise<Uint8Array<ArrayBuffer>>;
  }

  /** As in `Request`. */
  async formData(): Promise<FormData> {
    const type = this.headers.get("content-type") ?? "";
    const response = new NativeResponse(await this.bytes(), { headers: { "content-type": type } });
    return response.formData();
  }

  /** As in `Request`. */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /** As in `Request`. */
  text(): Promise<string> {
    const stream = this.#native ?? this.#streamed;
    return stream === undefined ? this.#incoming.text() : stream.text();
  }

  /** As in `Request`. */
  clone(): Request {
    return this.#materialized.clone();
  }

  /** As in `Request`. */
  get cache(): RequestCache {
    return "default";
  }

  /** As in `Request`. */
  get credentials(): RequestCredentials {
    return "same-origin";
  }

  /** As in `Request`. */
  get destination(): RequestDestination {
    return "";
  }

  /** As in `Request`. */
  get duplex(): "half" {
    return "half";
  }

  /** As in `Request`. */
  get integrity(): string {
    return "";
  }

  /** As in `Request`. */
  get isHistoryNavigation(): boolean {
    return false;
  }

  /** As in `Request`. */
  get isReloadNavigation(): boolean {
    return false;
  }

  /** As in `Request`. */
  get keepalive(): boolean {
    return false;
  }

  /** As in `Request`. */
  get mode(): RequestMode {
    return "cors";
  }

  /** As in `Request`. */
  get redirect(): RequestRedirect {
    return "follow";
  }

  /** As in `Request`. */
  get referrer(): string {
    return "about:client";
  }

  /** As in `Request`. */
  get referrerPolicy(): ReferrerPolicy {
    return "";
  }
}

Object.setPrototypeOf(LazyRequest.prototype, NativeRequest.prototype);

/**
 * Shows what a driver has received as a `Request`.
 *
 * @example A request to every observer
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { lazyRequest } from "@avx/semantics/web";
 * import { assertEquals } from "@std/assert";
 *
 * const request = lazyRequest({
 *   method: "GET",
 *   url: "http://localhost/",
 *   fields: new FieldList(["Accept", "text/html"]),
 *   body: undefined,
 *   maxBufferedBodyBytes: 1024,
 *   signal: new AbortController().signal,
 * });
 * assertEquals(request instanceof Request, true);
 * assertEquals(request.headers.get("accept"), "text/html");
 * ```
 */
export function lazyRequest(source: RequestSource): Request {
  return new LazyRequest(source) as unknown as Request;
}

/**
 * The platform's own `Request` behind one that a server handed out, for those consumers that
 * look behind the interface: `new Request(r)`, `fetch(r)`, `caches.put(r, …)`.
 *
 * The body, where there is one, moves to the native object.
 *
 * @example Any other request is returned as it is
 * ```ts
 * import { assertStrictEquals } from "@std/assert";
 * import { nativeRequest } from "@avx/semantics/web";
 *
 * const request = new Request("http://localhost/");
 * assertStrictEquals(nativeRequest(request), request);
 * ```
 *
 * @param request A request.
 * @returns A request that passes the platform's brand checks.
 * @throws {TypeError} If the platform refuses the method (CONNECT, TRACE) or the URL.
 */
export function nativeRequest(request: Request): Request {
  return LazyRequest.native(request) ?? request;
}

function emptyStream(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}
