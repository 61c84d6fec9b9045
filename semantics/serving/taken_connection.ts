/**
 * A connection that another protocol has taken over, as its server still sees it.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import type { Address, TlsInfo, Transport } from "@avx/runtime/ports/transport";
import type { UpgradedConnection } from "../web/response_parts.ts";

/**
 * A transport, or a stream as one, that was handed over: its server can ask whoever has it to
 * leave, and can take it away.
 *
 * @example A server that asks, and waits
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { TakenConnection } from "@avx/semantics/serving";
 *
 * const [peer, transport] = memoryPair();
 * const taken = new TakenConnection(transport, new Uint8Array(0));
 * taken.onShutdown(() => taken.transport.close());
 * const ended = taken.run();
 *
 * taken.shutdown();
 * await ended;
 * peer.close();
 * ```
 */
export class TakenConnection implements UpgradedConnection {
  /** What was handed over. */
  readonly transport: Transport;
  /** Bytes that came behind the request's head and belong to the new protocol. */
  readonly received: Uint8Array;

  readonly #ended = new Deferred<void>();
  #isLeaving = false;
  #leave: (() => void) | undefined = undefined;

  /** Hands `transport` over, with what was read from it beyond the request. */
  constructor(transport: Transport, received: Uint8Array) {
    this.transport = new LentTransport(transport, () => this.#ended.resolve());
    this.received = received;
  }

  /** See {@linkcode UpgradedConnection.onShutdown}. */
  onShutdown(leave: () => void): void {
    this.#leave = leave;
    if (this.#isLeaving) this.#ask();
  }

  /** Settles when the transport is closed. */
  run(): Promise<void> {
    return this.#ended.promise;
  }

  /** Asks whoever has the transport to say goodbye and close it. */
  shutdown(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    this.#ask();
  }

  /** Closes the transport at once. */
  close(): void {
    this.transport.close();
  }

  /** What one of them throws is reported as uncaught, and keeps no other from being asked. */
  #ask(): void {
    try {
      this.#leave?.();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}

/** A transport whose lender hears of its end. */
class LentTransport implements Transport {
  readonly #transport: Transport;
  readonly #onClose: () => void;

  constructor(transport: Transport, onClose: () => void) {
    this.#transport = transport;
    this.#onClose = onClose;
  }

  get localAddr(): Address {
    return this.#transport.localAddr;
  }

  get remoteAddr(): Address {
    return this.#transport.remoteAddr;
  }

  get tls(): TlsInfo | undefined {
    return this.#transport.tls;
  }

  get encrypted(): boolean {
    return this.#transport.encrypted;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#transport.read(into);
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#transport.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#transport.closeWrite();
  }

  close(): void {
    this.#transport.close();
    this.#onClose();
  }

  handshake(): Promise<void> {
    return this.#transport.handshake();
  }

  ref(): void {
    this.#transport.ref();
  }

  unref(): void {
    this.#transport.unref();
  }
}
