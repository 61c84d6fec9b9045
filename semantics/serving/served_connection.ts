/**
 * What a server sees of a connection, whichever its version of HTTP.
 *
 * @module
 */

import type { TakenConnection } from "./taken_connection.ts";

/** The driver behind a connection. */
export interface ConnectionDriver {
  /** Whether no request is being read or answered. */
  readonly idle: boolean;
  /** How many requests came over this connection. */
  readonly requests: number;
  /** Serves until the connection ends, beginning with what was received. */
  run(received: Uint8Array | undefined): Promise<TakenConnection | undefined>;
  /** Answers what is in flight, takes no new request, and closes. */
  shutdown(): void;
  /** Closes at once. */
  close(): void;
}

/**
 * The face of a driver: what a server may do, and nothing of how it is done.
 *
 * @example A connection over a driver that does nothing
 * ```ts
 * import { ServedConnection } from "@avx/semantics/serving";
 * import { assertEquals } from "@std/assert";
 *
 * const driver = { idle: true, requests: 0, run: () => Promise.resolve(undefined), shutdown() {}, close() {} };
 * const connection = new ServedConnection(driver, undefined);
 * await connection.run();
 * assertEquals(connection.idle, true);
 * ```
 */
export class ServedConnection {
  readonly #driver: ConnectionDriver;
  #received: Uint8Array | undefined;

  /**
   * Makes the connection; {@linkcode run} starts it.
   *
   * @param driver What drives it.
   * @param received Bytes that were read from its transport already.
   */
  constructor(driver: ConnectionDriver, received: Uint8Array | undefined) {
    this.#driver = driver;
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
   * @returns A promise that settles when the transport is closed, or belongs to another protocol,
   * and nothing of this connection is left: no read, no write, no timer. In the latter case it is of
   * what goes on.
   */
  run(): Promise<TakenConnection | undefined> {
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
