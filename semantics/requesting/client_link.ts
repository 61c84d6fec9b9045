/**
 * A client's end of a connection, as far as it is the same in every version of HTTP: moving bytes,
 * and waiting.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import type { Transport } from "@avx/runtime/ports/transport";
import type { ReadSegments } from "@avx/runtime/read-segments";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";
import { type PumpOwner, TransportPump } from "@avx/runtime/transport-pump";

/** What a link is made with. */
export interface ClientLinkOptions {
  /** Where all deadlines live. */
  readonly timers: Timers;
  /** Where buffers come from. */
  readonly buffers: BufferPool;
}

const MAX_READ_BYTES = 64 * 1024;

/**
 * What a driver derives from. It gives what is read to its core in `takeIn` and says how the
 * connection ends; the link reads, writes and keeps the time.
 *
 * A read is always pending, so that the end of an idle connection shows at once; it is started
 * before the write it waits for, and withheld only while `mayRead` is false.
 *
 * @example A line to a peer
 * ```ts
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { ManualClock, memoryPair } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { ClientLink } from "@avx/semantics/requesting";
 * import { assertEquals } from "@std/assert";
 *
 * class Line extends ClientLink {
 *   readonly received: number[] = [];
 *   #queue: Uint8Array[] = [];
 *   say(bytes: Uint8Array): void {
 *     this.#queue.push(bytes);
 *     this.listen();
 *     this.flush(0);
 *   }
 *   override mayRead(): boolean {
 *     return true;
 *   }
 *   override transmit(): Uint8Array | undefined {
 *     return this.#queue.shift();
 *   }
 *   override writeFailed(): void {
 *     this.close();
 *   }
 *   close(): void {
 *     if (this.release()) this.transport.close();
 *   }
 *   protected override takeIn(bytes: Uint8Array): void {
 *     this.received.push(...bytes);
 *   }
 *   protected override afterWrite(): void {}
 *   protected override readFailed(): void {
 *     this.close();
 *   }
 *   protected override readonly deadline = Infinity;
 *   protected override readonly writeMs = 1000;
 *   protected override onDue(): void {}
 * }
 *
 * const [transport, peer] = memoryPair();
 * const options = { timers: new Timers(new ManualClock()), buffers: new BufferPool() };
 * const line = new Line(transport, options);
 * line.say(new Uint8Array([1]));
 * assertEquals(await peer.read(new Uint8Array(8)), 1);
 * await peer.write(new Uint8Array([2, 3]));
 * await new Promise((resolve) => setTimeout(resolve));
 * assertEquals(line.received, [2, 3]);
 * line.close();
 * peer.close();
 * ```
 */
export abstract class ClientLink implements PumpOwner {
  /** The transport it drives. */
  readonly transport: Transport;
  /** When it was opened, on the clock of its timers. */
  readonly openedAt: number;
  /** The time of this turn, in milliseconds on the timers' scale. */
  protected now: number;
  /** The wheel that the deadlines are on. */
  protected readonly timers: Timers;
  /** Wakes it when one of its deadlines may have come. */
  protected readonly alarm: ConnectionAlarm;

  readonly #pump: TransportPump;
  #phase: "new" | "open" | "released" = "new";

  /** Makes the link of a transport on which nothing is pending and nothing has been read. */
  constructor(transport: Transport, options: ClientLinkOptions) {
    const { timers, buffers } = options;
    this.transport = transport;
    this.timers = timers;
    this.openedAt = this.now = timers.now();
    this.#pump = new TransportPump(transport, this, MAX_READ_BYTES, buffers);
    this.alarm = new ConnectionAlarm(timers, (now) => {
      this.now = now;
      this.onDue(now);
    });
  }

  // What a version of HTTP adds

  /** Whether what is read now would be of use. */
  abstract mayRead(): boolean;
  /** The next bytes to write. */
  abstract transmit(): Uint8Array | undefined;
  /** A write failed. */
  abstract writeFailed(error: unknown): void;
  /** Gives the core what was read, and hears what it has to tell; an empty array is the end. */
  protected abstract takeIn(bytes: Uint8Array): void;
  /** Everything there was to write is written. */
  protected abstract afterWrite(): void;
  /** A read failed: the connection is broken. */
  protected abstract readFailed(error: Error): void;
  /** When {@linkcode onDue} must be called, on the timers' scale. */
  protected abstract get deadline(): number;
  /** For the peer to take some of what is written, in milliseconds. */
  protected abstract get writeMs(): number;
  /** Something may be due: what is written, or what {@linkcode deadline} was for. */
  protected abstract onDue(now: number): void;

  // PumpOwner

  /**
   * Takes what the pump has read.
   *
   * @internal
   */
  receive(bytes: Uint8Array): void {
    if (this.#phase === "released") return;
    this.now = this.timers.now();
    this.takeIn(bytes);
  }

  /**
   * Hears that a write begins.
   *
   * @internal
   */
  writing(): void {
    this.alarm.writeBy = this.now + this.writeMs;
    this.rearm();
  }

  /**
   * Hears that the peer took some of what is being written.
   *
   * @internal
   */
  progressed(): void {
    this.now = this.timers.now();
    this.writing();
    this.#pump.readOn();
  }

  /**
   * Hears that all there was to write has been written.
   *
   * @internal
   */
  flushed(): void {
    this.alarm.writeBy = Infinity;
    this.afterWrite();
  }

  // What a driver calls

  /** The memory that is read into; it is used again where a driver tells it who holds what. */
  protected get segments(): ReadSegments {
    return this.#pump.segments;
  }

  /** Whether a write is in flight. */
  protected get isWriting(): boolean {
    return this.#pump.isWriting;
  }

  /** Whether the transport is somebody else's, or closed. */
  protected get isReleased(): boolean {
    return this.#phase === "released";
  }

  /** Starts reading, once. */
  protected listen(): void {
    if (this.#phase !== "new") return;
    this.#phase = "open";
    this.#pump.run().catch((error) => {
      if (this.#phase === "open") this.readFailed(translateError(error, "read"));
    });
  }

  /** Looks again whether it may read. */
  protected readOn(): void {
    this.#pump.readOn();
  }

  /** Writes what the core has, unless a write is in flight, which will do it. */
  protected flush(now: number): void {
    this.now = now;
    this.#pump.flush();
  }

  /** The deadline has changed. */
  protected rearm(): void {
    if (this.#phase !== "released") this.alarm.arm(this.deadline);
  }

  /**
   * Reads and writes no more and waits for nothing. The transport is the driver's to close.
   *
   * @returns Whether it did until now.
   */
  protected release(): boolean {
    if (this.#phase === "released") return false;
    this.#phase = "released";
    this.#pump.stop();
    this.alarm.stop();
    return true;
  }
}
