/**
 * The platform's `fetch`, on our own connections.
 *
 * @module
 */

import { hasNullBody } from "@avx/semantics/status";
import { Client } from "./client.ts";
import type { RequestBodyInit } from "./outgoing_body.ts";
import type { ProgressListener } from "./progress.ts";
import { isRedirect } from "./redirect.ts";
import type { RequestOptions } from "./request.ts";
import type { ClientResponse, InformationalResponse } from "./response.ts";
import type { WayOptions } from "./way_options.ts";

/**
 * What `fetch` takes: the platform's `RequestInit`, and what {@linkcode RequestOptions} has beyond
 * it. `mode`, `credentials` and `referrer` mean something in browsers only and are ignored.
 */
export interface FetchInit extends Omit<RequestInit, "body" | "headers">, WayOptions {
  /** Field lines. */
  headers?: HeadersInit;
  /** The body. */
  body?: RequestBodyInit | BodyInit | null;
  /** For everything from the call to the end of the body, in milliseconds. */
  timeout?: number;
  /**
   * Whether the content is decompressed.
   *
   * @default {true}
   */
  decompress?: boolean;
  /** Whether it may be answered together with others. See {@linkcode RequestOptions}. */
  deduplicate?: boolean;
  /** Whether it is sent again where that may help. See {@linkcode RequestOptions}. */
  retry?: boolean;
  /** Whether it does no harm to serve it twice. See {@linkcode RequestOptions}. */
  idempotent?: boolean;
  /** Hold the body back until the server asks for it. See {@linkcode RequestOptions}. */
  expectContinue?: boolean | number;
  /** Hears how much of the body was taken. See {@linkcode RequestOptions}. */
  onUploadProgress?: ProgressListener;
  /** Hears how much of the content was read. See {@linkcode RequestOptions}. */
  onDownloadProgress?: ProgressListener;
  /** Hears of interim responses. */
  onInformational?: (response: InformationalResponse) => void;
}

/** What `fetch` stands on. */
export interface Fetcher {
  /**
   * Whether there are interceptors. Where there are none, those that every fetch has are left out
   * until a response needs them.
   */
  readonly isIntercepted: boolean;
  /** Sends a request straight to a connection. */
  send(url: string | URL, options: RequestOptions): Promise<ClientResponse>;
  /** Sends it through all interceptors. */
  intercepted(url: string | URL, options: RequestOptions): Promise<ClientResponse>;
  /** Whether contents are decompressed where nobody says. */
  readonly decompresses: boolean;
  /**
   * Does to the response of a request that was sent straight what redirects and decompression would
   * have done.
   */
  completed(
    url: string | URL,
    options: RequestOptions,
    response: ClientResponse,
  ): ClientResponse | Promise<ClientResponse>;
}

let shared: Client | undefined;

/**
 * Fetches a resource as the platform's `fetch` does, over connections of a client that all calls
 * share. Idle connections of it do not keep the process alive.
 *
 * What differs: a failure rejects with one of the error families (`ConnectError`, `TimeoutError`,
 * …) instead of `TypeError`, and a redirect from https to http is refused.
 *
 * @param input Where to.
 * @param init As the platform's.
 * @returns The response, with its head complete and its body arriving.
 *
 * @example Fetching a page
 * ```ts
 * import { fetch } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("hello"));
 * const response = await fetch(`http://127.0.0.1:${server.addr.port}/`);
 *
 * assertEquals(response.status, 200);
 * assertEquals(await response.text(), "hello");
 * await server.shutdown();
 * ```
 */
export function fetch(input: string | URL | Request, init?: FetchInit): Promise<Response> {
  shared ??= new Client();
  return shared.fetch(input, init);
}

/** Does what `fetch` does: takes a `Request` apart, sends it, makes a `Response`. */
export async function fetchOver(
  fetcher: Fetcher,
  input: string | URL | Request,
  init: FetchInit | undefined,
): Promise<Response> {
  const isRequest = input instanceof Request;
  const given = isRequest ? partsOf(input, init) : { url: String(input), init: init ?? NO_INIT };
  const { url } = given;
  const options = optionsOf(given.init, fetcher.decompresses);
  if (fetcher.isIntercepted || asksForMore(options) || mayHaveRange(options.headers)) {
    return webResponse(await fetcher.intercepted(url, options), options.method);
  }
  let response = await fetcher.send(url, options);
  const { status, headers } = response;
  if (isRedirect(status) || options.decompress && headers.has("content-encoding")) {
    response = await fetcher.completed(url, options, response);
  }
  return webResponse(response, options.method);
}

const NO_INIT: FetchInit = {};

// Redirects and decompression are not among it: their part can be done afterwards.
function asksForMore({ retry, deduplicate, onDownloadProgress }: RequestOptions): boolean {
  return retry === true || deduplicate === true || onDownloadProgress !== undefined;
}

// With a range, no coding must be asked for: an interceptor sees to that.
function mayHaveRange(headers: RequestOptions["headers"]): boolean {
  if (headers === undefined) return false;
  if (headers instanceof Headers) return headers.has("range");
  if (Array.isArray(headers)) return headers.some(([name]) => name.toLowerCase() === "range");
  if (Symbol.iterator in headers) return true; // perhaps: it can be read only once
  return Object.keys(headers).some((name) => name.toLowerCase() === "range");
}

function optionsOf(init: FetchInit, decompresses: boolean): RequestOptions {
  const { method, headers, body, signal, timeout, expectContinue, onInformational } = init;
  return {
    redirect: init.redirect ?? "follow",
    decompress: init.decompress ?? decompresses,
    cache: init.cache,
    throwOnStatus: false,
    onUploadProgress: init.onUploadProgress,
    onDownloadProgress: init.onDownloadProgress,
    deduplicate: init.deduplicate,
    retry: init.retry,
    idempotent: init.idempotent,
    method,
    headers: headers as RequestOptions["headers"],
    body: body as RequestBodyInit | null | undefined,
    signal,
    timeout,
    expectContinue,
    onInformational,
    tls: init.tls,
    proxy: init.proxy,
    socketPath: init.socketPath,
  };
}

/** A `Request` as a URL and an init, where what `init` says wins (Fetch standard §5.4). */
function partsOf(request: Request, init: FetchInit | undefined): { url: string; init: FetchInit } {
  const { method, headers, signal, redirect, url, cache } = request;
  const body = init?.body === undefined && method !== "GET" && method !== "HEAD"
    ? request.body
    : undefined;
  const own = { method, headers, signal, redirect, cache, body };
  // Web IDL: a member that is undefined is one that is not there.
  const given = Object.entries(init ?? {}).filter(([, value]) => value !== undefined);
  return { url, init: { ...own, ...Object.fromEntries(given) } };
}

function webResponse(response: ClientResponse, method: string | undefined): Response {
  const { status, statusText, headers: fields, body, url, redirected } = response;
  if (status < 200 || status > 599) {
    body.cancel();
    throw new TypeError(`Cannot make a Response as its status must be 200 to 599: it is ${status}`);
  }
  const pairs: [string, string][] = [];
  for (let at = 0; at < fields.size; at++) pairs.push([fields.nameAt(at), fields.valueAt(at)]);
  const empty = hasNullBody(status) || method === "HEAD";
  const content = empty ? null : body.whole() ?? body.stream();
  const init = { status, statusText, headers: pairs };
  return new FetchResponse(content, init, { url, redirected });
}

interface Origin {
  readonly url: string;
  readonly redirected: boolean;
}

/** A platform's own `Response`, which alone can say where it came from. */
class FetchResponse extends Response {
  readonly #origin: Origin;

  constructor(body: BodyInit | null, init: ResponseInit, origin: Origin) {
    super(body, init);
    this.#origin = origin;
  }

  override get url(): string {
    return this.#origin.url;
  }

  override get redirected(): boolean {
    return this.#origin.redirected;
  }

  override clone(): Response {
    const { body, status, statusText, headers } = super.clone();
    return new FetchResponse(body, { status, statusText, headers }, this.#origin);
  }
}
