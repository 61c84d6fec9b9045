/**
 * An HTTP client with connections of its own.
 *
 * @module
 */

import { Timers } from "@avx/runtime/timers";
import { PoolClosedError } from "@avx/semantics/errors";
import { deleteField } from "@avx/semantics/field-lines";
import { Exchange, type ExchangeContext } from "./exchange.ts";
import { type Fetcher, type FetchInit, fetchOver } from "./fetch.ts";
import { type ClientConfig, type ClientOptions, parseOptions } from "./options.ts";
import { Pool } from "./pool.ts";
import type { PoolCounts } from "./pool_state.ts";
import { Destinations, type PreparedRequest } from "./prepared_request.ts";
import { CREDENTIAL_FIELDS } from "./redirect.ts";
import { prepare, type RequestOptions } from "./request.ts";
import type { ClientResponse } from "./response.ts";

/** What a client's connections are doing. */
export interface ClientStats extends PoolCounts {
  /** The same for each origin, by `scheme://host:port`. */
  readonly origins: ReadonlyMap<string, PoolCounts>;
}

/**
 * A client: it keeps connections open and uses them again, streams both ways, and gives each phase
 * of a request its own timeout.
 *
 * Every failure is one of the error families: `ConnectError`, `TlsError`, `TimeoutError` with its
 * `phase`, `NetworkError`, `RemoteProtocolError`, `LocalProtocolError`, `PoolClosedError`, or the
 * reason of the caller's signal.
 *
 * A request that found an idle connection dead before a byte of the response had come is sent once
 * more over a fresh one, if nothing of it was sent or its method is idempotent (RFC 9112 §9.3.1).
 *
 * @example A request and its response
 * ```ts
 * import { Client } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
 *   return Response.json({ echo: await request.text() });
 * });
 * const client = new Client({ timeouts: { connect: 3_000, headers: 10_000 } });
 *
 * const response = await client.request(`http://127.0.0.1:${server.addr.port}/`, {
 *   method: "POST",
 *   body: "hello",
 * });
 * assertEquals(response.status, 200);
 * assertEquals(response.headers.get("content-type"), "application/json");
 * assertEquals(await response.body.json(), { echo: "hello" });
 *
 * client.close();
 * await server.shutdown();
 * ```
 */
export class Client {
  readonly #config: ClientConfig;
  readonly #timers: Timers;
  readonly #pool: Pool;
  readonly #destinations: Destinations;
  readonly #context: ExchangeContext;
  readonly #fetcher: Fetcher;
  #elsewhere: Destinations | undefined;
  #closed = false;

  /**
   * Makes a client without connections.
   *
   * @param options Everything has a default.
   * @throws {RangeError} If a time or a count is not positive.
   * @throws {TypeError} If a default field is not valid.
   */
  constructor(options?: ClientOptions) {
    const config = parseOptions(options);
    this.#config = config;
    this.#timers = new Timers(config.clock);
    this.#pool = new Pool(config, this.#timers);
    this.#destinations = new Destinations(config);
    this.#context = { pool: this.#pool, timers: this.#timers, observer: config.observer };
    this.#fetcher = {
      request: (url, init) => this.request(url, init),
      requestElsewhere: (url, init) =>
        this.#request(url, init, this.#elsewhere ??= elsewhere(config)),
      maxRedirects: config.maxRedirects,
      now: () => config.clock.now(),
    };
  }

  /** What its connections are doing. */
  stats(): ClientStats {
    const origins = this.#pool.counts();
    const total = { active: 0, idle: 0, opening: 0, waiting: 0, requests: 0 };
    for (const counts of origins.values()) {
      total.active += counts.active;
      total.idle += counts.idle;
      total.opening += counts.opening;
      total.waiting += counts.waiting;
      total.requests += counts.requests;
    }
    return { ...total, origins };
  }

  /**
   * Sends a request and gives the plain record of its response: no Web object is made, and a small
   * body that came with its head is there without a stream. Redirects are not followed.
   *
   * @param url Where to, http or https.
   * @param options Method, fields, body, signal and so on.
   * @returns The response, with its head complete. Its body has to be read or cancelled.
   */
  request(url: string | URL, options?: RequestOptions): Promise<ClientResponse> {
    return this.#request(url, options, this.#destinations);
  }

  /**
   * Fetches a resource as the platform's `fetch` does. See {@linkcode fetch}.
   *
   * @param input Where to.
   * @param init As the platform's.
   * @returns The response, with its head complete and its body arriving.
   */
  fetch(input: string | URL | Request, init?: FetchInit): Promise<Response> {
    const total = this.#config.timeouts.total;
    const timed = init?.timeout === undefined && total !== Infinity
      ? { ...init, timeout: total }
      : init;
    return fetchOver(this.#fetcher, input, timed);
  }

  /**
   * Closes every connection at once. What is in flight, and what is asked for afterwards, rejects
   * with `PoolClosedError`. Calling it again does nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#pool.close();
    this.#timers.close();
  }

  /** Closes it; for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  #request(
    url: string | URL,
    options: RequestOptions | undefined,
    destinations: Destinations,
  ): Promise<ClientResponse> {
    try {
      if (this.#closed) throw new PoolClosedError();
      const prepared = prepare(url, options, destinations);
      return prepared instanceof Promise
        ? prepared.then((ready) => this.#run(ready, options))
        : this.#run(prepared, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #run(prepared: PreparedRequest, options: RequestOptions | undefined): Promise<ClientResponse> {
    return new Exchange(prepared, this.#context, {
      signal: options?.signal ?? undefined,
      totalMs: options?.timeout ?? this.#config.timeouts.total,
      onInformational: options?.onInformational,
    }).run();
  }
}

/** For where a redirect to another origin leads: the client's own credentials are not for there. */
function elsewhere(config: ClientConfig): Destinations {
  const headers = [...config.headers];
  for (const name of CREDENTIAL_FIELDS) deleteField(headers, name);
  return new Destinations({ ...config, headers: Object.freeze(headers) });
}
