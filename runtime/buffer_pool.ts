/**
 * Buffers that are used again, because a fresh one costs microseconds for its zeros.
 *
 * @module
 */

/**
 * What {@linkcode BufferPool} can be told.
 *
 * @example A small pool
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BufferPool, type BufferPoolOptions } from "@avx/runtime/buffer-pool";
 *
 * const options: BufferPoolOptions = { minBytes: 1024, maxBytes: 8192, maxHeldBytes: 65_536 };
 * const pool = new BufferPool(options);
 * assertEquals(pool.acquire(10).length, 1024);
 * ```
 */
export interface BufferPoolOptions {
  /** The smallest size class, in bytes; rounded up to a power of two. @default {4096} */
  readonly minBytes?: number;
  /** The largest size class, in bytes; rounded up to a power of two. @default {262144} */
  readonly maxBytes?: number;
  /** How much is held for later use at most, in bytes. @default {16777216} */
  readonly maxHeldBytes?: number;
}

/**
 * A bounded stock of buffers in size classes that are powers of two.
 *
 * @example Used twice
 * ```ts
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 * import { BufferPool } from "@avx/runtime/buffer-pool";
 *
 * const pool = new BufferPool();
 * const first = pool.acquire(10_000);
 * assertEquals(first.length, 16_384);
 * pool.release(first);
 * assertStrictEquals(pool.acquire(9_000), first);
 * ```
 */
export class BufferPool {
  readonly #minBits: number;
  readonly #maxBytes: number;
  readonly #maxHeldBytes: number;
  readonly #classes: Uint8Array[][] = [];
  #heldBytes = 0;

  /** Makes an empty pool. */
  constructor(options: BufferPoolOptions = {}) {
    const { minBytes = 4096, maxBytes = 256 * 1024, maxHeldBytes = 16 * 1024 * 1024 } = options;
    this.#minBits = bitsFor(minBytes);
    const maxBits = bitsFor(Math.max(minBytes, maxBytes));
    this.#maxBytes = 2 ** maxBits;
    this.#maxHeldBytes = maxHeldBytes;
    for (let bits = this.#minBits; bits <= maxBits; bits++) this.#classes.push([]);
  }

  /** How many bytes are held for later use. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /**
   * A buffer of at least `minBytes` bytes, the caller's until it is released. Its content is
   * whatever its last user left in it.
   */
  acquire(minBytes: number): Uint8Array {
    if (minBytes > this.#maxBytes) return new Uint8Array(minBytes);
    const bits = Math.max(bitsFor(minBytes), this.#minBits);
    const kept = this.#classes[bits - this.#minBits].pop();
    if (kept === undefined) return new Uint8Array(2 ** bits);
    this.#heldBytes -= kept.length;
    return kept;
  }

  /**
   * Takes a buffer back, which nobody may touch afterwards. One that is not whole, not of a size
   * class, or too many is left to the garbage collector. Not releasing at all is always safe.
   */
  release(buffer: Uint8Array): void {
    const size = buffer.length;
    if (size !== buffer.buffer.byteLength || this.#heldBytes + size > this.#maxHeldBytes) return;
    const index = bitsFor(size) - this.#minBits;
    if (index < 0 || size > this.#maxBytes || size !== 2 ** (index + this.#minBits)) return;
    this.#classes[index].push(buffer);
    this.#heldBytes += size;
  }

  /** Lets go of everything that is held. */
  clear(): void {
    for (const kept of this.#classes) kept.length = 0;
    this.#heldBytes = 0;
  }
}

function bitsFor(bytes: number): number {
  return bytes <= 1 ? 0 : 32 - Math.clz32(bytes - 1);
}
