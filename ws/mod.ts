/**
 * WebSocket (RFC 6455) with compression (RFC 7692), for servers and clients, over an HTTP/1.1
 * upgrade and over extended CONNECT (RFC 8441).
 *
 * `upgradeWebSocket` makes a connection of a request that a server has received, and
 * `new WebSocketClient(url)` opens one; `Client.webSocket` of `@avx/client` does so over the client's
 * own connections. A connection has the face of the Web's `WebSocket`; `WebSocketStreams` shows it as
 * two streams with backpressure, and `Topics` sends one message to many.
 *
 * @example An echo
 * ```ts
 * import { upgradeWebSocket } from "@avx/ws";
 * import { assertEquals } from "@std/assert";
 *
 * function handler(request: Request): Response {
 *   const { socket, response } = upgradeWebSocket(request, { protocols: ["echo"] });
 *   socket.onmessage = (event) => socket.send(event.data);
 *   return response;
 * }
 *
 * assertEquals(typeof handler, "function");
 * ```
 *
 * @module
 */

export * from "./client.ts";
export * from "./config.ts";
export type * from "./connect.ts";
export * from "./connection.ts";
export * from "./direct_connect.ts";
export type { SocketHandler, SocketListener, SocketListenerOptions } from "./listeners.ts";
export type { MessageLoopOwner } from "./message_loop.ts";
export * from "./proto/connection.ts";
export * from "./proto/events.ts";
export * from "./proto/handshake.ts";
export * from "./proto/limits.ts";
export * from "./proto/message_deflate.ts";
export type {
  DeflateAgreement,
  DeflateConfig,
  DeflateOptions,
} from "./proto/permessage_deflate.ts";
export * from "./proto/shared_frame.ts";
export * from "./socket_events.ts";
export * from "./socket_target.ts";
export * from "./stream_face.ts";
export * from "./topics.ts";
export * from "./upgrade.ts";
