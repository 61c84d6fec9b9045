/**
 * A running server: listener, accept loop and connections, wired together.
 *
 * @module
 */

import type { Address, KeyPair, Listener, TlsListener } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { AcceptLoop } from "./accept_loop.ts";
import { ConnectionSet } from "./connections.ts";
import { parseGrace, type ServerConfig } from "./options.ts";
import { connectByProtocol } from "./protocols.ts";

/** How `shutdown` goes about it. */
export interface ShutdownOptions {
  /**
   * How long requests in flight, and connections that were upgraded, may take to finish, in
   * milliseconds; what is left then is closed.
   * `Infinity` waits for ever, as `Deno.serve` does.
   *
   * @default {30_000}
   */
  readonly graceMs?: number;
}

/** A server that `serve` has started. */
export interface Server<A extends Address = Address> {
  /** Where it listens, with the port that was chosen. */
  readonly addr: A;
  /** Every address it listens on. */
  readonly addrs: readonly A[];
  /** How many connections are open, those in their TLS handshake and upgraded ones included. */
  readonly connections: number;
  /** Settles once the server has ended and nothing of it is left; never rejects. */
  readonly finished: Promise<void>;
  /**
   * Stops accepting, lets requests in flight finish, then closes. Calling it again can only
   * bring the deadline forward. Whoever has taken a connection over is asked to leave: a WebSocket
   * closes with 1001.
   *
   * @returns What {@linkcode finished} is.
   * @throws {RangeError} If `graceMs` is negative or not a number.
   */
  shutdown(options?: ShutdownOptions): Promise<void>;
  /** Closes the server and all its connections at once. Calling it again does nothing. */
  close(): void;
  /**
   * Uses another certificate for handshakes from now on; open connections stay as they are.
   *
   * @throws {TypeError} If the server does not use TLS, or its back end cannot do that.
   */
  setCertificate(pair: KeyPair): void;
  /** Keeps the process alive while the server runs (the initial state). */
  ref(): void;
  /** Lets the process end while the server runs. */
  unref(): void;
  /** Does {@linkcode shutdown} with its defaults. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server. */
export function startServer(config: ServerConfig): Server {
  const listener = listen(config);
  const server = new RunningServer(config, listener);
  try {
    config.onListen(server.addr);
  } catch (error) {
    server.close();
    throw error;
  }
  return server;
}

class RunningServer implements Server {
  readonly addr: Address;
  readonly addrs: readonly Address[];
  readonly finished: Promise<void>;
  readonly #listener: Listener | TlsListener;
  readonly #encrypted: boolean;
  readonly #timers: Timers;
  readonly #connections: ConnectionSet;
  readonly #loop: AcceptLoop;
  readonly #deadline: WheelTimer;
  #deadlineAt = Infinity;
  #closed = false;

  constructor(config: ServerConfig, listener: Listener | TlsListener) {
    this.addr = listener.addr;
    this.addrs = Object.freeze([listener.addr]);
    this.#listener = listener;
    this.#encrypted = config.listen.tls !== undefined;
    this.#timers = new Timers(config.clock);
    const connections = new ConnectionSet({
      connect: connectByProtocol(config, this.#timers),
      onLeave: () => this.#loop.resume(),
      timers: this.#timers,
      tlsHandshakeMs: config.timeouts.tlsHandshake,
      observer: config.observer,
    });
    this.#connections = connections;
    this.#loop = new AcceptLoop({
      listener,
      admit: (transport) => connections.admit(transport),
      hasRoom: () => connections.size < config.maxConnections,
      timers: this.#timers,
      observer: config.observer,
    });
    this.#deadline = new WheelTimer(() => connections.close());
    this.finished = this.#run(config.signal);
  }

  get connections(): number {
    return this.#connections.size;
  }

  shutdown(options: ShutdownOptions = {}): Promise<void> {
    const graceMs = parseGrace(options.graceMs);
    this.#loop.stop();
    this.#connections.shutdown();
    if (graceMs === 0) this.#connections.close();
    else this.#closeBy(graceMs);
    return this.finished;
  }

  close(): void {
    this.#loop.stop();
    this.#connections.close();
  }

  setCertificate(pair: KeyPair): void {
    if (!this.#encrypted) {
      throw new TypeError("Cannot set a certificate as the server does not use TLS");
    }
    if (!("setCertificate" in this.#listener)) {
      throw new TypeError("Cannot set a certificate as the back end cannot change it");
    }
    this.#listener.setCertificate(pair);
  }

  ref(): void {
    this.#listener.ref();
    this.#connections.referenced = true;
  }

  unref(): void {
    this.#listener.unref();
    this.#connections.referenced = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }

  #closeBy(graceMs: number): void {
    const at = this.#timers.now() + graceMs;
    if (this.#closed || at >= this.#deadlineAt) return;
    this.#deadlineAt = at;
    this.#timers.cancel(this.#deadline);
    this.#timers.schedule(this.#deadline, graceMs);
  }

  async #run(signal: AbortSignal | undefined): Promise<void> {
    const abort = () => this.close();
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) this.close();
    await this.#loop.run();
    // The loop also ends where the listener was closed behind our back: then nobody else comes.
    this.#connections.shutdown();
    await this.#connections.drained;
    this.#closed = true;
    signal?.removeEventListener("abort", abort);
    this.#timers.close();
  }
}

function listen(config: ServerConfig): Listener | TlsListener {
  try {
    return config.network.listen(config.listen);
  } catch (error) {
    // Wrong options are the caller's fault, and said best by who refused them.
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    throw translateError(error, "listen");
  }
}
