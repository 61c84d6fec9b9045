/**
 * Copies of a few bytes each that share an allocation.
 *
 * @module
 */

const NO_BYTES: Uint8Array<ArrayBuffer> = new Uint8Array(0);
const SLAB_BYTES = 16 * 1024;
/** From here on an array of its own costs no more than its copy. */
const MAX_SHARED_BYTES = 2 * 1024;
/** Up to here a loop is cheaper than a call. */
const MAX_LOOP_BYTES = 32;

/**
 * Copies bytes for whoever keeps them. A fresh array costs some hundred nanoseconds and a collector's
 * attention however small it is, so small copies lie side by side in one that is larger. It goes
 * when the last of them goes: who keeps a few bytes for long keeps 16 KiB.
 *
 * @example Copies that belong to nobody else
 * ```ts
 * import { ByteSlab } from "@avx/runtime/byte-slab";
 * import { assertEquals } from "@std/assert";
 *
 * const slab = new ByteSlab();
 * const source = new Uint8Array([1, 2, 3]);
 * const copy = slab.copy(source);
 * source.fill(0);
 * assertEquals(copy, new Uint8Array([1, 2, 3]));
 * ```
 */
export class ByteSlab {
  #slab: Uint8Array<ArrayBuffer> = NO_BYTES;
  #used = 0;

  /** A copy of `bytes`; `buffer` of a small one holds others as well. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const count = bytes.length;
    if (count > MAX_SHARED_BYTES) return bytes.slice() as Uint8Array<ArrayBuffer>;
    let at = this.#used;
    if (at + count > this.#slab.length) {
      this.#slab = new Uint8Array(SLAB_BYTES);
      at = 0;
    }
    const slab = this.#slab;
    this.#used = at + count;
    if (count > MAX_LOOP_BYTES) slab.set(bytes, at);
    else for (let index = 0; index < count; index++) slab[at + index] = bytes[index];
    return slab.subarray(at, at + count);
  }
}
