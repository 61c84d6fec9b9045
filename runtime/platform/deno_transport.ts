/**
 * A clear-text connection of Deno's as a {@linkcode Transport}.
 *
 * @module
 */

import type { Address, TlsInfo, Transport } from "../ports/transport.ts";
import { addressOf } from "./deno_addr.ts";

/** What is used of a connection of Deno's, by shape: TCP and unix have it alike. */
export interface DenoConn {
  /** This end. */
  readonly localAddr: Deno.Addr;
  /** The other end. */
  readonly remoteAddr: Deno.Addr;
  /** One `recv`. */
  read(into: Uint8Array): Promise<number | null>;
  /** One `send`. */
  write(bytes: Uint8Array): Promise<number>;
  /** `shutdown(SHUT_WR)`. */
  closeWrite(): Promise<void>;
  /** FIN, then the descriptor is gone. */
  close(): void;
  /** Keeps the process alive. */
  ref(): void;
  /** Does not keep it. */
  unref(): void;
}

/**
 * A TCP or unix connection. `read` and `write` are passed through as they are: whatever is added
 * here is paid for on every request of every connection.
 */
export class DenoTransport implements Transport {
  readonly #conn: DenoConn;
  #closed = false;

  /** Wraps `conn`, which belongs to the transport from now on. */
  constructor(conn: DenoConn) {
    this.#conn = conn;
  }

  /** See {@linkcode Transport.tls}. */
  get tls(): TlsInfo | undefined {
    return undefined;
  }

  /** See {@linkcode Transport.encrypted}. */
  get encrypted(): boolean {
    return false;
  }

  /** See {@linkcode Transport.localAddr}. Made when asked for: most connections never are. */
  get localAddr(): Address {
    return addressOf(this.#conn.localAddr);
  }

  /** See {@linkcode Transport.remoteAddr}. */
  get remoteAddr(): Address {
    return addressOf(this.#conn.remoteAddr);
  }

  /** See {@linkcode Transport.read}. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#conn.read(into);
  }

  /** See {@linkcode Transport.write}. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#conn.write(bytes);
  }

  /** See {@linkcode Transport.closeWrite}. */
  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  /** See {@linkcode Transport.close}. */
  close(): void {
    // A second close of Deno's throws BadResource.
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  /** See {@linkcode Transport.handshake}. */
  handshake(): Promise<void> {
    return Promise.resolve();
  }

  /** See {@linkcode Transport.ref}. */
  ref(): void {
    this.#conn.ref();
  }

  /** See {@linkcode Transport.unref}. */
  unref(): void {
    this.#conn.unref();
  }

  /** Whether it is a TCP connection in the clear, which {@linkcode release} can give away. */
  get isTcp(): boolean {
    return !this.#closed && !this.encrypted && this.#conn.remoteAddr.transport === "tcp";
  }

  /**
   * Gives the connection away, for TLS to be started on it. From then on this transport counts as
   * closed and {@linkcode close} leaves the connection alone.
   */
  release(): DenoConn {
    this.#closed = true;
    return this.#conn;
  }
}
