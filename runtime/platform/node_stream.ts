/**
 * A Node stream turned round: from one that pushes to one that is asked.
 *
 * @module
 */

import type { Duplex } from "node:stream";
import { closedError } from "../translate_error.ts";

const PAUSE_AT_BYTES = 64 * 1024; // unread; nginx's proxy buffers are 64 KiB, too
const MAX_WRITE_BYTES = 256 * 1024; // taken by one write, so that a write is done in bounded time

/** Stops and restarts the source of a stream where its own `pause` does not reach it. */
export interface SourceValve {
  /** Nothing is read from the system any more. */
  stop(): void;
  /** Reading goes on. */
  start(): void;
}

/** Where a shortcut brings what comes through it. */
export interface ShortcutEnds {
  /** Bytes that were read. They change once this returns. */
  received(bytes: Uint8Array): void;
  /** The last write is done, or has failed. */
  written(error: Error | undefined): void;
}

/** A way round a stream for its bytes; the stream still tells of the end, of errors and of closing. */
export interface StreamShortcut {
  /** From now on bytes come this way, those that the stream holds first. */
  open(ends: ShortcutEnds): void;
  /** Writes all of `bytes`, which may change once this returns. One write at a time. */
  write(bytes: Uint8Array): void;
}

/** What is below a stream, where that can be reached. */
export interface StreamBelow {
  /** Stops the source. */
  readonly valve?: SourceValve;
  /** Moves the bytes. */
  readonly shortcut?: StreamShortcut;
}

/**
 * The reading and writing half of a transport over a `Duplex`.
 *
 * What the stream pushes before it is asked for waits in a queue; from 64 KiB on the source is
 * stopped until the queue is empty, and then the kernel's window stops the peer. A write is done
 * when the stream says that it has gone, so that a peer that does not read stops the writer.
 */
export class NodeStream {
  readonly #stream: Duplex;
  readonly #valve: SourceValve | undefined;
  readonly #shortcut: StreamShortcut | undefined;
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #paused = false;
  #ended = false;
  #finishing = false;
  #error: Error | undefined;
  #reader: PendingRead | undefined;
  #writer: PendingWrite | undefined;
  #onWriterIdle: (() => void) | undefined;

  /** Takes `stream` over; nobody else may read from it or write to it. */
  constructor(stream: Duplex, { valve, shortcut }: StreamBelow = {}) {
    this.#stream = stream;
    this.#valve = valve;
    this.#shortcut = shortcut;
    stream.on("end", () => this.#end());
    stream.on("error", (error: Error) => this.#fail(error));
    stream.on("close", () => this.#fail(closedError("The transport has been closed")));
    if (shortcut === undefined) stream.on("data", (chunk: Uint8Array) => this.#push(chunk));
    else shortcut.open({ received: (bytes) => this.#push(bytes), written: this.#onWritten });
  }

  /** See `Transport.read`. */
  read(into: Uint8Array): Promise<number | null> {
    if (this.#reader !== undefined) {
      return Promise.reject(new TypeError("Cannot read as another read is pending"));
    }
    if (into.length === 0) return Promise.resolve(0);
    if (this.#queuedBytes > 0) return Promise.resolve(this.#pull(into));
    if (this.#ended) return Promise.resolve(null);
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#reader = { into, resolve, reject };
    });
  }

  /** See `Transport.write`. */
  write(bytes: Uint8Array): Promise<number> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    if (this.#writer !== undefined) {
      return Promise.reject(new TypeError("Cannot write as another write is pending"));
    }
    if (bytes.length === 0) return Promise.resolve(0);
    const part = bytes.length > MAX_WRITE_BYTES ? bytes.subarray(0, MAX_WRITE_BYTES) : bytes;
    return new Promise((resolve, reject) => {
      this.#writer = { count: part.length, resolve, reject };
      if (this.#shortcut !== undefined) this.#shortcut.write(part);
      else this.#stream.write(part, this.#onWritten);
    });
  }

  /** See `Transport.closeWrite`. */
  async closeWrite(): Promise<void> {
    if (this.#finishing) return;
    if (this.#error !== undefined) throw this.#error;
    this.#finishing = true;
    // The end must not overtake what goes round the stream.
    if (this.#writer !== undefined) {
      await new Promise<void>((resolve) => this.#onWriterIdle = resolve);
    }
    await new Promise<void>((resolve, reject) => {
      this.#stream.end((error?: Error | null) => error ? reject(this.#error ?? error) : resolve());
    });
  }

  /** See `Transport.close`. */
  close(): void {
    const polite = this.#error === undefined && !this.#finishing &&
      this.#writer === undefined;
    this.#fail(closedError("The transport has been closed"));
    this.#queue.length = 0;
    this.#queuedBytes = 0;
    this.#ended = false;
    const stream = this.#stream as Duplex & { destroySoon?: () => void };
    // With nothing under way a closing alert can still be sent, in the same breath.
    if (polite && stream.destroySoon !== undefined) stream.destroySoon();
    else stream.destroy();
  }

  #push(chunk: Uint8Array): void {
    const reader = this.#reader;
    let rest = chunk;
    if (reader !== undefined) {
      this.#reader = undefined;
      const { into } = reader;
      if (chunk.length <= into.length) {
        into.set(chunk);
        return reader.resolve(chunk.length);
      }
      into.set(chunk.subarray(0, into.length));
      rest = chunk.subarray(into.length);
      reader.resolve(into.length);
    }
    // A stream gives its chunks away, a shortcut lends them.
    this.#queue.push(this.#shortcut === undefined ? rest : rest.slice());
    this.#queuedBytes += rest.length;
    if (this.#queuedBytes >= PAUSE_AT_BYTES) this.#pause();
  }

  readonly #onWritten = (error?: Error | null): void => {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#writerIsIdle();
    if (error) writer.reject(this.#error ?? error);
    else writer.resolve(writer.count);
  };

  #writerIsIdle(): void {
    this.#writer = undefined;
    this.#onWriterIdle?.();
    this.#onWriterIdle = undefined;
  }

  #pull(into: Uint8Array): number {
    let count = 0;
    while (count < into.length && this.#queue.length > 0) {
      const part = this.#queue[0].subarray(0, into.length - count);
      into.set(part, count);
      count += part.length;
      if (part.length === this.#queue[0].length) this.#queue.shift();
      else this.#queue[0] = this.#queue[0].subarray(part.length);
    }
    this.#queuedBytes -= count;
    if (this.#queuedBytes === 0) this.#resume();
    return count;
  }

  #pause(): void {
    if (this.#paused || this.#error !== undefined) return;
    this.#paused = true;
    if (this.#shortcut === undefined) this.#stream.pause();
    this.#valve?.stop();
  }

  #resume(): void {
    if (!this.#paused || this.#error !== undefined) return;
    this.#paused = false;
    this.#valve?.start();
    if (this.#shortcut === undefined) this.#stream.resume();
  }

  #end(): void {
    this.#ended = true;
    this.#reader?.resolve(null);
    this.#reader = undefined;
  }

  // The first error stays: what follows is its consequence.
  #fail(error: Error): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#reader?.reject(error);
    this.#reader = undefined;
    // A stream that is destroyed need not call back.
    this.#writer?.reject(error);
    this.#writerIsIdle();
  }
}

interface PendingRead {
  readonly into: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}

interface PendingWrite {
  readonly count: number;
  readonly resolve: (count: number) => void;
  readonly reject: (error: Error) => void;
}
