/**
 * What a client makes its connections with.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { HandshakeResponse } from "./proto/handshake.ts";

/** What asking a server for a connection came to. */
export interface WebSocketConnectResult {
  /** The response's head. */
  readonly head: HandshakeResponse;
  /**
   * The duplex behind it, on which nothing is pending; closed by the client if it is no good.
   * `undefined` where a refusal left none.
   */
  readonly transport: Transport | undefined;
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
 * @param signal Aborts when the client is closed, or the connection takes too long to open.
 */
export type WebSocketConnect = (
  url: URL,
  headers: readonly string[],
  signal: AbortSignal,
) => Promise<WebSocketConnectResult>;
