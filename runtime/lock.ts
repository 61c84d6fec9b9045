/**
 * A mutual exclusion lock: one at a time, the others in the order they came.
 *
 * @module
 */

import type { Cancellation } from "./cancellation.ts";
import { Semaphore } from "./semaphore.ts";

/**
 * Lets one holder in at a time. Acquire, release and giving up are O(1), and FIFO.
 *
 * @example No two at once
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Lock } from "@avx/runtime/lock";
 *
 * const lock = new Lock();
 * const log: string[] = [];
 * const visit = (name: string) =>
 *   lock.run(async () => {
 *     log.push(`${name} in`);
 *     await Promise.resolve();
 *     log.push(`${name} out`);
 *   });
 * await Promise.all([visit("a"), visit("b")]);
 * assertEquals(log, ["a in", "a out", "b in", "b out"]);
 * ```
 */
export class Lock {
  readonly #semaphore = new Semaphore(1);

  /** Whether somebody holds it. */
  get locked(): boolean {
    return this.#semaphore.available === 0;
  }

  /** How many wait for it. */
  get waiting(): number {
    return this.#semaphore.waiting;
  }

  /**
   * Waits for the lock, which must be given back with {@linkcode release}.
   *
   * @throws The signal's reason, if it is aborted while waiting or before.
   */
  acquire(signal?: Cancellation): Promise<void> {
    return this.#semaphore.acquire(signal);
  }

  /** Takes the lock if nobody holds it. Returns whether it did. */
  tryAcquire(): boolean {
    return this.#semaphore.tryAcquire();
  }

  /**
   * Gives the lock back: to the one that has waited longest, if any.
   *
   * @throws {TypeError} If nobody holds it.
   */
  release(): void {
    if (!this.locked) throw new TypeError("Cannot release a lock: nobody holds it");
    this.#semaphore.release();
  }

  /**
   * Calls `action` with the lock held, which is given back when what it returns has settled.
   *
   * @throws The signal's reason, if it is aborted before `action` was called.
   */
  run<T>(action: () => T | PromiseLike<T>, signal?: Cancellation): Promise<T> {
    return this.#semaphore.run(action, signal);
  }
}
