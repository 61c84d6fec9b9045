/**
 * A response as a driver needs it: plain values, no Web object.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { FieldLines } from "../field_section.ts";

/** A body that can be sent without asking anyone for more, or a stream, or nothing. */
export type OutgoingBody = string | Uint8Array | ReadableStream<Uint8Array> | undefined;

/** What an upgraded connection leaves to its new owner. */
export interface UpgradedConnection {
  /** The transport, on which no read or write is pending. */
  readonly transport: Transport;
  /** Bytes that came behind the request's head and belong to the new protocol. */
  readonly received: Uint8Array;
  /**
   * Calls `leave` when the server shuts down, at once if it does already: the new protocol should
   * say goodbye and close the transport. The server waits for that as long as for a request, and
   * then closes it; where nothing was registered, it only waits.
   */
  onShutdown(leave: () => void): void;
}

/** Who takes a connection over once a 101 (or 2xx to CONNECT) has been sent. */
export interface UpgradeTaker {
  /** Takes the connection. */
  take(connection: UpgradedConnection): void;
  /** The connection was lost before it could be handed over. */
  fail(error: Error): void;
}

/** A response taken apart. */
export interface ResponseParts {
  /** The status code. */
  readonly status: number;
  /** The reason phrase; empty for the registered one. */
  readonly statusText: string;
  /** The header section. */
  readonly lines: FieldLines;
  /** The body. */
  readonly body: OutgoingBody;
  /** Present where this response hands the connection over. */
  readonly upgrade: UpgradeTaker | undefined;
}
