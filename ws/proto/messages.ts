/**
 * Messages from the pieces of their frames (RFC 6455 §5.4).
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";

const NO_BYTES: Uint8Array = new Uint8Array(0);
const FIRST_BYTES = 1024;
/** A length that was only announced gets no more memory than this before it comes. */
const MAX_TRUST_BYTES = 64 * 1024;
/** Up to here buffers are used again; larger ones are given away with the message they hold. */
const MAX_POOLED_BYTES = 256 * 1024;

/** A message that is under way: what of it has come, in one buffer that grows with it. */
export class MessageAssembler {
  /** The opcode of its first frame; 0 while no message is under way. */
  opcode = 0;
  /** Whether it is compressed. */
  compressed = false;
  /** How many frames it has so far. */
  fragments = 0;
  /** How many bytes its frames have in all, as far as their heads have come. */
  announcedBytes = 0;
  /** How many bytes have come. */
  length = 0;
  /** Whether the message that was taken last is good until {@linkcode release} only. */
  lent = false;

  readonly #buffers: BufferPool;
  #buffer: Uint8Array = NO_BYTES;
  #taken: Uint8Array | undefined;

  /** Makes one that waits for a message, with buffers from a pool. */
  constructor(buffers: BufferPool) {
    this.#buffers = buffers;
  }

  /** Begins a message. */
  begin(opcode: number, compressed: boolean): void {
    this.opcode = opcode;
    this.compressed = compressed;
  }

  /** Counts a frame with a payload of `length` bytes. */
  frame(length: number): void {
    this.fragments++;
    this.announcedBytes += length;
  }

  /** Takes a copy of a piece. */
  append(bytes: Uint8Array, start: number, end: number): void {
    const count = end - start;
    if (count === 0) return;
    const length = this.length + count;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(
      start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end),
      this.length,
    );
    this.length = length;
  }

  /** Ends the message. Its bytes are lent or given away, as {@linkcode lent} says. */
  take(): Uint8Array {
    const buffer = this.#buffer;
    const bytes = this.length === buffer.length ? buffer : buffer.subarray(0, this.length);
    this.lent = buffer.length <= MAX_POOLED_BYTES;
    this.#taken = this.lent && buffer.length > 0 ? buffer : undefined;
    this.#buffer = NO_BYTES;
    this.clear();
    return bytes;
  }

  /** Nobody needs the message that was taken any more. */
  release(): void {
    if (this.#taken === undefined) return;
    this.#buffers.release(this.#taken);
    this.#taken = undefined;
  }

  /** Drops what has come. */
  clear(): void {
    this.#drop();
    this.opcode = 0;
    this.compressed = false;
    this.fragments = 0;
    this.announcedBytes = 0;
    this.length = 0;
  }

  #grow(needed: number): void {
    const trusted = Math.min(this.announcedBytes, Math.max(MAX_TRUST_BYTES, needed * 2));
    // The last frame's end is known: nothing is left over. Others double.
    const room = this.fragments === 1 ? trusted : Math.max(needed * 2, FIRST_BYTES);
    const size = Math.max(room, needed);
    const grown = size <= MAX_POOLED_BYTES ? this.#buffers.acquire(size) : new Uint8Array(size);
    if (this.length > 0) grown.set(this.#buffer.subarray(0, this.length));
    this.#drop();
    this.#buffer = grown;
  }

  #drop(): void {
    if (this.#buffer.length > 0) this.#buffers.release(this.#buffer);
    this.#buffer = NO_BYTES;
  }
}
