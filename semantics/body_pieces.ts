/**
 * A body in pieces that whoever reads it may keep.
 *
 * @module
 */

import type { BodySource } from "./body_source.ts";

/**
 * The largest piece that is copied out. A copy is garbage as soon as it was looked at, but the
 * engine looks for garbage when its own heap is full, where a buffer weighs next to nothing:
 * without a weight beside them, 100 MB of copies pile up.
 */
const PIECE_BYTES = 32 * 1024;

/**
 * How many elements an array has that weighs on the engine's heap twice what a piece does beside
 * it: one for each piece makes the engine look in time. With 1 GiB received, resident memory grows
 * by 20 MB; with pieces of 64 KiB and the same weight by 80 MB, with pieces of 4 KiB by 16 MB, at
 * half the speed.
 */
const COUNTERWEIGHT_ELEMENTS = 8 * 1024;

/**
 * Reads a body by pieces: the chunks of its source, as they are where the source does not use their
 * memory again, and else in copies, behind which each chunk is given back.
 *
 * @example Into a buffer of one's own
 * ```ts
 * import { BodyPieces } from "@avx/semantics/body-pieces";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = [new Uint8Array([1, 2, 3])];
 * const pieces = new BodyPieces({
 *   declaredLength: 3,
 *   trailers: undefined,
 *   pull: () => chunks.shift(),
 *   release: () => {},
 *   cancel: () => {},
 * });
 *
 * const into = new Uint8Array(2);
 * assertEquals(await pieces.ready(), true);
 * assertEquals(pieces.copyInto(into), 2);
 * assertEquals(into, new Uint8Array([1, 2]));
 * assertEquals(pieces.take(), new Uint8Array([3]));
 * assertEquals(await pieces.ready(), false);
 * ```
 */
export class BodyPieces {
  readonly #source: BodySource;
  #chunk: Uint8Array | undefined = undefined;
  /** How much of the chunk was taken, in bytes. */
  #at = 0;

  /** Makes a reader of `source`, which nobody else reads from. */
  constructor(source: BodySource) {
    this.#source = source;
  }

  /**
   * Waits until there is a piece to take.
   *
   * @returns Whether there is one; `false` is the end of the body. Throws or rejects with what the
   *   source fails with.
   */
  ready(): boolean | Promise<boolean> {
    if (this.#chunk !== undefined) return true;
    const pulled = this.#source.pull();
    return pulled instanceof Promise ? pulled.then(this.#hold) : this.#hold(pulled);
  }

  /** Takes the piece that is ready. It is the caller's to keep. */
  take(): Uint8Array {
    const chunk = this.#chunk!;
    if (this.#source.release === undefined && this.#at === 0) {
      this.#chunk = undefined;
      return chunk;
    }
    const piece = chunk.slice(this.#at, this.#at + PIECE_BYTES);
    this.#advance(chunk, piece.length);
    if (piece.length === PIECE_BYTES) counterweigh();
    return piece;
  }

  /**
   * Copies from the piece that is ready.
   *
   * @returns How many bytes were copied: at least 1, unless `into` has no room.
   */
  copyInto(into: Uint8Array): number {
    const chunk = this.#chunk!;
    const count = Math.min(chunk.length - this.#at, into.length);
    const whole = this.#at === 0 && count === chunk.length;
    into.set(whole ? chunk : chunk.subarray(this.#at, this.#at + count));
    this.#advance(chunk, count);
    return count;
  }

  /** Drops what is ready and was not taken. */
  drop(): void {
    if (this.#chunk !== undefined) this.#advance(this.#chunk, this.#chunk.length - this.#at);
  }

  readonly #hold = (chunk: Uint8Array | undefined): boolean => {
    this.#chunk = chunk;
    return chunk !== undefined;
  };

  #advance(chunk: Uint8Array, count: number): void {
    this.#at += count;
    if (this.#at < chunk.length) return;
    this.#chunk = undefined;
    this.#at = 0;
    this.#source.release?.(chunk);
  }
}

function counterweigh(): void {
  // What is filled is not optimised away; what is stored nowhere is not taken for alive.
  new Array<number>(COUNTERWEIGHT_ELEMENTS).fill(0);
}
