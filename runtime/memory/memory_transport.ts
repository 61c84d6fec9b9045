/**
 * Two transports that are connected to each other.
 *
 * @module
 */

import type { Clock } from "../ports/clock.ts";
import type { Address, TlsInfo, Transport } from "../ports/transport.ts";
import { closedError } from "../translate_error.ts";
import { completeFaults, type LinkFaults } from "./faults.ts";
import { MemoryPipe } from "./memory_pipe.ts";

/** How two ends are connected. */
export interface MemoryPairOptions {
  /** The clock of latencies and rates. */
  readonly clock?: Clock;
  /** Faults of both directions. */
  readonly faults?: LinkFaults;
  /** Faults of what the first end writes and the second reads; these win over `faults`. */
  readonly forward?: LinkFaults;
  /** Faults of what the second end writes and the first reads; these win over `faults`. */
  readonly backward?: LinkFaults;
  /** The address of the first end. @default {memory "first"} */
  readonly firstAddr?: Address;
  /** The address of the second end. @default {memory "second"} */
  readonly secondAddr?: Address;
}

/**
 * Makes two transports, each the other's peer, that behave as loopback sockets do: bounded
 * buffers, partial writes, FIN and reset behind the bytes, a close that wakes what is pending and
 * that turns into a reset where bytes were left unread.
 *
 * @param options Latency, rate and scripted faults.
 * @returns Both ends.
 * @throws {TypeError} If a latency or a rate is given without a clock.
 *
 * @example A request and its answer
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const [client, server] = memoryPair();
 * await client.write(new Uint8Array([1, 2, 3]));
 * await client.closeWrite();
 *
 * const into = new Uint8Array(16);
 * assertEquals(await server.read(into), 3);
 * assertEquals(await server.read(into), null);
 * await server.write(into.subarray(0, 3));
 * assertEquals(await client.read(into), 3);
 * client.close();
 * server.close();
 * ```
 */
export function memoryPair(
  options: MemoryPairOptions = {},
): [MemoryTransport, MemoryTransport] {
  const { clock, faults, forward, backward } = options;
  const there = new MemoryPipe(completeFaults(faults, forward), clock);
  const back = new MemoryPipe(completeFaults(faults, backward), clock);
  there.onReset = () => back.reset();
  back.onReset = () => there.reset();
  const { firstAddr = memoryAddress("first"), secondAddr = memoryAddress("second") } = options;
  return [
    new MemoryTransport(back, there, firstAddr, secondAddr),
    new MemoryTransport(there, back, secondAddr, firstAddr),
  ];
}

/**
 * One end of a {@linkcode memoryPair}.
 *
 * @example A connection that breaks
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const [client, server] = memoryPair();
 * client.reset();
 * await assertRejects(() => server.read(new Uint8Array(8)), Error, "reset");
 * client.close();
 * assertEquals(client.closed, true);
 * ```
 */
export class MemoryTransport implements Transport {
  /** This end. */
  readonly localAddr: Address;
  /** The other end. */
  readonly remoteAddr: Address;
  readonly #incoming: MemoryPipe;
  readonly #outgoing: MemoryPipe;
  #closed = false;
  #ref = true;
  #tls: TlsInfo | undefined;
  #encrypted = false;
  #handshake: PendingHandshake | undefined;

  /** Called when {@linkcode close} is: the network's own hook. */
  onClose: () => void = () => {};

  /** Joins two pipes; see {@linkcode memoryPair}. */
  constructor(
    incoming: MemoryPipe,
    outgoing: MemoryPipe,
    localAddr: Address,
    remoteAddr: Address,
  ) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.localAddr = localAddr;
    this.remoteAddr = remoteAddr;
  }

  /** See {@linkcode Transport.tls}. */
  get tls(): TlsInfo | undefined {
    return this.#tls;
  }

  /** See {@linkcode Transport.encrypted}. Nothing is, but a driver must not know. */
  get encrypted(): boolean {
    return this.#encrypted;
  }

  /** Whether {@linkcode close} has been called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether it would keep the process alive. */
  get isRef(): boolean {
    return this.#ref;
  }

  /** See {@linkcode Transport.read}. A second read while one is pending rejects. */
  read(into: Uint8Array): Promise<number | null> {
    return this.#incoming.read(into);
  }

  /** See {@linkcode Transport.write}. A second write while one is pending rejects. */
  write(bytes: Uint8Array): Promise<number> {
    return this.#outgoing.write(bytes);
  }

  /** See {@linkcode Transport.closeWrite}. */
  closeWrite(): Promise<void> {
    if (this.#closed) return Promise.reject(closedError("The transport has been closed"));
    this.#outgoing.end();
    return Promise.resolve();
  }

  /** See {@linkcode Transport.close}. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // The kernel resets a connection that is closed with bytes unread: the peer may lose what it
    // has not read yet. A server that does not linger has to notice.
    const unread = this.#incoming.hasUnread;
    this.#outgoing.closeWriter();
    this.#outgoing.end();
    if (unread) this.reset();
    this.#incoming.closeReader();
    this.failHandshake(closedError("The transport has been closed"));
    this.onClose();
  }

  /** Breaks the connection for both ends, as a crash of the network does. */
  reset(): void {
    this.#outgoing.reset();
    this.#incoming.reset();
  }

  /** See {@linkcode Transport.handshake}. */
  handshake(): Promise<void> {
    return this.#handshake?.promise ?? Promise.resolve();
  }

  /** From now on a handshake is to come before anything else, as on an accepted TLS connection. */
  expectHandshake(): void {
    this.#encrypted = true;
    let settle = {} as Pick<PendingHandshake, "resolve" | "reject">;
    const promise = new Promise<void>((resolve, reject) => settle = { resolve, reject });
    promise.catch(() => {}); // nobody has to wait for it
    this.#handshake = { promise, ...settle };
  }

  /** The handshake is complete. */
  secure(info: TlsInfo): void {
    this.#encrypted = true;
    this.#tls = info;
    this.#handshake?.resolve();
  }

  /** The handshake came to nothing; does nothing after it was complete. */
  failHandshake(error: Error): void {
    this.#handshake?.reject(error);
  }

  /** See {@linkcode Transport.ref}. */
  ref(): void {
    this.#ref = true;
  }

  /** See {@linkcode Transport.unref}. */
  unref(): void {
    this.#ref = false;
  }
}

interface PendingHandshake {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

function memoryAddress(name: string): Address {
  return { transport: "memory", name };
}
