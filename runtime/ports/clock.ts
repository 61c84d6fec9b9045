/**
 * The clock port: time as an argument.
 *
 * @module
 */

/**
 * A pending call of {@linkcode Clock.setTimer}; what it is, only its clock knows.
 *
 * @example Taken back
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ManualClock } from "@avx/runtime/memory";
 * import type { TimerHandle } from "@avx/runtime/ports/clock";
 *
 * const clock = new ManualClock();
 * let fired = false;
 * const handle: TimerHandle = clock.setTimer(() => fired = true, 10);
 * clock.clearTimer(handle);
 * await clock.advance(20);
 * assertEquals(fired, false);
 * ```
 */
export interface TimerHandle {
  /** Never there: tells handles from other values when types are checked. */
  readonly isTimerHandle?: never;
}

/**
 * A source of time. Cores never see it: their drivers pass the time in.
 *
 * @example What takes any clock can be tested without waiting
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ManualClock } from "@avx/runtime/memory";
 * import type { Clock } from "@avx/runtime/ports/clock";
 *
 * function stopwatch(clock: Clock): () => number {
 *   const start = clock.now();
 *   return () => clock.now() - start;
 * }
 *
 * const clock = new ManualClock();
 * const elapsed = stopwatch(clock);
 * await clock.advance(1_500);
 * assertEquals(elapsed(), 1_500);
 * ```
 */
export interface Clock {
  /** Milliseconds on a scale that never runs backwards. */
  now(): number;
  /** Milliseconds since the Unix epoch. */
  wallNow(): number;
  /** Calls `callback` once, `delayMs` milliseconds from now at the earliest. */
  setTimer(callback: () => void, delayMs: number): TimerHandle;
  /** Takes a timer back; does nothing where it has fired. */
  clearTimer(handle: TimerHandle): void;
  /** Lets the process end (`false`) or not (`true`) while the timer is pending. */
  setTimerRef(handle: TimerHandle, ref: boolean): void;
}
