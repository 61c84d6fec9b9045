/**
 * The WebSockets that a client has opened.
 *
 * @module
 */

import type { Timers } from "@avx/runtime/timers";
import {
  WebSocketClient,
  type WebSocketClientOptions,
  type WebSocketConnect,
  type WebSocketConnectResult,
} from "@avx/ws";
import type { RequestOptions, UpgradeOver } from "./request.ts";
import type { ClientResponse } from "./response.ts";

/** What `Client.webSocket` can be told. Where the connection comes from, the client knows. */
export interface ClientWebSocketOptions
  extends Omit<WebSocketClientOptions, "connect" | "network" | "tls"> {
  /**
   * Over which version of HTTP; see `RequestOptions.upgradeOver`.
   *
   * @default {"auto"}
   */
  readonly over?: UpgradeOver;
}

/** Sends a request. */
type Ask = (url: URL, options: RequestOptions) => Promise<ClientResponse>;

/** Opens WebSockets, and knows those that are not closed. */
export class WebSockets {
  readonly #ask: Ask;
  readonly #timers: Timers;
  readonly #parent: WebSockets | undefined;
  readonly #open = new Set<WebSocketClient>();

  /**
   * Makes one without any.
   *
   * @param ask Sends the handshakes.
   * @param timers Where deadlines live, unless options say otherwise.
   * @param parent Those of the client whose connections are used, which end with it.
   */
  constructor(ask: Ask, timers: Timers, parent?: WebSockets) {
    this.#ask = ask;
    this.#timers = timers;
    this.#parent = parent;
  }

  /** How many are not closed. */
  get size(): number {
    return this.#open.size;
  }

  /** Opens one; see `Client.webSocket`. */
  open(
    url: URL,
    init: string | readonly string[] | ClientWebSocketOptions = {},
  ): WebSocketClient {
    const options: ClientWebSocketOptions = typeof init === "string" || isList(init)
      ? { protocols: init }
      : init;
    const { timers = this.#timers } = options;
    const connect = this.#connector(options.over ?? "auto");
    const socket = new WebSocketClient(url, { ...options, timers, connect });
    this.#add(socket);
    socket.addEventListener("close", () => this.#remove(socket), { once: true });
    return socket;
  }

  /** Ends all of them at once. */
  close(): void {
    for (const socket of this.#open) socket.terminate();
  }

  #add(socket: WebSocketClient): void {
    this.#open.add(socket);
    if (this.#parent !== undefined) this.#parent.#add(socket);
  }

  #remove(socket: WebSocketClient): void {
    this.#open.delete(socket);
    if (this.#parent !== undefined) this.#parent.#remove(socket);
  }

  #connector(upgradeOver: UpgradeOver): WebSocketConnect {
    return async (url, lines, signal) => {
      const target = new URL(url);
      target.protocol = url.protocol === "wss:" ? "https:" : "http:";
      const headers: [string, string][] = [];
      for (let at = 0; at < lines.length; at += 2) headers.push([lines[at], lines[at + 1]]);
      // RFC 6455 §4.1 lets a client follow redirects; the WebSocket standard does not.
      const redirect = "manual";
      const options = { upgrade: "websocket", upgradeOver, headers, signal, redirect } as const;
      return resultOf(await this.#ask(target, options));
    };
  }
}

function resultOf(response: ClientResponse): WebSocketConnectResult {
  const { status, headers: fields, protocol, upgrade } = response;
  if (upgrade === undefined) response.body.cancel();
  return {
    head: { status, fields, extendedConnect: protocol === "h2" },
    transport: upgrade?.transport,
    received: upgrade?.received ?? NO_BYTES,
  };
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

function isList(
  init: readonly string[] | ClientWebSocketOptions,
): init is readonly string[] {
  return Array.isArray(init);
}
