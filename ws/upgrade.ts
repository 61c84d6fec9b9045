/**
 * A server's way from a request to a connection.
 *
 * @module
 */

import { NetworkError } from "@avx/runtime/errors";
import { FieldList } from "@avx/semantics/field-lines";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { headerLines, LazyRequest, text, upgradeConnection } from "@avx/semantics/web";
import { webSocketConfig, type WebSocketOptions } from "./config.ts";
import { WebSocketConnection } from "./connection.ts";
import { GOING_AWAY } from "./proto/close_code.ts";
import { acceptHandshake, checkProtocols } from "./proto/handshake.ts";

/** What a server can ask for. */
export interface UpgradeWebSocketOptions extends WebSocketOptions {
  /**
   * The subprotocols that the server speaks, the one it likes best first. A client that names none
   * of them gets none, and hangs up where it wants one.
   *
   * @default {[]}
   */
  readonly protocols?: readonly string[];
  /**
   * The origins whose pages may connect, such as `https://example.com`; others are answered with
   * 403. Clients that are no browser name none, and may. A function decides about both.
   *
   * Browsers let any page connect to any server, with its cookies: check this where cookies count.
   *
   * @default {any origin}
   */
  readonly origins?: readonly string[] | ((origin: string | undefined) => boolean);
  /** Further header fields of the response. */
  readonly headers?: HeadersInit;
}

/** What {@linkcode upgradeWebSocket} gives. */
export interface WebSocketUpgrade {
  /** The connection, which opens once the response is out. */
  readonly socket: WebSocketConnection;
  /** To be returned by the handler. */
  readonly response: Response;
}

/**
 * Makes a WebSocket connection of a request, in the manner of `Deno.upgradeWebSocket`: return the
 * `response` from the handler, and use the `socket` from its event `open` on.
 *
 * A request that is no handshake, or that the options refuse, is answered with 400, 403, 405, 426 or
 * 501
 * by the same `response`; the `socket` then has the events `error` and `close` and never opens.
 *
 * When the server shuts down, the connection is closed with 1001 (going away); when that has not
 * come to an end within the grace, or the server is closed, it is ended at once.
 *
 * @example An echo
 * ```ts
 * import { serve } from "@avx/server";
 * import { upgradeWebSocket } from "@avx/ws/upgrade";
 * import { assertEquals } from "@std/assert";
 *
 * const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
 *   const { socket, response } = upgradeWebSocket(request);
 *   socket.onmessage = (event) => socket.send(event.data);
 *   return response;
 * });
 *
 * const client = new WebSocket(`ws://127.0.0.1:${server.addr.port}/`);
 * client.onopen = () => client.send("hello");
 * const echo = await new Promise<string>((resolve) =>
 *   client.onmessage = (event) => resolve(event.data)
 * );
 * assertEquals(echo, "hello");
 * const closed = new Promise((resolve) => client.onclose = resolve);
 * client.close();
 * await closed;
 * await server.shutdown();
 * ```
 *
 * @param request A request that a server of ours has received: GET with `Upgrade: websocket`
 * (RFC 6455 §4.1), or an extended CONNECT (RFC 8441).
 * @param options Subprotocols, origins, compression, limits and timeouts.
 * @returns The connection and the response.
 * @throws {TypeError} If the request did not come from a server of ours, or a subprotocol is no
 * token.
 * @throws {RangeError} If a limit, a wait or the level of compression is out of its range.
 */
export function upgradeWebSocket(
  request: Request,
  options: UpgradeWebSocketOptions = {},
): WebSocketUpgrade {
  const { protocols = [], origins, headers } = options;
  checkProtocols(protocols);
  const config = webSocketConfig(options);
  const socket = new WebSocketConnection({ role: "server", url: "" }, config);
  const source = LazyRequest.source(request);
  const fields = source?.fields ?? new FieldList(headerLines(request.headers));
  const agreement = acceptHandshake(request.method, fields, {
    connectProtocol: source?.connectProtocol ?? "",
    protocols,
    allowsOrigin: originCheck(origins),
    deflate: config.deflate,
  });
  if (agreement.type === "refused") {
    const { status, lines, reason } = agreement;
    socket.abandon(new RemoteProtocolError(reason, { code: "BAD_HANDSHAKE" }));
    return { socket, response: text(`${reason}\n`, { status, headers: pairsOf(lines) }) };
  }
  const lines = [...agreement.lines, ...headerLines(headers)];
  const { response, connection } = upgradeConnection(request, {
    protocol: "websocket",
    headers: pairsOf(lines),
  });
  connection.then(
    (taken) => {
      socket.establish({ transport: taken.transport, received: taken.received, agreement });
      taken.onShutdown(() => socket.close(GOING_AWAY));
    },
    (cause) => socket.abandon(new NetworkError("The connection was lost", { cause })),
  );
  return { socket, response };
}

function originCheck(
  origins: UpgradeWebSocketOptions["origins"],
): (origin: string | undefined) => boolean {
  if (origins === undefined) return () => true;
  if (typeof origins === "function") return origins;
  return (origin) => origin === undefined || origins.includes(origin);
}

function pairsOf(lines: readonly string[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let at = 0; at < lines.length; at += 2) pairs.push([lines[at], lines[at + 1]]);
  return pairs;
}
