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
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #paused = false;
  #ended = false;
  #finishing = false;
  #rejectWrite: ((error: Error) => void) | undefined;
  #error: Error | undefined;
  #reader: PendingRead | undefined;

  /** Takes `stream` over; nobody else may read from it or write to it. */
  constructor(stream: Duplex, valve?: SourceValve) {
    this.#stream = stream;
    this.#valve = valve;
    stream.on("data", (chunk: Uint8Array) => this.#push(chunk));
    stream.on("end", () => this.#end());
    stream.on("error", (error: Error) => this.#fail(error));
    stream.on("close", () => this.#fail(closedError("The transport has been closed")));
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
    if (bytes.length === 0) return Promise.resolve(0);
    const part = bytes.length > MAX_WRITE_BYTES ? bytes.subarray(0, MAX_WRITE_BYTES) : bytes;
    return new Promise((resolve, reject) => {
      // A stream that is destroyed need not call back: the error rejects it, too.
      this.#rejectWrite = reject;
      this.#stream.write(part, (error) => {
        this.#rejectWrite = undefined;
        if (error) reject(this.#error ?? error);
        else resolve(part.length);
      });
    });
  }

  /** See `Transport.closeWrite`. */
  closeWrite(): Promise<void> {
    if (this.#finishing) return Promise.resolve();
    if (this.#error !== undefined) return Promise.reject(this.#error);
    this.#finishing = true;
    return new Promise((resolve, reject) => {
      this.#stream.end((error?: Error | null) => error ? reject(this.#error ?? error) : resolve());
    });
  }

  /** See `Transport.close`. */
  close(): void {
    const polite = this.#error === undefined && !this.#finishing &&
      this.#rejectWrite === undefined;
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
      const count = Math.min(chunk.length, reader.into.length);
      reader.into.set(count === chunk.length ? chunk : chunk.subarray(0, count));
      rest = chunk.subarray(count);
      reader.resolve(count);
    }
    if (rest.length === 0) return;
    this.#queue.push(rest);
    this.#queuedBytes += rest.length;
    if (this.#queuedBytes >= PAUSE_AT_BYTES) this.#pause();
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
    this.#stream.pause();
    this.#valve?.stop();
  }

  #resume(): void {
    if (!this.#paused || this.#error !== undefined) return;
    this.#paused = false;
    this.#valve?.start();
    this.#stream.resume();
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
    this.#rejectWrite?.(error);
    this.#rejectWrite = undefined;
  }
}

interface PendingRead {
  readonly into: Uint8Array;
  readonly resolve: (count: number | null) => void;
  readonly reject: (error: Error) => void;
}
