/**
 * Frames to bytes, written straight into what is sent (RFC 6455 §5.2).
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import { COPY_LIMIT_BYTES, OutputQueue } from "@avx/runtime/output-queue";
import { encodeUtf8, writeUtf8 } from "@avx/runtime/utf8";
import * as head from "./frame_head.ts";
import { mask, type MaskKeys, rotateKey } from "./mask.ts";

/** Up to here text is encoded where it is sent from; it may take three times its length. */
const MAX_TEXT_IN_PLACE = Math.floor((COPY_LIMIT_BYTES - head.MAX_HEAD_BYTES) / 3);
/** Up to here text is written by a loop, which stops at the first character that is not ASCII. */
const MAX_LOOP_TEXT = head.MAX_CONTROL_BYTES;

/** Writes frames; with `keys`, as a client: masked. */
export class FrameWriter {
  readonly #output: OutputQueue;
  readonly #keys: MaskKeys | undefined;
  readonly #maskBit: number;
  readonly #keyBytes: number;

  /** Makes one with an empty queue. */
  constructor(buffers: BufferPool, keys: MaskKeys | undefined) {
    this.#output = new OutputQueue(buffers);
    this.#keys = keys;
    this.#maskBit = keys === undefined ? 0 : head.MASKED;
    this.#keyBytes = keys === undefined ? 0 : 4;
  }

  /** How many bytes wait. */
  get queuedBytes(): number {
    return this.#output.queuedBytes;
  }

  /** The next bytes to write, `undefined` if there are none; good until the next call. */
  transmit(): Uint8Array | undefined {
    return this.#output.transmit();
  }

  /** Queues a frame that is complete already. It is not changed, and must not be. */
  whole(frame: Uint8Array): void {
    this.#output.bytes(frame);
  }

  /**
   * Queues a frame with a copy of `payload`.
   *
   * @param first The first byte of the head.
   */
  bytes(first: number, payload: Uint8Array): void {
    const output = this.#output;
    const count = payload.length;
    const size = head.headBytes(count) + this.#keyBytes;
    if (size + count > COPY_LIMIT_BYTES) return this.#large(first, payload);
    output.ensure(size + count);
    const { buffer, length } = output;
    buffer.set(payload, length + size);
    this.#finish(buffer, length, first, size, count);
    output.length = length + size + count;
  }

  /** Queues a message of text in one frame. */
  text(text: string): void {
    const characters = text.length;
    if (characters > MAX_TEXT_IN_PLACE) return this.bytes(head.FIN | head.TEXT, encodeUtf8(text));
    const output = this.#output;
    output.ensure(characters * 3 + head.MAX_HEAD_BYTES);
    const { buffer, length } = output;
    // The head is as long as for ASCII, until it turns out otherwise.
    let size = head.headBytes(characters) + this.#keyBytes;
    const at = length + size;
    if (characters <= MAX_LOOP_TEXT) {
      let index = 0;
      for (; index < characters; index++) {
        const code = text.charCodeAt(index);
        if (code >= 0x80) break;
        buffer[at + index] = code;
      }
      if (index === characters) {
        this.#finish(buffer, length, head.FIN | head.TEXT, size, characters);
        output.length = at + characters;
        return;
      }
    }
    const count = writeUtf8(buffer, at, text) - at;
    const needed = head.headBytes(count) + this.#keyBytes;
    if (needed !== size) {
      buffer.copyWithin(length + needed, at, at + count);
      size = needed;
    }
    this.#finish(buffer, length, head.FIN | head.TEXT, size, count);
    output.length = length + size + count;
  }

  /** Copies a payload into buffers that are filled to the last byte, one after the other. */
  #large(first: number, payload: Uint8Array): void {
    const output = this.#output;
    const count = payload.length;
    output.ensure(head.MAX_HEAD_BYTES);
    let key = this.#keys?.next() ?? 0;
    output.length = this.#head(output.buffer, output.length, first, count, key);
    for (let at = 0; at < count;) {
      const { length } = output;
      const room = length < COPY_LIMIT_BYTES ? COPY_LIMIT_BYTES - length : COPY_LIMIT_BYTES;
      const part = Math.min(room, count - at);
      output.ensure(part);
      const start = output.length;
      output.buffer.set(payload.subarray(at, at + part), start);
      if (this.#keys !== undefined) {
        mask(output.buffer, start, start + part, key);
        key = rotateKey(key, part);
      }
      output.length = start + part;
      at += part;
    }
  }

  /** Writes the head before the payload, which is in place, and masks it. */
  #finish(
    buffer: Uint8Array,
    start: number,
    first: number,
    size: number,
    count: number,
  ): void {
    const key = this.#keys?.next() ?? 0;
    this.#head(buffer, start, first, count, key);
    if (this.#keys !== undefined) mask(buffer, start + size, start + size + count, key);
  }

  /** Writes a head, its key included. Returns the offset behind it. */
  #head(buffer: Uint8Array, start: number, first: number, count: number, key: number): number {
    const at = head.writeHead(buffer, start, first, this.#maskBit, count);
    if (this.#keys === undefined) return at;
    buffer[at] = key;
    buffer[at + 1] = key >>> 8;
    buffer[at + 2] = key >>> 16;
    buffer[at + 3] = key >>> 24;
    return at + 4;
  }
}
