/**
 * All the deadlines of a process behind one timer of its clock.
 *
 * @module
 */

import type { Cancellation } from "./cancellation.ts";
import { Deferred } from "./deferred.ts";
import { AbortError } from "./errors.ts";
import type { Clock, TimerHandle } from "./ports/clock.ts";
import { TimerWheel, type TimerWheelOptions, WheelTimer } from "./timer_wheel.ts";

const MAX_DELAY_MS = 2 ** 30; // platforms take 2^31 - 1 at most; waking early is harmless

/**
 * What {@linkcode Timers} can be told.
 *
 * @example A coarse clock
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ManualClock } from "@avx/runtime/memory";
 * import { WheelTimer } from "@avx/runtime/timer-wheel";
 * import { Timers, type TimersOptions } from "@avx/runtime/timers";
 *
 * const options: TimersOptions = { tickMs: 50 };
 * const clock = new ManualClock();
 * const timers = new Timers(clock, options);
 * let firedAt = 0;
 * timers.schedule(new WheelTimer(() => firedAt = clock.now()), 20);
 * await clock.advance(100);
 * assertEquals(firedAt, 50);
 * ```
 */
export type TimersOptions = TimerWheelOptions;

/**
 * Schedules any number of timers on one timer of a clock, which is armed only while something is
 * scheduled, moved only to wake earlier, and does not keep the process alive, unless somebody sleeps.
 *
 * @example An idle deadline
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ManualClock } from "@avx/runtime/memory";
 * import { WheelTimer } from "@avx/runtime/timer-wheel";
 * import { Timers } from "@avx/runtime/timers";
 *
 * const clock = new ManualClock();
 * const timers = new Timers(clock);
 * let closed = false;
 * const idle = new WheelTimer(() => closed = true);
 * timers.schedule(idle, 5_000);
 * await clock.advance(4_000);
 * timers.schedule(idle, 5_000); // something happened: start over
 * await clock.advance(4_000);
 * assertEquals(closed, false);
 * await clock.advance(1_000);
 * assertEquals(closed, true);
 * ```
 */
export class Timers {
  readonly #clock: Clock;
  readonly #wheel: TimerWheel;
  readonly #sleepers = new Set<Deferred<void>>();
  readonly #wake: () => void;
  readonly #disarmIfIdle: () => void;
  #handle: TimerHandle | undefined = undefined;
  #armedAt = Infinity;
  #disarming = false;
  #closed = false;

  /** Makes one without timers. */
  constructor(clock: Clock, options: TimersOptions = {}) {
    this.#clock = clock;
    this.#wheel = new TimerWheel(clock.now(), options);
    this.#wake = () => this.#advance();
    this.#disarmIfIdle = () => {
      this.#disarming = false;
      if (this.#wheel.size === 0) this.#disarm();
    };
  }

  /** How many timers are scheduled. */
  get size(): number {
    return this.#wheel.size;
  }

  /** The clock's time, in milliseconds. */
  now(): number {
    return this.#clock.now();
  }

  /**
   * Schedules `timer` to fire in `delayMs` milliseconds, instead of when it was scheduled for
   * before. It never fires early or before this call returns. Does nothing once closed.
   *
   * @throws {RangeError} If `delayMs` is not a number.
   */
  schedule(timer: WheelTimer, delayMs: number): void {
    this.scheduleAt(timer, this.#clock.now() + delayMs);
  }

  /** Schedules `timer` for a time on the clock's scale, for those who have just read the clock. */
  scheduleAt(timer: WheelTimer, atMs: number): void {
    if (this.#closed) return;
    this.#wheel.schedule(timer, atMs);
    if (atMs < this.#armedAt) this.#arm(atMs);
  }

  /** Takes `timer` back; does nothing where it is not scheduled. */
  cancel(timer: WheelTimer): void {
    this.#wheel.cancel(timer);
    if (this.#wheel.size === 0) this.#disarmSoon();
  }

  /**
   * Waits for `delayMs` milliseconds. Unlike a timer, a wait keeps the process alive.
   *
   * @throws The signal's reason, if it is aborted before; `AbortError` if the timers are closed.
   */
  async sleep(delayMs: number, signal?: Cancellation): Promise<void> {
    if (signal?.aborted) throw signal.reason;
    if (this.#closed) throw closedError();
    const done = new Deferred<void>();
    const timer = new WheelTimer(done.resolve);
    const abort = () => done.reject(signal?.reason);
    this.#sleepers.add(done);
    this.schedule(timer, delayMs);
    this.#holdProcess();
    signal?.addEventListener("abort", abort);
    try {
      await done.promise;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#sleepers.delete(done);
      this.cancel(timer);
      this.#holdProcess();
    }
  }

  /** Drops all timers unfired and ends all sleeps with an `AbortError`. */
  close(): void {
    this.#closed = true;
    this.#wheel.clear();
    this.#disarm();
    for (const sleeper of this.#sleepers) sleeper.reject(closedError());
  }

  #advance(): void {
    this.#handle = undefined;
    this.#armedAt = -Infinity; // what is scheduled meanwhile is looked at below
    try {
      this.#wheel.advance(this.#clock.now());
    } finally {
      this.#armedAt = Infinity;
      const nextAt = this.#wheel.nextAt;
      if (nextAt !== undefined) this.#arm(nextAt);
    }
  }

  #arm(atMs: number): void {
    if (this.#handle !== undefined) this.#clock.clearTimer(this.#handle);
    // Rounded up: platforms cut fractions off and would wake too early, again and again.
    const delayMs = Math.max(0, Math.ceil(atMs - this.#clock.now()));
    this.#handle = this.#clock.setTimer(this.#wake, Math.min(delayMs, MAX_DELAY_MS));
    this.#armedAt = atMs;
    this.#holdProcess();
  }

  /** A process must not end while somebody waits for it to go on. */
  #holdProcess(): void {
    if (this.#handle === undefined) return;
    this.#clock.setTimerRef(this.#handle, this.#sleepers.size > 0);
  }

  #disarm(): void {
    if (this.#handle !== undefined) this.#clock.clearTimer(this.#handle);
    this.#handle = undefined;
    this.#armedAt = Infinity;
  }

  // At the end of the turn: a deadline that gives way to another costs no timer of the clock.
  #disarmSoon(): void {
    if (this.#disarming || this.#handle === undefined) return;
    this.#disarming = true;
    Promise.resolve().then(this.#disarmIfIdle);
  }
}

function closedError(): AbortError {
  return new AbortError("The timers are closed");
}
