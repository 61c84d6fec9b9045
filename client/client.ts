/**
 * An HTTP client with connections of its own.
 *
 * @module
 */

import type { WebSocketClient } from "@avx/ws/client";
import { EventStream, type EventStreamOptions } from "./event_stream.ts";
import { extendConfig, type ExtendOptions } from "./extension.ts";
import { type FetchInit, fetchOver } from "./fetch.ts";
import type { Interceptor, InterceptorHooks } from "./interceptor.ts";
import { type ClientOptions, parseOptions } from "./options.ts";
import type { ClientStats } from "./pool_stats.ts";
import type { RequestOptions } from "./request.ts";
import type { ClientResponse } from "./response.ts";
import { Sender } from "./sender.ts";
import { Verbs } from "./verbs.ts";
import { type ClientWebSocketOptions, WebSockets } from "./web_sockets.ts";

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
export class Client extends Verbs {
  readonly #sender: Sender;
  readonly #ownsPool: boolean;
  readonly #webSockets: WebSockets;
  #closed = false;

  /**
   * Makes a client without connections.
   *
   * @param options Everything has a default.
   * @throws {RangeError} If a time or a count is not positive.
   * @throws {TypeError} If a default field is not valid.
   */
  constructor(options?: ClientOptions);
  constructor(given?: ClientOptions | Extension) {
    super();
    const from = given instanceof Extension ? given.client : undefined;
    const options: ClientOptions = (given instanceof Extension ? given.options : given) ?? {};
    const config = from === undefined
      ? parseOptions(options)
      : extendConfig(from.#sender.config, options);
    this.#sender = new Sender(config, options, from === undefined ? undefined : from.#sender);
    this.#ownsPool = from === undefined;
    this.#webSockets = new WebSockets(
      (target, init) => this.request(target, init),
      this.#sender.context.timers,
      from === undefined ? undefined : from.#webSockets,
    );
  }

  /** What its connections are doing, and those of the clients it shares them with. */
  stats(): ClientStats {
    return this.#sender.context.pool.stats();
  }

  /**
   * Tells the client that the network is another one now: an interface came or went, an address
   * changed, the machine woke up. Idle HTTP/1.1 connections are closed, and HTTP/2 connections are
   * asked with a PING whether they are still there (`timeouts.pong`) before they are used again;
   * requests in the meantime go over fresh ones. Names are resolved anew. What is in flight goes on.
   *
   * The client finds out by itself, for one origin, when connecting to it takes too long or the
   * system says that it cannot be reached.
   *
   * @example After a change of network
   * ```ts
   * import { Client } from "@avx/client";
   * import { assertEquals } from "@std/assert";
   *
   * const server = Deno.serve({ port: 0, onListen() {} }, () => new Response("hello"));
   * const client = new Client();
   * await (await client.request(`http://127.0.0.1:${server.addr.port}/`)).body.text();
   * assertEquals(client.stats().idle, 1);
   *
   * client.networkChanged();
   * assertEquals(client.stats().idle, 0);
   *
   * client.close();
   * await server.shutdown();
   * ```
   */
  networkChanged(): void {
    this.#sender.context.pool.networkChanged();
  }

  /**
   * Sends a request and gives the plain record of its response: no Web object is made, and a small
   * body that came with its head is there without a stream. Redirects are followed where the
   * client's option `redirects` or the request's `redirect` says so.
   *
   * @param url Where to, http or https; relative to the client's `baseUrl`.
   * @param options Method, fields, body, signal and so on.
   * @returns The response, with its head complete. Its body has to be read or cancelled.
   */
  override request(url: string | URL, options?: RequestOptions): Promise<ClientResponse> {
    return this.#sender.request(url, options);
  }

  /**
   * Fetches a resource as the platform's `fetch` does. See {@linkcode fetch}.
   *
   * @param input Where to.
   * @param init As the platform's.
   * @returns The response, with its head complete and its body arriving.
   */
  fetch(input: string | URL | Request, init?: FetchInit): Promise<Response> {
    return fetchOver(this.#sender, input, init);
  }

  /**
   * Opens a WebSocket, over a connection of this client: its fields, TLS, timeouts and interceptors
   * apply to the handshake. Where an HTTP/2 connection to the server is open that takes it, the
   * WebSocket is a stream of that (RFC 8441); otherwise it has a connection of its own.
   *
   * @param url Where to, ws or wss, http or https; relative to the client's `baseUrl`.
   * @param options Subprotocols, compression, limits and so on, or the subprotocols alone.
   * @returns The connection, which is open from its event `open` on.
   * @throws {TypeError} If the URL, a subprotocol or a header field is malformed.
   * @throws {RangeError} If a limit, a wait or the level of compression is out of its range.
   *
   * @example An echo
   * ```ts
   * import { Client } from "@avx/client";
   * import { assertEquals } from "@std/assert";
   *
   * const server = Deno.serve({ port: 0, onListen() {} }, (request) => {
   *   const { socket, response } = Deno.upgradeWebSocket(request);
   *   socket.onmessage = ({ data }) => socket.send(data);
   *   return response;
   * });
   * const client = new Client();
   *
   * const socket = client.webSocket(`ws://127.0.0.1:${server.addr.port}/`);
   * socket.onopen = () => socket.send("hello");
   * assertEquals(await new Promise((resolve) => socket.onmessage = (e) => resolve(e.data)), "hello");
   * const closed = new Promise((resolve) => socket.onclose = resolve);
   * socket.close();
   * await closed;
   * client.close();
   * await server.shutdown();
   * ```
   */
  webSocket(
    url: string | URL,
    options?: string | readonly string[] | ClientWebSocketOptions,
  ): WebSocketClient {
    return this.#webSockets.open(new URL(url, this.#sender.config.baseUrl), options);
  }

  /**
   * Listens to the events of a server (HTML standard §9.2), and connects again, from where it was,
   * when the connection ends. It connects once it is read. See {@linkcode EventStream}.
   *
   * Silence for longer than `timeouts.body` counts as an end: servers send comments meanwhile.
   *
   * @throws {RangeError} If a time or a limit is not positive.
   */
  sse(url: string | URL, options: EventStreamOptions = {}): EventStream {
    return new EventStream(url, options, {
      request: (target, init) => this.request(target, init),
      timers: this.#sender.context.timers,
      wallNow: () => this.#sender.config.clock.wallNow(),
    });
  }

  /**
   * Puts a function around all requests from now on, inside of those that were put there before, or
   * hooks right before and after what is really sent. How it stands to the client's policies:
   * interceptors are outside of them all, hooks inside of them all.
   *
   * @returns Takes it away again.
   *
   * @example A token, and how long everything took
   * ```ts
   * import { Client } from "@avx/client";
   * import { assertEquals } from "@std/assert";
   *
   * const server = Deno.serve({ port: 0, onListen() {} }, ({ headers }) => {
   *   return new Response(headers.get("authorization"));
   * });
   * const client = new Client();
   * const statuses: number[] = [];
   * client.use(async (request, next) => {
   *   request.headers.set("authorization", "Bearer abc");
   *   return await next(request);
   * });
   * client.use({ onResponse: ({ status }) => void statuses.push(status) });
   *
   * const response = await client.request(`http://127.0.0.1:${server.addr.port}/`);
   * assertEquals(await response.body.text(), "Bearer abc");
   * assertEquals(statuses, [200]);
   * client.close();
   * await server.shutdown();
   * ```
   */
  use(added: Interceptor | InterceptorHooks): () => void {
    return this.#sender.use(added);
  }

  /**
   * A client that shares this one's connections and has options of its own: its fields win over this
   * one's, its interceptors and hooks come after those that are here now, and its policies stand in
   * the place of this one's. A policy that it does not name is shared, with its state.
   *
   * To close it closes none of the connections; once this one is closed, it is of no use.
   *
   * @throws {RangeError} If a time or a count is not positive.
   * @throws {TypeError} If a field or the base URL is not valid.
   *
   * @example A client for one service
   * ```ts
   * import { Client } from "@avx/client";
   * import { assertEquals } from "@std/assert";
   *
   * const server = Deno.serve({ port: 0, onListen() {} }, ({ url, headers }) => {
   *   return new Response(`${new URL(url).pathname} ${headers.get("x-key")}`);
   * });
   * const client = new Client();
   * const users = client.extend({
   *   baseUrl: `http://127.0.0.1:${server.addr.port}/v1/users/`,
   *   headers: { "x-key": "abc" },
   * });
   *
   * const response = await users.request("17");
   * assertEquals(await response.body.text(), "/v1/users/17 abc");
   * client.close();
   * await server.shutdown();
   * ```
   */
  extend(options: ExtendOptions): Client {
    return new Client(new Extension(this, options) as ClientOptions);
  }

  /**
   * Closes every connection at once, WebSockets included. What is in flight, and what is asked for
   * afterwards, rejects with `PoolClosedError`. Calling it again does nothing. A client that
   * {@linkcode extend} made only takes no more requests.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#sender.close();
    this.#webSockets.close();
    if (!this.#ownsPool) return;
    this.#sender.context.pool.close();
    this.#sender.context.timers.close();
  }

  /** Closes it; for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }
}

/** What a client is made of that another one is extended to. */
class Extension {
  readonly client: Client;
  readonly options: ExtendOptions;

  constructor(client: Client, options: ExtendOptions) {
    this.client = client;
    this.options = options;
  }
}
