/**
 * What a connection has to send, gathered so that it leaves in as few writes as possible.
 *
 * @module
 */

import type { BufferPool } from "./buffer_pool.ts";

/**
 * From this size on, in bytes, content is sent from where it lies instead of being copied.
 *
 * @example Copied or not
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { COPY_LIMIT_BYTES } from "@avx/runtime/output-queue";
 *
 * assertEquals(COPY_LIMIT_BYTES, 65_536);
 * ```
 */
export const COPY_LIMIT_BYTES: number = 64 * 1024;

const NO_BYTES: Uint8Array = new Uint8Array(0);
const FIRST_BYTES = 4096;

interface Segment {
  readonly view: Uint8Array;
  /** What goes back to the pool afterwards; `undefined` for content of the caller's. */
  readonly pooled: Uint8Array | undefined;
}

/**
 * A queue of bytes in buffers from a pool. It holds no buffer while there is nothing to hold.
 * Hot paths call {@linkcode ensure} and then write into {@linkcode buffer} in place.
 *
 * @example Two acts, one write
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 * import { OutputQueue } from "@avx/runtime/output-queue";
 *
 * const output = new OutputQueue(new BufferPool());
 * output.ascii("hel");
 * output.ascii("lo");
 *
 * assertEquals(output.transmit(), new Uint8Array([0x68, 0x65, 0x6c, 0x6c, 0x6f]));
 * assertEquals(output.transmit(), undefined);
 * ```
 */
export class OutputQueue {
  /** The buffer being filled; of no length while there is none. */
  buffer: Uint8Array = NO_BYTES;
  /** How far it is filled. */
  length = 0;

  readonly #pool: BufferPool;
  #segments: Segment[] | undefined = undefined;
  #segmentBytes = 0;
  #handed: Uint8Array | undefined = undefined;

  /** Makes an empty queue. */
  constructor(pool: BufferPool) {
    this.#pool = pool;
  }

  /** How many bytes wait. */
  get queuedBytes(): number {
    return this.#segmentBytes + this.length;
  }

  /**
   * Makes room for `count` bytes behind {@linkcode length}, all in one buffer. What is written in
   * the room that one call has made stays together.
   */
  ensure(count: number): void {
    if (this.length + count > this.buffer.length) this.#grow(count);
  }

  /** Queues bytes: copied if they are few, otherwise as they lie, unchanged until transmitted. */
  bytes(bytes: Uint8Array): void {
    const count = bytes.length;
    if (count > COPY_LIMIT_BYTES) {
      this.#seal();
      this.#push({ view: bytes, pooled: undefined });
      return;
    }
    this.ensure(count);
    this.buffer.set(bytes, this.length);
    this.length += count;
  }

  /** Queues text, a byte a character. */
  ascii(text: string): void {
    const count = text.length;
    this.ensure(count);
    const { buffer, length } = this;
    for (let index = 0; index < count; index++) buffer[length + index] = text.charCodeAt(index);
    this.length = length + count;
  }

  /**
   * The next bytes to write, `undefined` if there are none. They are good until the next call;
   * what is queued meanwhile goes elsewhere.
   */
  transmit(): Uint8Array | undefined {
    if (this.#handed !== undefined) {
      this.#pool.release(this.#handed);
      this.#handed = undefined;
    }
    const segment = this.#segments?.shift();
    if (segment !== undefined) {
      this.#segmentBytes -= segment.view.length;
      this.#handed = segment.pooled;
      return segment.view;
    }
    if (this.length === 0) return undefined;
    const view = this.buffer.subarray(0, this.length);
    this.#handed = this.buffer;
    this.buffer = NO_BYTES;
    this.length = 0;
    return view;
  }

  #grow(count: number): void {
    // A head is sooner copied than written alone.
    if (this.length > FIRST_BYTES && this.length + count > COPY_LIMIT_BYTES) this.#seal();
    const grown = this.#pool.acquire(Math.max(FIRST_BYTES, this.length + count));
    if (this.buffer.length > 0) {
      grown.set(this.buffer.subarray(0, this.length));
      this.#pool.release(this.buffer);
    }
    this.buffer = grown;
  }

  /** Closes the buffer being filled, so that something else can follow it. */
  #seal(): void {
    if (this.length === 0) return;
    this.#push({ view: this.buffer.subarray(0, this.length), pooled: this.buffer });
    this.buffer = NO_BYTES;
    this.length = 0;
  }

  #push(segment: Segment): void {
    (this.#segments ??= []).push(segment);
    this.#segmentBytes += segment.view.length;
  }
}
