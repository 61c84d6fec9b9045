/**
 * The loop that every driver is: bytes in, bytes out.
 *
 * @module
 */

import type { BufferPool } from "./buffer_pool.ts";
import type { Transport } from "./ports/transport.ts";
import { ReadSegments } from "./read_segments.ts";

/** What a pump moves bytes for: a driver and its core. */
export interface PumpOwner {
  /** Whether what is read now would be of use. */
  mayRead(): boolean;
  /**
   * Takes in what was read; an empty array is the end. The bytes do not change, unless the pump's
   * {@linkcode TransportPump.segments} are told that nobody holds them.
   */
  receive(bytes: Uint8Array): void;
  /** The next bytes to write; `undefined` if there are none. They are good until the next call. */
  transmit(): Uint8Array | undefined;
  /** A write begins: the peer is waited for, to take some of it. */
  writing(): void;
  /** The peer has taken some of what was written, and more follows at once. */
  progressed(): void;
  /** Everything there was to write is written. */
  flushed(): void;
  /** A write failed, or was ended by a close. */
  writeFailed(error: unknown): void;
}

const END_OF_INPUT = new Uint8Array(0);

/**
 * Reads from a transport and writes to it, both at once: one write is in flight at a time, what is
 * transmitted meanwhile leaves with the next, and no read waits for a write.
 *
 * @example A driver that echoes
 * ```ts
 * import { memoryPair } from "@avx/runtime/memory";
 * import { type PumpOwner, TransportPump } from "@avx/runtime/transport-pump";
 * import { assertEquals } from "@std/assert";
 *
 * const [client, server] = memoryPair();
 * const queue: Uint8Array[] = [];
 * const owner: PumpOwner = {
 *   mayRead: () => true,
 *   receive: (bytes) => {
 *     if (bytes.length === 0) return pump.stop();
 *     queue.push(bytes);
 *     pump.flush();
 *   },
 *   transmit: () => queue.shift(),
 *   writing: () => {},
 *   progressed: () => {},
 *   flushed: () => {},
 *   writeFailed: () => pump.stop(),
 * };
 * const pump = new TransportPump(server, owner, 1024);
 * const ended = pump.run();
 *
 * await client.write(new Uint8Array([1, 2, 3]));
 * assertEquals(await client.read(new Uint8Array(8)), 3);
 * client.close();
 * await ended;
 * server.close();
 * ```
 */
export class TransportPump {
  /** The memory that is read into. Who tells it what is still held has the rest used again. */
  readonly segments: ReadSegments;
  readonly #transport: Transport;
  readonly #owner: PumpOwner;
  #stopped = false;
  /** What the write in flight was given. */
  #inFlight: Uint8Array | undefined = undefined;
  #onWriterIdle: (() => void) | undefined = undefined;
  #unpark: (() => void) | undefined = undefined;

  /**
   * Makes one; {@linkcode run} starts it.
   *
   * @param transport What is read and written.
   * @param owner Who takes and gives the bytes.
   * @param maxReadBytes The largest read, in bytes.
   * @param buffers Where memory for large reads comes from and goes back to.
   */
  constructor(
    transport: Transport,
    owner: PumpOwner,
    maxReadBytes: number,
    buffers?: BufferPool,
  ) {
    this.#transport = transport;
    this.#owner = owner;
    this.segments = new ReadSegments(maxReadBytes, buffers);
  }

  /** Whether a write is in flight. */
  get isWriting(): boolean {
    return this.#inFlight !== undefined;
  }

  /**
   * Reads until it is stopped.
   *
   * @param received Bytes that were read before.
   * @throws What a read rejects with.
   */
  async run(received?: Uint8Array): Promise<void> {
    const owner = this.#owner;
    if (received !== undefined && received.length > 0) owner.receive(received);
    while (!this.#stopped) {
      if (owner.mayRead()) {
        const count = await this.#transport.read(this.segments.space());
        owner.receive(count === null ? END_OF_INPUT : this.segments.taken(count));
      } else {
        await new Promise<void>((resolve) => this.#unpark = resolve);
      }
    }
  }

  /** Writes what there is to transmit, unless a write is in flight, which will do it. */
  flush(): void {
    if (this.#inFlight !== undefined || this.#stopped) return;
    const bytes = this.#owner.transmit();
    if (bytes === undefined) return this.#owner.flushed();
    this.#owner.writing();
    this.#write(bytes);
  }

  /** Lets a loop that waits look again whether it may read. */
  readOn(): void {
    if (this.#unpark !== undefined && this.#owner.mayRead()) this.#wake();
  }

  /** Ends the loop after the read that is pending; nothing more is written. */
  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /** Settles when no write is in flight. */
  async written(): Promise<void> {
    if (this.#inFlight === undefined) return;
    await new Promise<void>((resolve) => this.#onWriterIdle = resolve);
  }

  #wake(): void {
    const unpark = this.#unpark;
    this.#unpark = undefined;
    unpark?.();
  }

  #write(bytes: Uint8Array): void {
    this.#inFlight = bytes;
    this.#transport.write(bytes).then(this.#onWritten, this.#onWriteError);
  }

  readonly #onWritten = (count: number): void => {
    const written = this.#inFlight!;
    const bytes = count < written.length
      ? written.subarray(count)
      : this.#stopped
      ? undefined
      : this.#owner.transmit();
    if (bytes !== undefined && !this.#stopped) {
      this.#owner.progressed();
      return this.#write(bytes);
    }
    this.#writerIsIdle();
    if (!this.#stopped) this.#owner.flushed();
  };

  readonly #onWriteError = (error: unknown): void => {
    this.#writerIsIdle();
    if (!this.#stopped) this.#owner.writeFailed(error);
  };

  #writerIsIdle(): void {
    this.#inFlight = undefined;
    this.#onWriterIdle?.();
    this.#onWriterIdle = undefined;
  }
}
