/**
 * A listener of Deno's as a {@linkcode Listener}.
 *
 * @module
 */

import type { Address, Listener, Transport } from "../ports/transport.ts";
import { addressOf } from "./deno_addr.ts";

/** What is used of a listener of Deno's, by shape. */
export interface DenoAcceptor<Conn> {
  /** Where it listens. */
  readonly addr: Deno.Addr;
  /** One `accept`. */
  accept(): Promise<Conn>;
  /** Stops listening. */
  close(): void;
  /** Keeps the process alive. */
  ref(): void;
  /** Does not keep it. */
  unref(): void;
}

/** Accepts connections of any kind that `wrap` can make transports of. */
export class DenoListener<Conn> implements Listener {
  /** See {@linkcode Listener.addr}. */
  readonly addr: Address;
  readonly #acceptor: DenoAcceptor<Conn>;
  readonly #wrap: (conn: Conn) => Transport;
  #closed = false;

  /** Accepts from `acceptor`, which belongs to the listener from now on. */
  constructor(acceptor: DenoAcceptor<Conn>, wrap: (conn: Conn) => Transport) {
    this.#acceptor = acceptor;
    this.#wrap = wrap;
    this.addr = addressOf(acceptor.addr);
  }

  /** See {@linkcode Listener.accept}. */
  async accept(): Promise<Transport> {
    return this.#wrap(await this.#acceptor.accept());
  }

  /** See {@linkcode Listener.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#acceptor.close();
  }

  /** See {@linkcode Listener.ref}. */
  ref(): void {
    this.#acceptor.ref();
  }

  /** See {@linkcode Listener.unref}. */
  unref(): void {
    this.#acceptor.unref();
  }
}
