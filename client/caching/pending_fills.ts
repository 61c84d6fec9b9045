/**
 * Requests that wait for what another one is about to store.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import type { Clock } from "@avx/runtime/ports/clock";

const MAX_TIMER_MS = 2 ** 31 - 1; // platforms take what is longer for nothing

/** Which URLs have a request on its way that others wait for. */
export class PendingFills {
  readonly #clock: Clock;
  readonly #maxWaitMs: number;
  readonly #pending = new Map<string, Deferred<void>>();

  /** Makes one; nobody waits longer than `maxWaitMs` milliseconds. */
  constructor(clock: Clock, maxWaitMs: number) {
    this.#clock = clock;
    this.#maxWaitMs = maxWaitMs;
  }

  /** Whether there is one for a URL. */
  has(key: string): boolean {
    return this.#pending.has(key);
  }

  /** Begins one. Returns what ends it; where there is one already, that does nothing. */
  begin(key: string): () => void {
    if (this.#pending.has(key)) return () => {};
    const pending = new Deferred<void>();
    this.#pending.set(key, pending);
    return () => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
      pending.resolve();
    };
  }

  /**
   * Waits for the end of one, or as long as is allowed.
   *
   * @param leftMs How much time whoever waits has, in milliseconds.
   * @throws The signal's reason, if it is aborted meanwhile.
   */
  async wait(key: string, signal: AbortSignal | undefined, leftMs = Infinity): Promise<void> {
    const pending = this.#pending.get(key);
    if (pending === undefined) return;
    signal?.throwIfAborted();
    const over = new Deferred<void>();
    const limitMs = Math.max(0, Math.min(this.#maxWaitMs, leftMs, MAX_TIMER_MS));
    const timer = this.#clock.setTimer(() => over.resolve(), limitMs);
    const abort = () => over.reject(signal?.reason);
    signal?.addEventListener("abort", abort);
    try {
      await Promise.race([pending.promise, over.promise]);
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#clock.clearTimer(timer);
    }
  }
}
