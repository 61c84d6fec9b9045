/**
 * An HTTP stack for Deno: server and client, with every limit and every timeout settable.
 *
 * @example Serve and ask
 * ```ts
 * import { Client, serve, text } from "@avx/http";
 * import { assertEquals } from "@std/assert";
 *
 * const server = serve(
 *   { hostname: "127.0.0.1", port: 0, onListen: () => {} },
 *   () => text("hello"),
 * );
 * const client = new Client();
 * const response = await client.fetch(`http://127.0.0.1:${server.addr.port}/`);
 *
 * assertEquals(await response.text(), "hello");
 * client.close();
 * await server.shutdown();
 * ```
 *
 * @module
 */

export * from "@avx/client";
export type { Http1Limits } from "@avx/http1/limits";
export {
  AbortError,
  ConnectError,
  NetworkError,
  StackError,
  type StackErrorOptions,
  TimeoutError,
  type TimeoutPhase,
  TlsError,
} from "@avx/runtime/errors";
export type * from "@avx/runtime/ports/observer";
export type { Resolution } from "@avx/runtime/ports/resolver";
export type { Address, KeyPair, TlsInfo } from "@avx/runtime/ports/transport";
export {
  BodyTooLargeError,
  LocalProtocolError,
  PoolClosedError,
  PoolFullError,
  ProxyError,
  RemoteProtocolError,
} from "@avx/semantics/errors";
export { compose } from "@avx/semantics/compose";
export {
  type CookiePair,
  formatSetCookie,
  parseCookieField,
  parseSetCookie,
  type SameSite,
  type SetCookie,
} from "@avx/semantics/cookies";
export type { FieldSection } from "@avx/semantics/field-section";
export type { Handler, Middleware, Protocol, PushOptions, ServeInfo } from "@avx/semantics/handler";
export {
  bytes,
  FastResponse as Response,
  html,
  installFastResponse,
  json,
  stream,
  text,
  type Upgrade,
  upgradeConnection,
  type UpgradeOptions,
} from "@avx/semantics/web";
export * from "@avx/server";
export {
  type DeflateOptions,
  type OutgoingMessage,
  SocketCloseEvent,
  SocketErrorEvent,
  SocketMessageEvent,
  Topics,
  upgradeWebSocket,
  type UpgradeWebSocketOptions,
  WebSocketClient,
  type WebSocketClientOptions,
  type WebSocketConnect,
  WebSocketConnection,
  type WebSocketConnectResult,
  type WebSocketLimits,
  type WebSocketOptions,
  WebSocketStreams,
  type WebSocketTimeouts,
  type WebSocketTlsOptions,
  type WebSocketUpgrade,
} from "@avx/ws";
