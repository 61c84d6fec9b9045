/**
 * What a server connection tells its observer.
 *
 * @module
 */

import { nextConnectionId } from "@avx/runtime/connection-id";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Exchange } from "./exchange.ts";

let lastRequestId = 0;

/**
 * Numbers the connection and its requests, and calls the observer's points.
 *
 * @example A connection that came and went
 * ```ts
 * import { ConnectionReport } from "@avx/semantics/serving";
 * import { assertEquals } from "@std/assert";
 *
 * const heard: string[] = [];
 * const report = new ConnectionReport(
 *   {
 *     "connection.open": ({ protocol }) => heard.push(protocol),
 *     "connection.close": ({ requests }) => heard.push(`${requests} requests`),
 *   },
 *   "h2",
 *   true,
 * );
 * report.closed(undefined);
 * assertEquals(heard, ["h2", "0 requests"]);
 * ```
 */
export class ConnectionReport {
  readonly #observer: Observer;
  /** The number of the connection, unique within the process. */
  readonly connectionId: number = nextConnectionId();
  #requests = 0;

  /** Reports that the connection is open. */
  constructor(observer: Observer, protocol: string, encrypted: boolean) {
    this.#observer = observer;
    const { connectionId } = this;
    observer["connection.open"]?.({ connectionId, role: "server", protocol, encrypted });
  }

  /** A request's head has arrived. */
  requestStarted(exchange: Exchange, now: number): void {
    this.#requests++;
    exchange.requestId = ++lastRequestId;
    exchange.startedAt = now;
    this.#observer["request.start"]?.({
      connectionId: this.connectionId,
      requestId: exchange.requestId,
      method: exchange.head.method,
      target: exchange.head.target,
    });
  }

  /** A response is complete, or will never be. */
  requestEnded(exchange: Exchange, error: Error | undefined, now: number): void {
    if (exchange.requestId === 0) return; // a push that was lost before it was a request
    this.#observer["request.end"]?.({
      connectionId: this.connectionId,
      requestId: exchange.requestId,
      status: exchange.status,
      durationMs: now - exchange.startedAt,
      error,
    });
  }

  /** The peer broke a rule or a limit. */
  violated(code: string, reason: string): void {
    this.#observer["protocol.error"]?.({ connectionId: this.connectionId, code, reason });
  }

  /** The connection is gone. */
  closed(error: Error | undefined): void {
    const { "connection.close": point } = this.#observer;
    point?.({ connectionId: this.connectionId, requests: this.#requests, error });
  }
}
