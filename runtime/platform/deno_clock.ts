/**
 * The clock of Deno.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../ports/clock.ts";

/** `performance.now()`, `Date.now()` and `setTimeout`. */
export class DenoClock implements Clock {
  /** See {@linkcode Clock.now}. */
  now(): number {
    return performance.now();
  }

  /** See {@linkcode Clock.wallNow}. */
  wallNow(): number {
    return Date.now();
  }

  /** See {@linkcode Clock.setTimer}. */
  setTimer(callback: () => void, delayMs: number): TimerHandle {
    return setTimeout(callback, delayMs) as unknown as TimerHandle;
  }

  /** See {@linkcode Clock.clearTimer}. */
  clearTimer(handle: TimerHandle): void {
    clearTimeout(idOf(handle));
  }

  /** See {@linkcode Clock.setTimerRef}. */
  setTimerRef(handle: TimerHandle, ref: boolean): void {
    if (ref) Deno.refTimer(idOf(handle));
    else Deno.unrefTimer(idOf(handle));
  }
}

function idOf(handle: TimerHandle): number {
  return handle as unknown as number;
}
