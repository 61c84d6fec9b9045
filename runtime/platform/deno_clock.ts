/**
 * The clock of Deno.
 *
 * @module
 */

import type { Clock, TimerHandle } from "../ports/clock.ts";

/** A longer step of the wall clock is looked into: time may have passed, or been set. */
const TRUSTED_STEP_MS = 50;

/**
 * `performance.now()` and `setTimeout`, with the wall clock as a cheap hand between two looks:
 * `Date.now()` costs half of `performance.now()`, and a server asks for the time with every read.
 */
export class DenoClock implements Clock {
  #now = performance.now();
  #wall = Date.now();

  /** Makes a clock. */
  constructor() {
    // The first timer of a process loads a module of Deno's, and promises are served meanwhile. What
    // they schedule would come in the middle of whoever sets that timer: so it is set here.
    clearTimeout(setTimeout(() => {}, 0));
  }

  /** See {@linkcode Clock.now}. */
  now(): number {
    const wall = Date.now();
    const step = wall - this.#wall;
    if (step === 0) return this.#now;
    this.#wall = wall;
    if (step > 0 && step <= TRUSTED_STEP_MS) return this.#now += step;
    return this.#now = Math.max(this.#now, performance.now());
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
