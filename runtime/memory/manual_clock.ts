/**
 * A clock that stands still until it is told to move.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../ports/clock.ts";

/** Where a {@linkcode ManualClock} starts. */
export interface ManualClockOptions {
  /** The first value of `now()`, in milliseconds. @default {0} */
  readonly nowMs?: number;
  /** The first value of `wallNow()`. @default {2026-01-01T00:00:00Z} */
  readonly wallMs?: number;
}

/**
 * A {@linkcode Clock} for tests. Time passes only in {@linkcode ManualClock.advance}: nothing waits,
 * and a timeout of an hour is as quick to test as one of a millisecond.
 *
 * @example An hour in no time
 * ```ts
 * import { ManualClock } from "@avx/runtime/memory";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new ManualClock();
 * const fired: number[] = [];
 * clock.setTimer(() => fired.push(clock.now()), 3_600_000);
 * clock.setTimer(() => fired.push(clock.now()), 10);
 *
 * await clock.advance(3_599_999);
 * assertEquals(fired, [10]);
 * await clock.advance(1);
 * assertEquals(fired, [10, 3_600_000]);
 * ```
 */
export class ManualClock implements Clock {
  #now: number;
  readonly #wallOffset: number;
  #timers: ManualTimer[] = [];
  #order = 0;

  /** Makes a clock that stands at `options.nowMs`. */
  constructor(options: ManualClockOptions = {}) {
    const { nowMs = 0, wallMs = Date.UTC(2026, 0, 1) } = options;
    this.#now = nowMs;
    this.#wallOffset = wallMs - nowMs;
  }

  /** How many timers are pending. */
  get pending(): number {
    return this.#timers.length;
  }

  /** When the next timer is due, on the scale of {@linkcode now}; `undefined` without timers. */
  get nextAt(): number | undefined {
    return this.#timers[0]?.at;
  }

  /** Milliseconds advanced so far, plus the start. */
  now(): number {
    return this.#now;
  }

  /** The same instant on the scale of the Unix epoch, in milliseconds. */
  wallNow(): number {
    return this.#now + this.#wallOffset;
  }

  /** See {@linkcode Clock.setTimer}. Timers due at the same instant fire in the order set. */
  setTimer(callback: () => void, delayMs: number): TimerHandle {
    const timer: ManualTimer = {
      at: this.#now + Math.max(0, delayMs),
      order: this.#order++,
      callback,
      ref: true,
    };
    const after = this.#timers.findIndex((other) => other.at > timer.at);
    this.#timers.splice(after === -1 ? this.#timers.length : after, 0, timer);
    return timer as unknown as TimerHandle;
  }

  /** See {@linkcode Clock.clearTimer}. */
  clearTimer(handle: TimerHandle): void {
    const at = this.#timers.indexOf(handle as unknown as ManualTimer);
    if (at !== -1) this.#timers.splice(at, 1);
  }

  /** See {@linkcode Clock.setTimerRef}. A manual timer never keeps a process alive. */
  setTimerRef(handle: TimerHandle, ref: boolean): void {
    (handle as unknown as ManualTimer).ref = ref;
  }

  /**
   * Lets time pass. Due timers fire one by one, in order, each at its own instant; before and
   * after each, everything that waits on promises runs until it waits for something else.
   *
   * @param ms How long, in milliseconds; 0 lets only promises and timers already due run.
   * @throws {RangeError} If `ms` is negative or not finite.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new RangeError(
        `Cannot advance the clock as "ms" must be finite and not negative: ${ms}`,
      );
    }
    const target = this.#now + ms;
    await this.settle();
    while (this.#timers.length > 0 && this.#timers[0].at <= target) {
      const timer = this.#timers.shift() as ManualTimer;
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await this.settle();
    }
    this.#now = target;
  }

  /** Lets everything that waits on promises run, without time passing. */
  settle(): Promise<void> {
    // A turn of the event loop comes after all promise jobs, however many follow one another.
    return new Promise((resolve) => nextTurn(resolve));
  }
}

interface ManualTimer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
  ref: boolean;
}

type Later = (callback: () => void) => unknown;
const { setImmediate, setTimeout } = globalThis as unknown as {
  setImmediate?: Later;
  setTimeout: Later;
};
const nextTurn: Later = setImmediate ?? setTimeout;
