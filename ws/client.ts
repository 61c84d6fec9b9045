/**
 * A client's way from a URL to a connection.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { headerLines } from "@avx/semantics/web";
import { webSocketConfig, type WebSocketOptions } from "./config.ts";
import { WebSocketConnection } from "./connection.ts";
import {
  checkHandshake,
  checkProtocols,
  handshakeLines,
  type HandshakeResponse,
  newKey,
} from "./proto/handshake.ts";

/** What asking a server for a connection came to. */
export interface WebSocketConnectResult {
  /** The response's head. */
  readonly head: HandshakeResponse;
  /** The duplex behind it, on which nothing is pending; closed by the client if it is no good. */
  readonly transport: Transport;
  /** What was read from it beyond the head. */
  readonly received: Uint8Array;
}

/**
 * Asks a server for a connection: sends a request to `url`, as an upgrade (RFC 6455) or an extended
 * CONNECT (RFC 8441), and reads the response's head.
 *
 * @param url A URL with the scheme `ws:` or `wss:`.
 * @param headers The handshake's header fields: name, value, name, value …, to which the fields of
 * the upgrade are to be added, or from which the key is to be taken.
 * @param signal Aborts when the client is closed.
 */
export type WebSocketConnect = (
  url: URL,
  headers: readonly string[],
  signal: AbortSignal,
) => Promise<WebSocketConnectResult>;

/** What a client can ask for. */
export interface WebSocketClientOptions extends WebSocketOptions {
  /** Makes the connection. */
  readonly connect: WebSocketConnect;
  /**
   * The subprotocols that the client speaks, the one it likes best first. A server that speaks none
   * of them is refused.
   *
   * @default {[]}
   */
  readonly protocols?: readonly string[];
  /** Further header fields of the request, such as `Authorization`. */
  readonly headers?: HeadersInit;
}

/**
 * A client's connection. It connects at once; use it from its event `open` on.
 *
 * @example A server that says no
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { WebSocketClient } from "@avx/ws/client";
 * import { assertEquals } from "@std/assert";
 *
 * const [transport] = memoryPair();
 * const head = { status: 403, fields: new FieldList([]) };
 * const client = new WebSocketClient("ws://example.com/", {
 *   connect: () => Promise.resolve({ head, transport, received: new Uint8Array(0) }),
 * });
 * const error = await new Promise<Error>((resolve) =>
 *   client.onerror = (event) => resolve(event.error)
 * );
 * assertEquals(error.message, "Cannot open connection: The server answers with 403");
 * ```
 */
export class WebSocketClient extends WebSocketConnection {
  readonly #abort = new AbortController();

  /**
   * Starts to connect.
   *
   * @param url Where to; `http:` and `https:` count as `ws:` and `wss:`. The fragment is dropped.
   * @param options How to get there, subprotocols, compression, limits and timeouts.
   * @throws {TypeError} If the URL or a subprotocol is malformed.
   */
  constructor(url: string | URL, options: WebSocketClientOptions) {
    const { protocols = [], headers, connect } = options;
    const target = webSocketUrl(url);
    checkProtocols(protocols);
    const config = webSocketConfig(options);
    super({ role: "client", url: target.href }, config);
    const ask = { key: newKey(config.random), protocols, deflate: config.deflate };
    const lines = [...handshakeLines(ask), ...headerLines(headers)];
    connect(target, lines, this.#abort.signal).then(
      ({ head, transport, received }) => {
        const agreement = checkHandshake(head, ask);
        if (agreement.type === "agreed") {
          return this.establish({ transport, received, agreement });
        }
        transport.close();
        this.#refuse(agreement.reason);
      },
      (error) => this.abandon(error),
    );
  }

  /** See {@linkcode WebSocketConnection.close}. While connecting, it gives up. */
  override close(code?: number, reason?: string): void {
    super.close(code, reason);
    this.#abort.abort();
  }

  #refuse(reason: string): void {
    this.abandon(
      new RemoteProtocolError(`Cannot open connection: ${reason}`, { code: "BAD_HANDSHAKE" }),
    );
  }
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
  target.hash = "";
  return target;
}
