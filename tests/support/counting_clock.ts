/**
 * A clock that knows how many of its timers are pending.
 *
 * @module
 */

import type { Clock, TimerHandle } from "@avx/runtime/ports/clock";
import { clock } from "@avx/runtime/platform";

/** The platform's clock, counted. */
export class CountingClock implements Clock {
  readonly #pending = new Set<TimerHandle>();

  /** How many timers are pending. */
  get pending(): number {
    return this.#pending.size;
  }

  now(): number {
    return clock.now();
  }

  wallNow(): number {
    return clock.wallNow();
  }

  setTimer(callback: () => void, delayMs: number): TimerHandle {
    const handle = clock.setTimer(() => {
      this.#pending.delete(handle);
      callback();
    }, delayMs);
    this.#pending.add(handle);
    return handle;
  }

  clearTimer(handle: TimerHandle): void {
    this.#pending.delete(handle);
    clock.clearTimer(handle);
  }

  setTimerRef(handle: TimerHandle, ref: boolean): void {
    clock.setTimerRef(handle, ref);
  }
}
