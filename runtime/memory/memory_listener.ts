/**
 * The accepting side of the in-memory network.
 *
 * @module
 */

import type { Address, KeyPair, TlsListener, TlsListenOptions } from "../ports/transport.ts";
import { closedError, systemError } from "../translate_error.ts";
import type { MemoryTransport } from "./memory_transport.ts";

/**
 * A listener of a `MemoryNetwork`, whose failures can be scripted.
 *
 * @example An accept loop that is out of descriptors
 * ```ts
 * import { MemoryNetwork } from "@avx/runtime/memory";
 * import { errorCode } from "@avx/runtime/translate-error";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const listener = new MemoryNetwork().listen({ hostname: "localhost", port: 80 });
 * listener.failAccept("EMFILE");
 *
 * const error = await assertRejects(() => listener.accept());
 * assertEquals(errorCode(error), "EMFILE");
 * listener.close();
 * ```
 */
export class MemoryListener implements TlsListener {
  /** Where it listens. */
  readonly addr: Address;
  /** How it identifies itself; `undefined` in the clear. */
  readonly tls: TlsListenOptions | undefined;
  readonly #backlog: number;
  readonly #onClose: () => void;
  readonly #waiting: MemoryTransport[] = [];
  readonly #failures: Error[] = [];
  #acceptor: PendingAccept | undefined;
  #closed = false;
  #ref = true;
  #certificate: KeyPair | undefined;

  /** Listens at `addr` until closed; see `MemoryNetwork.listen`. */
  constructor(
    addr: Address,
    options: { backlog: number; tls: TlsListenOptions | undefined; onClose: () => void },
  ) {
    this.addr = addr;
    this.tls = options.tls;
    this.#backlog = options.backlog;
    this.#onClose = options.onClose;
    this.#certificate = options.tls;
  }

  /** Whether {@linkcode close} has been called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether it would keep the process alive. */
  get isRef(): boolean {
    return this.#ref;
  }

  /** The pair in use: the listening options' one, or the last one set. */
  get certificate(): KeyPair | undefined {
    return this.#certificate;
  }

  /** See `Listener.accept`. */
  accept(): Promise<MemoryTransport> {
    if (this.#closed) return Promise.reject(closedError("Listener has been closed"));
    if (this.#acceptor !== undefined) {
      return Promise.reject(new TypeError("Cannot accept as another accept is pending"));
    }
    return new Promise((resolve, reject) => {
      this.#acceptor = { resolve, reject };
      this.#serve();
    });
  }

  /**
   * Makes the next accept reject as the system would.
   *
   * @param code The system's code. @default {"EMFILE"}
   */
  failAccept(code = "EMFILE"): void {
    this.#failures.push(systemError("Error", code, `Accept failed: ${code}`));
    this.#serve();
  }

  /** Puts a new connection into the queue, as the network does. `false` where the queue is full. */
  offer(transport: MemoryTransport): boolean {
    if (this.#closed || this.#waiting.length >= this.#backlog) return false;
    this.#waiting.push(transport);
    this.#serve();
    return true;
  }

  /** See `TlsListener.setCertificate`. */
  setCertificate(pair: KeyPair): void {
    this.#certificate = pair;
  }

  /** See `Listener.close`. Connections that were not accepted yet are reset. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose();
    this.#acceptor?.reject(closedError("Listener has been closed"));
    this.#acceptor = undefined;
    for (const transport of this.#waiting.splice(0)) {
      transport.reset();
      transport.close();
    }
  }

  /** See `Listener.ref`. */
  ref(): void {
    this.#ref = true;
  }

  /** See `Listener.unref`. */
  unref(): void {
    this.#ref = false;
  }

  #serve(): void {
    const acceptor = this.#acceptor;
    if (acceptor === undefined) return;
    const failure = this.#failures.shift();
    const transport = failure === undefined ? this.#waiting.shift() : undefined;
    if (failure === undefined && transport === undefined) return;
    this.#acceptor = undefined;
    if (transport !== undefined) acceptor.resolve(transport);
    else acceptor.reject(failure as Error);
  }
}

interface PendingAccept {
  readonly resolve: (transport: MemoryTransport) => void;
  readonly reject: (error: Error) => void;
}
