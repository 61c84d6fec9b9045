/**
 * A server's end of an HTTP/2 connection.
 *
 * @module
 */

import type { Transport } from "@avx/runtime/ports/transport";
import type { Http2ServerConfig } from "./server_config.ts";
import { ServerDriver } from "./server_driver.ts";

/**
 * Serves HTTP/2 on one transport, whose peer begins with the preface (RFC 9113 §3.4).
 */
export class Http2ServerConnection {
  readonly #driver: ServerDriver;
  #received: Uint8Array | undefined;

  /**
   * Makes the connection; {@linkcode run} starts it.
   *
   * @param transport A connection that was just accepted; its TLS handshake is done.
   * @param config What the server serves, and how.
   * @param received Bytes that were read from the transport already.
   */
  constructor(transport: Transport, config: Http2ServerConfig, received?: Uint8Array) {
    this.#driver = new ServerDriver(transport, config);
    this.#received = received;
  }

  /** Whether no request is being read or answered. */
  get idle(): boolean {
    return this.#driver.idle;
  }

  /** How many requests came over this connection. */
  get requests(): number {
    return this.#driver.requests;
  }

  /**
   * Serves until the connection ends. Never rejects.
   *
   * @returns A promise that settles when the transport is closed and nothing of this connection is
   * left: no read, no write, no timer.
   */
  run(): Promise<void> {
    const received = this.#received;
    this.#received = undefined;
    return this.#driver.run(received);
  }

  /** Answers what is in flight, takes no new request, and closes. */
  shutdown(): void {
    this.#driver.shutdown();
  }

  /** Closes at once. Handlers that still run see their signal abort. */
  close(): void {
    this.#driver.close();
  }
}
