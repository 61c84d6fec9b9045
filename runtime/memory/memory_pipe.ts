/**
 * One direction of an in-memory link: a bounded queue of bytes with a script of faults.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../ports/clock.ts";
import { closedError, systemError } from "../translate_error.ts";
import type { CompleteFaults } from "./faults.ts";

/**
 * ```
 *            write            latency, rate           read
 *  writer ───────────▶ queue ───────────────▶ ripe ───────────▶ reader
 * ```
 *
 * A direction ends once: with FIN behind the last byte, or with a reset behind the last byte that
 * had been taken. The reader always gets the bytes first, as from a real socket.
 */
export class MemoryPipe {
  readonly #faults: CompleteFaults;
  readonly #clock: Clock | undefined;
  readonly #queue: Parcel[] = [];
  #queuedBytes = 0;
  #takenBytes = 0; // from the writer
  #givenBytes = 0; // to the reader
  #lastArrival = 0;
  #ending: Ending | undefined;
  #readerClosed = false;
  #writerClosed = false;
  #reader: PendingRead | undefined;
  #writer: PendingWrite | undefined;
  #timer: TimerHandle | undefined;

  /** Called when the script resets the connection: the other direction must break, too. */
  onReset: () => void = () => {};

  /** Makes an open pipe. */
  constructor(faults: CompleteFaults, clock: Clock | undefined) {
    if (clock === undefined && (faults.latencyMs > 0 || faults.bytesPerSecond !== Infinity)) {
      throw new TypeError("Cannot delay bytes as latencyMs and bytesPerSecond need a clock");
    }
    this.#faults = faults;
    this.#clock = clock;
  }

  /** Whether bytes were taken that nobody has read. */
  get hasUnread(): boolean {
    return this.#queuedBytes > 0;
  }

  /** See `Transport.read`. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#readerClosed) return Promise.reject(closedError("The transport has been closed"));
    if (this.#reader !== undefined) {
      return Promise.reject(new TypeError("Cannot read as another read is pending"));
    }
    if (into.length === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      this.#reader = { into, resolve, reject };
      this.#deliver();
    });
  }

  /** See `Transport.write`. */
  write(bytes: Uint8Array): Promise<number> {
    if (this.#writerClosed) return Promise.reject(closedError("The transport has been closed"));
    if (this.#writer !== undefined) {
      return Promise.reject(new TypeError("Cannot write as another write is pending"));
    }
    if (bytes.length === 0) return Promise.resolve(0);
    return new Promise((resolve, reject) => {
      this.#writer = { bytes, resolve, reject };
      this.#take();
    });
  }

  /** Ends the direction: FIN behind what has been written. */
  end(): void {
    if (this.#ending !== undefined) return;
    this.#ending = "fin";
    this.#queue.push({ bytes: EMPTY, at: this.#arrivalOf(0) });
    this.#take();
    this.#deliver();
  }

  /** Breaks the direction behind what has been written. */
  reset(): void {
    if (this.#ending === "reset") return;
    this.#ending = "reset";
    this.#take();
    this.#deliver();
  }

  /** The writing end is gone; its pending write rejects. */
  closeWriter(): void {
    this.#writerClosed = true;
    this.#writer?.reject(systemError("Interrupted", "EINTR", "operation canceled"));
    this.#writer = undefined;
  }

  /** The reading end is gone; its pending read rejects, what it has not read is lost. */
  closeReader(): void {
    this.#readerClosed = true;
    this.#reader?.reject(systemError("Interrupted", "EINTR", "operation canceled"));
    this.#reader = undefined;
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#disarm();
    this.#take();
  }

  // From the pending write into the queue, as far as there is room.
  #take(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    if (this.#ending !== undefined) {
      this.#writer = undefined;
      return writer.reject(this.#ending === "fin" ? brokenPipe() : connectionReset());
    }
    const { maxWriteBytes, capacityBytes, resetAfterBytes, endAfterBytes } = this.#faults;
    const room = Math.min(
      maxWriteBytes,
      capacityBytes - this.#queuedBytes,
      Math.min(resetAfterBytes, endAfterBytes) - this.#takenBytes,
    );
    const count = Math.min(room, writer.bytes.length);
    if (count > 0) {
      this.#writer = undefined;
      this.#takenBytes += count;
      this.#enqueue(writer.bytes.slice(0, count));
      writer.resolve(count);
    }
    if (this.#takenBytes >= resetAfterBytes) {
      this.reset();
      this.onReset();
    } else if (this.#takenBytes >= endAfterBytes) {
      this.end();
    }
  }

  #enqueue(bytes: Uint8Array): void {
    if (this.#readerClosed) {
      // Bytes for a socket that is gone are answered with a reset.
      this.reset();
      return this.onReset();
    }
    this.#queue.push({ bytes, at: this.#arrivalOf(bytes.length) });
    this.#queuedBytes += bytes.length;
    this.#deliver();
  }

  // From the queue into the pending read, as far as bytes have arrived.
  #deliver(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const { maxReadBytes, stallAfterBytes } = this.#faults;
    const limit = Math.min(reader.into.length, maxReadBytes, stallAfterBytes - this.#givenBytes);
    let count = 0;
    while (count < limit && this.#queue.length > 0 && this.#isRipe(this.#queue[0])) {
      const parcel = this.#queue[0];
      if (parcel.bytes.length === 0) break; // the FIN
      const part = parcel.bytes.subarray(0, limit - count);
      reader.into.set(part, count);
      count += part.length;
      if (part.length === parcel.bytes.length) this.#queue.shift();
      else parcel.bytes = parcel.bytes.subarray(part.length);
    }
    if (count > 0) {
      this.#queuedBytes -= count;
      this.#givenBytes += count;
      this.#reader = undefined;
      reader.resolve(count);
      return this.#take();
    }
    if (limit <= 0) return; // stalled
    const [first] = this.#queue;
    if (first !== undefined && !this.#isRipe(first)) return this.#arm(first.at);
    if (this.#ending === "reset") {
      this.#reader = undefined;
      reader.reject(connectionReset());
    } else if (first !== undefined) {
      this.#reader = undefined;
      reader.resolve(null);
    }
  }

  #arrivalOf(byteLength: number): number {
    if (this.#clock === undefined) return 0;
    const { latencyMs, bytesPerSecond } = this.#faults;
    const start = Math.max(this.#lastArrival, this.#clock.now() + latencyMs);
    this.#lastArrival = start + byteLength * 1000 / bytesPerSecond;
    return this.#lastArrival;
  }

  #isRipe(parcel: Parcel): boolean {
    return this.#clock === undefined || parcel.at <= this.#clock.now();
  }

  #arm(at: number): void {
    if (this.#timer !== undefined || this.#clock === undefined) return;
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      this.#deliver();
    }, at - this.#clock.now());
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock?.clearTimer(this.#timer);
    this.#timer = undefined;
  }
}

type Ending = "fin" | "reset";

interface Parcel {
  bytes: Uint8Array; // empty: the FIN
  readonly at: number;
}

interface PendingRead {
  readonly into: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

interface PendingWrite {
  readonly bytes: Uint8Array;
  readonly resolve: (count: number) => void;
  readonly reject: (error: Error) => void;
}

const EMPTY = new Uint8Array(0);

function brokenPipe(): Error {
  return systemError("BrokenPipe", "EPIPE", "Broken pipe");
}

function connectionReset(): Error {
  return systemError("ConnectionReset", "ECONNRESET", "Connection reset by peer");
}
