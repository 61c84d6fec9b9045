/**
 * A client's way from a URL to a connection.
 *
 * @module
 */

import { AbortError, TimeoutError } from "@avx/runtime/errors";
import { network as platformNetwork } from "@avx/runtime/platform";
import type { Network } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { validateFieldLines } from "@avx/semantics/field-lines";
import { headerLines } from "@avx/semantics/web";
import { type WebSocketConfig, webSocketConfig, type WebSocketOptions } from "./config.ts";
import type { WebSocketConnect, WebSocketConnectResult } from "./connect.ts";
import { WebSocketConnection } from "./connection.ts";
import { directConnect, type WebSocketTlsOptions } from "./direct_connect.ts";
import {
  checkHandshake,
  checkProtocols,
  type ClientHandshakeOptions,
  handshakeLines,
  newKey,
} from "./proto/handshake.ts";

/** What a client can ask for. */
export interface WebSocketClientOptions extends WebSocketOptions {
  /**
   * Makes the connection.
   *
   * @default {a connection of its own, by an upgrade over HTTP/1.1}
   */
  readonly connect?: WebSocketConnect;
  /**
   * The subprotocols that the client speaks, the one it likes best first. A server that speaks none
   * of them is refused.
   *
   * @default {[]}
   */
  readonly protocols?: string | readonly string[];
  /** Further header fields of the request, such as `Authorization`. */
  readonly headers?: HeadersInit;
  /** Gives up connecting. Once the connection is open, it has no meaning. */
  readonly signal?: AbortSignal;
  /** TLS, where no `connect` is given. */
  readonly tls?: WebSocketTlsOptions;
  /** The way to the outside, where no `connect` is given. @default {the platform's} */
  readonly network?: Network;
}

/**
 * A client's connection. It connects at once; use it from its event `open` on. What went wrong
 * before is the `error` of its event `error`: one of the error families, `TimeoutError` included.
 *
 * @example An echo
 * ```ts
 * import { upgradeWebSocket, WebSocketClient } from "@avx/ws";
 * import { serve } from "@avx/server";
 * import { assertEquals } from "@std/assert";
 *
 * const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
 *   const { socket, response } = upgradeWebSocket(request);
 *   socket.onmessage = (event) => socket.send(event.data);
 *   return response;
 * });
 *
 * const client = new WebSocketClient(`ws://127.0.0.1:${server.addr.port}/`);
 * client.onopen = () => client.send("hello");
 * const echo = await new Promise((resolve) => client.onmessage = ({ data }) => resolve(data));
 * assertEquals(echo, "hello");
 *
 * await server.shutdown();
 * ```
 */
export class WebSocketClient extends WebSocketConnection {
  readonly #abort = new AbortController();
  readonly #config: WebSocketConfig;
  readonly #ask: ClientHandshakeOptions;
  readonly #signal: AbortSignal | undefined;
  readonly #openTimer: WheelTimer;
  readonly #onSignal = (): void => this.#giveUp(this.#signal!.reason);

  /**
   * Starts to connect.
   *
   * @param url Where to; `http:` and `https:` count as `ws:` and `wss:`. The fragment is dropped.
   * @param init The subprotocols, or how to get there, subprotocols, compression, limits and
   * timeouts.
   * @throws {TypeError} If the URL, a subprotocol or a header field is malformed, or the URL holds
   * credentials.
   * @throws {RangeError} If a limit, a wait or the level of compression is out of its range.
   */
  constructor(url: string | URL, init: string | readonly string[] | WebSocketClientOptions = {}) {
    const options = typeof init === "string" || isList(init) ? { protocols: init } : init;
    const protocols = listOf(options.protocols ?? []);
    const target = webSocketUrl(url);
    checkProtocols(protocols);
    const config = webSocketConfig(options);
    super({ role: "client", url: target.href }, config);
    this.#config = config;
    this.#ask = { key: newKey(config.random), protocols, deflate: config.deflate };
    this.#signal = options.signal;
    const { openMs } = config.timeouts;
    this.#openTimer = new WheelTimer(() => this.#giveUp(new TimeoutError("connect", openMs)));
    const lines = [...handshakeLines(this.#ask), ...headerLines(options.headers)];
    validateFieldLines(lines);
    if (this.#signal?.aborted) {
      this.#onSignal();
      return;
    }
    this.#signal?.addEventListener("abort", this.#onSignal);
    if (openMs !== Infinity) config.timers.schedule(this.#openTimer, openMs);
    const connect = options.connect ?? ownConnect(options, config);
    connect(target, lines, this.#abort.signal).then(
      (result) => this.#answered(result),
      (error) => this.#giveUp(error),
    );
  }

  /** See {@linkcode WebSocketConnection.close}. While connecting, it gives up. */
  override close(code?: number, reason?: string): void {
    const isConnecting = this.readyState === 0;
    super.close(code, reason);
    if (isConnecting) this.#stopConnecting(undefined);
  }

  /** See {@linkcode WebSocketConnection.terminate}. While connecting, it gives up. */
  override terminate(): void {
    const isConnecting = this.readyState === 0;
    super.terminate();
    if (isConnecting) this.#stopConnecting(undefined);
  }

  #answered({ head, transport, received }: WebSocketConnectResult): void {
    this.#endWait();
    const agreement = checkHandshake(head, this.#ask);
    if (agreement.type === "agreed" && transport !== undefined) {
      return this.establish({ transport, received, agreement });
    }
    transport?.close();
    const reason = agreement.type === "agreed" ? "There is no transport" : agreement.reason;
    this.abandon(
      new RemoteProtocolError(`Cannot open connection: ${reason}`, { code: "BAD_HANDSHAKE" }),
    );
  }

  #giveUp(error: unknown): void {
    const reason = error instanceof Error
      ? error
      : new AbortError("The signal was aborted", { cause: error });
    this.abandon(reason);
    this.#stopConnecting(reason);
  }

  #stopConnecting(reason: Error | undefined): void {
    this.#endWait();
    this.#abort.abort(reason);
  }

  #endWait(): void {
    this.#config.timers.cancel(this.#openTimer);
    this.#signal?.removeEventListener("abort", this.#onSignal);
  }
}

function ownConnect(options: WebSocketClientOptions, config: WebSocketConfig): WebSocketConnect {
  const { network = platformNetwork, tls = {} } = options;
  return directConnect({ network, tls, maxHandshakeBytes: config.limits.maxHandshakeBytes });
}

function isList(init: readonly string[] | WebSocketClientOptions): init is readonly string[] {
  return Array.isArray(init);
}

function listOf(protocols: string | readonly string[]): readonly string[] {
  return typeof protocols === "string" ? [protocols] : protocols;
}

function webSocketUrl(url: string | URL): URL {
  const target = new URL(url);
  if (target.protocol === "http:") target.protocol = "ws:";
  else if (target.protocol === "https:") target.protocol = "wss:";
  if (target.protocol !== "ws:" && target.protocol !== "wss:") {
    throw new TypeError(
      `Cannot connect as the URL's scheme must be "ws" or "wss": it is "${
        target.protocol.slice(0, -1)
      }"`,
    );
  }
  if (target.username !== "" || target.password !== "") {
    throw new TypeError("Cannot connect as the URL must not hold credentials");
  }
  target.hash = "";
  return target;
}
