/**
 * The port between a response and the connection it is sent through.
 *
 * @module
 */

import type { OutgoingBody, ResponseParts, UpgradeTaker } from "../web/response_parts.ts";
import type { Exchange } from "./exchange.ts";

/** What every version of HTTP does to send a response. */
export interface ResponseSink<E extends Exchange> {
  /**
   * The response to `exchange` is known. A version that answers in order calls
   * `Responder.send` when the exchange has its turn, the others at once.
   */
  ready(exchange: E, parts: ResponseParts): void;
  /** Whether the exchange is gone, and whatever answers it comes too late. */
  isLost(exchange: E): boolean;
  /**
   * Sends a complete response.
   *
   * @throws {TypeError} If a field could not travel as it is.
   * @throws {LocalProtocolError} If the parts contradict each other.
   */
  sendWhole(exchange: E, parts: ResponseParts, body: Exclude<OutgoingBody, ReadableStream>): void;
  /**
   * Sends the head of a response of which the body follows.
   *
   * @returns `false` where no body may follow; the response is complete then.
   */
  sendHead(exchange: E, parts: ResponseParts, length: number | undefined): boolean;
  /** Sends a part of the body; gives a promise where the peer must take some of it first. */
  sendData(exchange: E, bytes: Uint8Array): Promise<void> | undefined;
  /** Ends the response. */
  sendEnd(exchange: E): void;
  /** Hands the connection, or the stream, over. */
  sendUpgrade(exchange: E, parts: ResponseParts, taker: UpgradeTaker): void;
  /** The response has begun and will not be completed: the peer must notice. */
  abort(exchange: E, error: Error): void;
}
