/**
 * The platform's `fetch`, on our own connections.
 *
 * @module
 */

import { hasNullBody } from "@avx/semantics/status";
import { Client } from "./client.ts";
import type { RequestBodyInit } from "./outgoing_body.ts";
import { CONTENT_FIELDS, CREDENTIAL_FIELDS, isRedirect, redirectOf } from "./redirect.ts";
import type { RequestOptions } from "./request.ts";
import type { ClientResponse, InformationalResponse } from "./response.ts";

/**
 * What `fetch` takes: the platform's `RequestInit`, and what {@linkcode RequestOptions} has beyond
 * it. `mode`, `credentials`, `cache` and `referrer` mean something in browsers only and are ignored.
 */
export interface FetchInit extends Omit<RequestInit, "body" | "headers"> {
  /** Field lines. */
  headers?: HeadersInit;
  /** The body. */
  body?: RequestBodyInit | BodyInit | null;
  /** For everything from the call to the end of the body, in milliseconds. */
  timeout?: number;
  /** Hold the body back until the server asks for it. See {@linkcode RequestOptions}. */
  expectContinue?: boolean;
  /** Hears of interim responses. */
  onInformational?: (response: InformationalResponse) => void;
}

/** What `fetch` stands on. */
export interface Fetcher {
  /** Asks for a response: `Client.request`, or what stands in for it. */
  readonly request: (url: string | URL, options: RequestOptions) => Promise<ClientResponse>;
  /** Likewise, without the credentials among the client's own fields. */
  readonly requestElsewhere: Fetcher["request"];
  /** How many redirects are followed before it rejects with `TypeError`. */
  readonly maxRedirects: number;
  /** The time, in milliseconds. */
  readonly now: () => number;
}

let shared: Client | undefined;

/**
 * Fetches a resource as the platform's `fetch` does, over connections of a client that all calls
 * share. Idle connections of it do not keep the process alive.
 *
 * What differs: a failure rejects with one of the error families (`ConnectError`, `TimeoutError`,
 * …) instead of `TypeError`, contents are not decompressed, and there is no cache.
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

/**
 * Does what `fetch` does: takes a `Request` apart, follows redirects, makes a `Response`.
 */
export async function fetchOver(
  fetcher: Fetcher,
  input: string | URL | Request,
  init: FetchInit | undefined,
): Promise<Response> {
  const isRequest = input instanceof Request;
  const given = isRequest ? partsOf(input, init) : { url: String(input), init: init ?? NO_INIT };
  const mode = given.init.redirect ?? "follow";
  const options: Writable<RequestOptions> = optionsOf(given.init);
  // The deadline spans the redirects.
  const endsAt = options.timeout === undefined ? Infinity : fetcher.now() + options.timeout;
  let url: string | URL = given.url;
  let ask = fetcher.request;
  for (let redirects = 0;; redirects++) {
    const response = await ask(url, options);
    const location = isRedirect(response.status) && mode !== "manual"
      ? response.headers.get("location")
      : undefined;
    if (location === undefined) return webResponse(response, url, redirects > 0, options.method);
    response.body.cancel();
    if (mode === "error") {
      throw new TypeError(`Cannot fetch "${url}" as it redirects and options.redirect is "error"`);
    }
    if (redirects >= fetcher.maxRedirects) {
      throw new TypeError(
        `Cannot fetch "${given.url}" as it redirects more than ${fetcher.maxRedirects} times`,
      );
    }
    const from = { url: new URL(url), method: (options.method ?? "GET").toUpperCase() };
    const next = redirectOf(response.status, location, from);
    follow(options, next);
    if (!next.keepsCredentials) ask = fetcher.requestElsewhere;
    url = next.url;
    if (endsAt !== Infinity) options.timeout = Math.max(1, endsAt - fetcher.now());
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const NO_INIT: FetchInit = {};

function optionsOf(init: FetchInit): RequestOptions {
  const { method, headers, body, signal, timeout, expectContinue, onInformational } = init;
  return {
    method,
    headers: headers as RequestOptions["headers"],
    body: body as RequestBodyInit | null | undefined,
    signal,
    timeout,
    expectContinue,
    onInformational,
  };
}

/** A `Request` as a URL and an init, where what `init` says wins (Fetch standard §5.4). */
function partsOf(request: Request, init: FetchInit | undefined): { url: string; init: FetchInit } {
  const { method, headers, signal, redirect, url } = request;
  const body = init?.body === undefined && method !== "GET" && method !== "HEAD"
    ? request.body
    : undefined;
  return { url, init: { method, headers, signal, redirect, body, ...init } };
}

function follow(
  options: Writable<RequestOptions>,
  next: ReturnType<typeof redirectOf>,
): void {
  const { body } = options;
  if (next.keepsBody && body != null && isOneShot(body)) {
    throw new TypeError("Cannot follow redirect as the body was a stream, which is used up");
  }
  const headers = new Headers(options.headers as HeadersInit | undefined);
  if (!next.keepsCredentials) { for (const name of CREDENTIAL_FIELDS) headers.delete(name); }
  if (!next.keepsBody) {
    for (const name of CONTENT_FIELDS) headers.delete(name);
    options.body = undefined;
    options.expectContinue = false;
  }
  options.headers = headers;
  options.method = next.method;
}

function isOneShot(body: RequestBodyInit): boolean {
  return typeof body === "object" &&
    (body instanceof ReadableStream || Symbol.asyncIterator in body);
}

function webResponse(
  response: ClientResponse,
  url: string | URL,
  redirected: boolean,
  method: string | undefined,
): Response {
  const { status, statusText, headers: fields, body } = response;
  if (status < 200 || status > 599) {
    body.cancel();
    throw new TypeError(`Cannot make a Response as its status must be 200 to 599: it is ${status}`);
  }
  const pairs: [string, string][] = [];
  for (let at = 0; at < fields.size; at++) pairs.push([fields.nameAt(at), fields.valueAt(at)]);
  const empty = hasNullBody(status) || method === "HEAD";
  const content = empty ? null : body.whole() ?? body.stream();
  const init = { status, statusText, headers: pairs };
  return new FetchResponse(content, init, { url: withoutFragment(url), redirected });
}

function withoutFragment(url: string | URL): string {
  const href = typeof url === "string" ? url : url.href;
  const hash = href.indexOf("#");
  return hash < 0 ? href : href.slice(0, hash);
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
