/**
 * A counting semaphore: so many at a time, the others in the order they came.
 *
 * @module
 */

import type { Cancellation } from "./cancellation.ts";
import { WaitQueue } from "./wait_queue.ts";

/**
 * Hands out a fixed number of permits. Acquire, release and giving up are O(1), and FIFO.
 *
 * @example Two at a time
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Semaphore } from "@avx/runtime/semaphore";
 *
 * const semaphore = new Semaphore(2);
 * let running = 0;
 * let most = 0;
 * await Promise.all(Array.from({ length: 5 }, () =>
 *   semaphore.run(async () => {
 *     most = Math.max(most, ++running);
 *     await Promise.resolve();
 *     running--;
 *   })));
 * assertEquals(most, 2);
 * ```
 */
export class Semaphore {
  readonly #permits: number;
  readonly #waiters = new WaitQueue<void>();
  #available: number;

  /**
   * Makes one with `permits` permits, all of them available.
   *
   * @throws {RangeError} If `permits` is not a whole number above zero.
   */
  constructor(permits: number) {
    if (!(Number.isSafeInteger(permits) && permits > 0)) {
      throw new RangeError(`Cannot make a semaphore of ${permits} permits: must be at least one`);
    }
    this.#permits = permits;
    this.#available = permits;
  }

  /** How many permits can be had at once. */
  get available(): number {
    return this.#available;
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /**
   * Waits for a permit, which must be given back with {@linkcode release}.
   *
   * @throws The signal's reason, if it is aborted while waiting or before.
   */
  acquire(signal?: Cancellation): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.tryAcquire()) return Promise.resolve();
    return this.#waiters.wait(undefined, signal);
  }

  /** Takes a permit if one is available now. Returns whether it did. */
  tryAcquire(): boolean {
    if (this.#available === 0) return false;
    this.#available--;
    return true;
  }

  /**
   * Gives a permit back: to the one that has waited longest, if any.
   *
   * @throws {TypeError} If none is taken.
   */
  release(): void {
    if (this.#available === this.#permits) {
      throw new TypeError("Cannot release a permit: none is taken");
    }
    // Handed over without becoming available, so that nobody can overtake.
    const next = this.#waiters.shift();
    if (next === undefined) this.#available++;
    else next.resolve();
  }

  /**
   * Calls `action` with a permit, which is given back when what it returns has settled.
   *
   * @throws The signal's reason, if it is aborted before `action` was called.
   */
  async run<T>(action: () => T | PromiseLike<T>, signal?: Cancellation): Promise<T> {
    await this.acquire(signal);
    try {
      return await action();
    } finally {
      this.release();
    }
  }
}
