/**
 * The connections a server has open.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { TimeoutError } from "@avx/runtime/errors";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import type { TakenConnection } from "@avx/semantics/serving";

/** What the set needs of a connection, whatever its protocol. */
export interface ServedConnection {
  /**
   * Serves until the transport is closed and nothing is left of it, or until another protocol has
   * taken it over: then what it goes on as. Never rejects.
   */
  run(): Promise<TakenConnection | undefined>;
  /** Finishes what is in flight, then closes. */
  shutdown(): void;
  /** Closes at once. */
  close(): void;
}

/** What a {@linkcode ConnectionSet} works with. */
export interface ConnectionSetOptions {
  /** Makes the connection that serves a transport whose handshake is done. */
  readonly connect: (transport: Transport) => ServedConnection;
  /** Called after a connection has left. */
  readonly onLeave: () => void;
  /** Time for the handshakes. */
  readonly timers: Timers;
  /** How long a TLS handshake may take, in milliseconds. */
  readonly tlsHandshakeMs: number;
  /** Is told of handshakes that fail. */
  readonly observer: Observer | undefined;
}

/** The live connections: each is in here from accept to the end of its transport. */
export class ConnectionSet {
  readonly #options: ConnectionSetOptions;
  readonly #members = new Set<Member>();
  readonly #drained = new Deferred<void>();
  #draining = false;
  #referenced = true;

  /** Makes an empty set. */
  constructor(options: ConnectionSetOptions) {
    this.#options = options;
  }

  /** How many connections are open, those in their handshake included. */
  get size(): number {
    return this.#members.size;
  }

  /** Settles when the set is empty after {@linkcode shutdown} or {@linkcode close}. */
  get drained(): Promise<void> {
    return this.#drained.promise;
  }

  /** Serves a transport: first its TLS handshake if there is one, then its protocol. */
  admit(transport: Transport): void {
    if (this.#draining) return transport.close();
    if (!this.#referenced) transport.unref();
    const member: Member = { transport, connection: undefined };
    this.#members.add(member);
    // Clear text begins in the same turn: no promise stands between accept and the first read.
    const done = transport.encrypted ? this.#secure(member) : this.#serve(member);
    done.then((taken) => this.#ended(member, taken));
  }

  /** Lets every connection finish what it does, and takes no other. */
  shutdown(): void {
    this.#draining = true;
    for (const { connection, transport } of this.#members) {
      // A handshake has no request in flight.
      if (connection === undefined) transport.close();
      else connection.shutdown();
    }
    this.#settle();
  }

  /** Closes every connection, and takes no other. */
  close(): void {
    this.#draining = true;
    for (const { connection, transport } of this.#members) {
      if (connection === undefined) transport.close();
      else connection.close();
    }
    this.#settle();
  }

  /** Whether open connections keep the process alive; they do at first. */
  set referenced(referenced: boolean) {
    this.#referenced = referenced;
    for (const { transport } of this.#members) {
      if (referenced) transport.ref();
      else transport.unref();
    }
  }

  async #secure(member: Member): Promise<TakenConnection | undefined> {
    const { timers, tlsHandshakeMs } = this.#options;
    const { transport } = member;
    let late: Error | undefined;
    const timer = new WheelTimer(() => {
      late = new TimeoutError("tls", tlsHandshakeMs);
      transport.close();
    });
    timers.schedule(timer, tlsHandshakeMs);
    try {
      await transport.handshake();
    } catch (error) {
      transport.close();
      this.#handshakeFailed(transport, late ?? error);
      return undefined;
    } finally {
      timers.cancel(timer);
    }
    if (!this.#draining) return await this.#serve(member);
    transport.close();
    return undefined;
  }

  // Scanners, plain HTTP on the wrong port, expired certificates: a peer's trouble, not ours.
  #handshakeFailed(transport: Transport, error: unknown): void {
    if (this.#draining) return;
    const tell = this.#options.observer?.["handshake.error"];
    tell?.({ remoteAddr: transport.remoteAddr, error: translateError(error, "tls") });
  }

  #serve(member: Member): Promise<TakenConnection | undefined> {
    const connection = this.#options.connect(member.transport);
    member.connection = connection;
    return connection.run();
  }

  #ended(member: Member, taken: TakenConnection | undefined): void {
    if (taken === undefined) return this.#leave(member);
    member.connection = taken;
    taken.run().then(() => this.#leave(member));
  }

  #leave(member: Member): void {
    this.#members.delete(member);
    this.#settle();
    this.#options.onLeave();
  }

  #settle(): void {
    if (this.#draining && this.#members.size === 0) this.#drained.resolve();
  }
}

interface Member {
  readonly transport: Transport;
  connection: ServedConnection | TakenConnection | undefined;
}
