/**
 * What sends the requests of a client: straight to a connection, or through its interceptors.
 *
 * @module
 */

import { Timers } from "@avx/runtime/timers";
import { PoolClosedError } from "@avx/semantics/errors";
import { overlayFields } from "@avx/semantics/field-lines";
import { Chain } from "./chain.ts";
import { Exchange, type ExchangeContext } from "./exchange.ts";
import type { Fetcher } from "./fetch.ts";
import {
  type InterceptedRequest,
  interceptedRequest,
  type Interceptor,
  type InterceptorHooks,
  type Next,
} from "./interceptor.ts";
import type { ClientConfig } from "./options.ts";
import type { PolicyOptions } from "./policies.ts";
import { decompressed } from "./policy/decompression.ts";
import { followRedirects } from "./policy/redirects.ts";
import { Pool } from "./pool.ts";
import { Destinations, normalisedMethod } from "./prepared_request.ts";
import { isRedirect } from "./redirect.ts";
import { asksForPolicy, prepare, type RequestOptions } from "./request.ts";
import type { ClientResponse } from "./response.ts";
import type { Route } from "./route.ts";

/** The sending half of a client; those of clients that share connections share its context. */
export class Sender implements Fetcher {
  /** The client's configuration. */
  readonly config: ClientConfig;
  /** The connections, and what else requests share. */
  readonly context: ExchangeContext;
  /** See {@linkcode Fetcher.decompresses}. */
  readonly decompresses: boolean;
  readonly #chain: Chain;
  readonly #destinations: Destinations;
  /** For requests of `fetch` that go straight to a connection: they ask for codings. */
  readonly #forFetch: Destinations;
  /** For requests that went through the chain and name all of their fields. */
  readonly #bare: Destinations;
  /** The chain, while it does anything to requests that do not ask for it. */
  #next: Next | undefined;
  #closed = false;

  /**
   * Makes one.
   *
   * @param options The client's policies.
   * @param from The sender whose connections and policies it shares.
   */
  constructor(config: ClientConfig, options: PolicyOptions, from?: Sender) {
    this.config = config;
    this.context = from === undefined ? contextOf(config) : from.context;
    const takesConnect = (route: Route) => this.context.pool.takesConnect(route);
    this.#destinations = new Destinations(config, takesConnect);
    this.#bare = new Destinations({ ...config, headers: [] }, takesConnect);
    // What a server says to one certificate is not for those who show another one, or none.
    const cache = from !== undefined && from.config.tls !== config.tls ? false : undefined;
    this.#chain = new Chain(
      { ...options, timers: this.context.timers, cache: options.cache ?? cache },
      (request) => this.#send(request.url, request, this.#bare, request.startedAt),
      from === undefined ? undefined : from.#chain,
    );
    const { accepted, concerns } = this.#chain.policies.decompression;
    const headers = overlayFields(["accept-encoding", accepted], config.headers);
    this.#forFetch = new Destinations({ ...config, headers });
    this.decompresses = concerns !== "none";
    this.#next = this.#chain.inUse;
  }

  /** See {@linkcode Fetcher.isIntercepted}. */
  get isIntercepted(): boolean {
    return this.#next !== undefined;
  }

  /** Sends a request by the shortest way that does all that it, and the client, asks for. */
  request(url: string | URL, options: RequestOptions | undefined): Promise<ClientResponse> {
    if (this.#next === undefined && (options === undefined || !asksForPolicy(options))) {
      return this.#send(url, options, this.#destinations);
    }
    return this.intercepted(url, options);
  }

  /** See {@linkcode Fetcher.send}. */
  send(url: string | URL, options: RequestOptions): Promise<ClientResponse> {
    return this.#send(url, options, options.decompress ? this.#forFetch : this.#destinations);
  }

  /** See {@linkcode Fetcher.intercepted}. */
  intercepted(url: string | URL, options: RequestOptions | undefined): Promise<ClientResponse> {
    try {
      return (this.#next ?? this.#chain.whole)(this.#intercepted(url, options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** See {@linkcode Fetcher.completed}. */
  completed(
    url: string | URL,
    options: RequestOptions,
    response: ClientResponse,
  ): ClientResponse | Promise<ClientResponse> {
    const { steps, policies } = this.#chain;
    if (isRedirect(response.status) && options.redirect !== "manual") {
      const request = this.#intercepted(url, options, response.timings.startedAt);
      return followRedirects(request, response, steps, policies.redirects);
    }
    if (!options.decompress) return response;
    const method = normalisedMethod(options.method ?? "GET");
    return decompressed(response, method, policies.decompression);
  }

  /**
   * Puts an interceptor or hooks around all requests from now on.
   *
   * @returns Takes it away again.
   */
  use(added: Interceptor | InterceptorHooks): () => void {
    const undo = this.#chain.use(added);
    this.#next = this.#chain.inUse;
    return () => {
      undo();
      this.#next = this.#chain.inUse;
    };
  }

  /** Takes no more requests. */
  close(): void {
    this.#closed = true;
  }

  #intercepted(
    url: string | URL,
    options: RequestOptions | undefined,
    now = this.context.timers.now(),
  ): InterceptedRequest {
    // A policy or an interceptor may answer by itself, and never come to the pool.
    if (this.#closed) throw new PoolClosedError();
    const { headers, baseUrl, timeouts } = this.config;
    return interceptedRequest(url, options, { headers, baseUrl, totalMs: timeouts.total }, now);
  }

  #send(
    url: string | URL,
    options: RequestOptions | undefined,
    destinations: Destinations,
    startedAt?: number,
  ): Promise<ClientResponse> {
    try {
      if (this.#closed) throw new PoolClosedError();
      return new Exchange(prepare(url, options, destinations), this.context, {
        signal: options?.signal ?? undefined,
        totalMs: options?.timeout ?? this.config.timeouts.total,
        startedAt,
        onInformational: options?.onInformational,
      }).run();
    } catch (error) {
      return Promise.reject(error);
    }
  }
}

function contextOf(config: ClientConfig): ExchangeContext {
  const timers = new Timers(config.clock);
  return { pool: new Pool(config, timers), timers, observer: config.observer };
}
