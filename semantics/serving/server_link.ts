/**
 * A server's end of a connection, as far as it is the same in every version of HTTP: moving bytes,
 * waiting, and coming to an end without losing the last response.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { AbortError, NetworkError, TimeoutError } from "@avx/runtime/errors";
import type { Address, TlsInfo, Transport } from "@avx/runtime/ports/transport";
import type { ReadSegments } from "@avx/runtime/read-segments";
import type { Timers } from "@avx/runtime/timers";
import { isClosedError, translateError } from "@avx/runtime/translate-error";
import { type PumpOwner, TransportPump } from "@avx/runtime/transport-pump";
import type { Exchange } from "./exchange.ts";
import { TakenConnection } from "./taken_connection.ts";

/** What a link is made with. */
export interface ServerLinkOptions {
  /** Where all deadlines live. */
  readonly timers: Timers;
  /** Where buffers come from. */
  readonly buffers: BufferPool;
  /** For the peer to take some of what is written, in milliseconds. */
  readonly writeMs: number;
  /** For the peer to end its half after we have ended ours, in milliseconds. */
  readonly lingerMs: number;
  /** The largest read, in bytes. */
  readonly maxReadBytes: number;
}

/** What is done once everything is transmitted. */
export type LinkDisposition = "open" | "close" | "linger" | "upgraded";

/** How many promise jobs a write waits for the next response to show what it is. */
const MAX_FLUSH_DELAY_JOBS = 16;
const DROP_BYTES = 16 * 1024;

/**
 * What a driver derives from. It gives what is read to its core in `takeIn`, drains the core's
 * events in `dispatch`, and the link does the rest.
 *
 * ```
 *          disposition "linger"            the peer ends its half
 *   open ──────────────────────▶ lingering ─────────────────────▶ closed
 *     │ disposition "upgraded"                                      ▲
 *     ├──────────────────────▶ handed over                          │
 *     └──────── disposition "close", an error, close() ─────────────┘
 * ```
 *
 * @example A protocol that sends back what it gets
 * ```ts
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ManualClock, memoryPair } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { type Exchange, type LinkDisposition, ServerLink } from "@avx/semantics/serving";
 * import { assertEquals } from "@std/assert";
 *
 * class EchoLink extends ServerLink<Exchange> {
 *   #queue: Uint8Array[] = [];
 *   protected override takeIn(bytes: Uint8Array): void {
 *     if (bytes.length > 0) this.#queue.push(bytes.slice());
 *   }
 *   override transmit(): Uint8Array | undefined {
 *     return this.#queue.shift();
 *   }
 *   protected override get disposition(): LinkDisposition {
 *     return this.inputEnded ? "close" : "open";
 *   }
 *   protected override readonly wantsInput = true;
 *   protected override readonly deadline = Infinity;
 *   protected override readonly isSettling = false;
 *   protected override dispatch(): void {}
 *   protected override tick(): void {}
 *   protected override expire(): void {}
 *   protected override takeRemainder(): Uint8Array {
 *     return new Uint8Array(0);
 *   }
 *   protected override handOver(): void {}
 *   protected override stopAccepting(): void {}
 *   protected override lost(): void {}
 * }
 *
 * const [client, transport] = memoryPair();
 * const link = new EchoLink(transport, {
 *   timers: new Timers(new ManualClock()),
 *   buffers: new BufferPool(),
 *   writeMs: 1000,
 *   lingerMs: 1000,
 *   maxReadBytes: 1024,
 * });
 * const ended = link.run(undefined);
 * await client.write(new Uint8Array([1, 2, 3]));
 * assertEquals(await client.read(new Uint8Array(8)), 3);
 * client.close();
 * await ended;
 * ```
 */
export abstract class ServerLink<E extends Exchange> implements PumpOwner {
  /** The time of this turn, in milliseconds on the timers' scale. */
  protected now: number;
  /** Whether the peer has ended its half. */
  protected inputEnded = false;
  /** What is read and written. */
  protected readonly transport: Transport;

  readonly #options: ServerLinkOptions;
  readonly #pump: TransportPump;
  readonly #alarm: ConnectionAlarm;
  #phase: "open" | "lingering" | "handed over" | "closed" = "open";
  #draining = false;
  #flushQueued = false;
  #flushDelay = 0;
  #completing: E[] | undefined = undefined;
  #taken: TakenConnection | undefined = undefined;
  #isLeaving = false;

  /** Makes the link of a connection that was just accepted. */
  constructor(transport: Transport, options: ServerLinkOptions) {
    this.transport = transport;
    this.#options = options;
    this.now = options.timers.now();
    this.#pump = new TransportPump(transport, this, options.maxReadBytes, options.buffers);
    this.#alarm = new ConnectionAlarm(options.timers, (now) => this.#onAlarm(now));
  }

  // What a version of HTTP adds

  /** Gives the core what was read; an empty array is the end. */
  protected abstract takeIn(bytes: Uint8Array): void;
  /** Takes events from the core until it has none, or nobody has room for the next. */
  protected abstract dispatch(): void;
  /** The next bytes to write. */
  abstract transmit(): Uint8Array | undefined;
  /** Whether the core wants what could be read now. */
  protected abstract get wantsInput(): boolean;
  /** When the core or a handler must be looked at, on the timers' scale. */
  protected abstract get deadline(): number;
  /** Tells the time to the core, and to the handlers if `isDue`. */
  protected abstract tick(now: number): void;
  /** Answers for the handlers that took too long. */
  protected abstract expire(now: number): void;
  /** Whether a response has not shown yet whether it is whole or a stream. */
  protected abstract get isSettling(): boolean;
  /** What to do once everything is transmitted. */
  protected abstract get disposition(): LinkDisposition;
  /** What was read beyond the request that is followed by another protocol. */
  protected abstract takeRemainder(): Uint8Array;
  /** Gives the transport to whoever takes it over. */
  protected abstract handOver(taken: TakenConnection): void;
  /** The core takes no new request. */
  protected abstract stopAccepting(): void;
  /** The connection is gone, because of `error`; `isRegular` if it was time. */
  protected abstract lost(error: Error, isRegular: boolean): void;

  // What a server and a handler see

  /** The peer. */
  get remoteAddr(): Address {
    return this.transport.remoteAddr;
  }

  /** This end. */
  get localAddr(): Address {
    return this.transport.localAddr;
  }

  /** Whether it came over TLS. */
  get encrypted(): boolean {
    return this.transport.encrypted;
  }

  /** What TLS agreed on, where there is TLS. */
  get tls(): TlsInfo | undefined {
    return this.transport.tls;
  }

  /**
   * Serves until the connection ends. Never rejects.
   *
   * @param received Bytes that were read from the transport before.
   * @returns A promise that settles when nothing of the connection is left, with what has become of
   * the transport where it was handed over.
   */
  async run(received: Uint8Array | undefined): Promise<TakenConnection | undefined> {
    let error: unknown;
    try {
      this.#rearm();
      await this.#pump.run(received);
      if (this.#phase === "lingering") await this.#readOff();
    } catch (caught) {
      error = caught;
    }
    this.end(error);
    await this.#pump.written();
    return this.#taken;
  }

  /** Answers what is in flight, takes no new request, and closes. */
  shutdown(): void {
    this.#isLeaving = true;
    this.#taken?.shutdown(); // which whoever runs this may not have heard of
    if (this.#phase !== "open") return;
    this.stopAccepting();
    this.flushSoon();
  }

  /** Closes at once. Handlers that still run see their signal abort. */
  close(): void {
    this.#taken?.close();
    this.end(new AbortError("The server closed the connection"));
  }

  // PumpOwner

  /**
   * Whether the pump may read on: the core has room, and the peer may send.
   *
   * @internal
   */
  mayRead(): boolean {
    return !this.inputEnded && this.wantsInput;
  }

  /**
   * Takes what the pump has read.
   *
   * @internal
   */
  receive(bytes: Uint8Array): void {
    if (this.#phase !== "open") return;
    this.now = this.#options.timers.now();
    if (bytes.length === 0) this.inputEnded = true;
    this.takeIn(bytes);
    this.drain();
  }

  /**
   * Hears that a write begins.
   *
   * @internal
   */
  writing(): void {
    this.#alarm.writeBy = this.now + this.#options.writeMs;
  }

  /**
   * Hears that the peer took some of what is being written.
   *
   * @internal
   */
  progressed(): void {
    this.now = this.#options.timers.now();
    this.writing();
  }

  /**
   * Hears that all there was to write has been written.
   *
   * @internal
   */
  flushed(): void {
    this.#alarm.writeBy = Infinity;
    if (this.#phase !== "open") return;
    const completing = this.#completing;
    if (completing !== undefined) {
      this.#completing = undefined;
      for (const exchange of completing) exchange.complete();
    }
    const { disposition } = this;
    if (disposition === "open") this.#pump.readOn(); // what was written may have made room
    else if (disposition === "close") this.end(undefined);
    else if (disposition === "linger") this.#startLinger();
    else this.#giveAway();
  }

  /**
   * Hears that a write failed.
   *
   * @internal
   */
  writeFailed(error: unknown): void {
    this.end(error);
  }

  // What a driver calls

  /** The memory that is read into; it is used again where a driver tells it who holds what. */
  protected get segments(): ReadSegments {
    return this.#pump.segments;
  }

  /** Takes what the core has to tell and writes what it has to send, all in one go. */
  protected drain(): void {
    if (this.#draining || this.#phase !== "open") return;
    this.#draining = true;
    this.dispatch();
    this.#draining = false;
    this.#pump.flush();
    this.#pump.readOn();
    this.#rearm();
  }

  /** Lets what the core has to send leave at the end of this turn. */
  flushSoon(): void {
    if (this.#draining) return;
    this.#flushDelay = MAX_FLUSH_DELAY_JOBS;
    if (this.#flushQueued) return;
    this.#flushQueued = true;
    queueMicrotask(this.#flushTurn);
  }

  /** `exchange` is complete once what is queued now was written. */
  protected completeSoon(exchange: E): void {
    (this.#completing ??= []).push(exchange);
  }

  /** Ends the connection at once; `undefined` where it was time. */
  protected end(cause: unknown): void {
    if (this.#phase === "closed" || this.#phase === "handed over") return;
    this.#phase = "closed";
    this.#pump.stop();
    this.#alarm.stop();
    this.transport.close();
    const error = cause === undefined || isClosedError(cause)
      ? new NetworkError("The connection was closed", { code: "CLOSED", cause })
      : translateError(cause, "read");
    for (const exchange of this.#completing ?? []) exchange.lose(error);
    this.lost(error, cause === undefined);
  }

  readonly #flushTurn = (): void => {
    // Native responses come a few promise jobs apart: one write for all.
    if (this.#flushDelay-- > 0 && this.isSettling) {
      queueMicrotask(this.#flushTurn);
      return;
    }
    this.#flushQueued = false;
    this.now = this.#options.timers.now();
    this.tick(this.now);
    this.drain(); // an answer may have made room for the next request
  };

  // The end

  /**
   * Ends our half and waits for the peer to end its own: closing with unread bytes would reset the
   * connection, and the reset would overtake the last response (RFC 9112 §9.6).
   */
  #startLinger(): void {
    this.#phase = "lingering";
    this.#pump.stop();
    this.#alarm.lingerBy = this.#options.timers.now() + this.#options.lingerMs;
    this.#rearm();
    this.transport.closeWrite().catch((error) => this.end(error));
  }

  async #readOff(): Promise<void> {
    const { buffers } = this.#options;
    const dropped = buffers.acquire(DROP_BYTES);
    try {
      while (await this.transport.read(dropped) !== null);
    } finally {
      buffers.release(dropped);
    }
  }

  #giveAway(): void {
    this.#phase = "handed over";
    this.#pump.stop();
    this.#alarm.stop();
    this.#taken = new TakenConnection(this.transport, this.takeRemainder());
    if (this.#isLeaving) this.#taken.shutdown();
    this.handOver(this.#taken);
  }

  // Time

  #rearm(): void {
    this.#alarm.arm(this.deadline);
  }

  #onAlarm(now: number): void {
    const { writeBy, lingerBy } = this.#alarm;
    if (writeBy <= now) {
      const { writeMs } = this.#options;
      return this.end(new TimeoutError("body", writeMs, { code: "WRITE_TIMEOUT" }));
    }
    if (lingerBy <= now) return this.end(undefined);
    this.now = now;
    this.expire(now);
    this.tick(now);
    this.drain();
    this.#rearm();
  }
}
