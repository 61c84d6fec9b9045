/**
 * All the deadlines of one connection behind one timer of the wheel.
 *
 * @module
 */

import { WheelTimer } from "./timer_wheel.ts";
import type { Timers } from "./timers.ts";

/**
 * Wakes its connection when the nearest of its deadlines may have come. A deadline that moves away
 * costs nothing: the alarm goes off at the old one, looks, and is set again.
 *
 * @example Two deadlines
 * ```ts
 * import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
 * import { ManualClock } from "@avx/runtime/memory";
 * import { Timers } from "@avx/runtime/timers";
 * import { assertEquals } from "@std/assert";
 *
 * const clock = new ManualClock();
 * const timers = new Timers(clock);
 * let calls = 0;
 * const alarm = new ConnectionAlarm(timers, () => calls++);
 * alarm.arm(timers.now() + 20);
 * alarm.arm(timers.now() + 10);
 * await clock.advance(10);
 * assertEquals(calls, 1);
 * ```
 */
export class ConnectionAlarm {
  /** When the peer must have taken some of what is being written. */
  writeBy: number = Infinity;
  /** When the peer must have ended its half after we have ended ours. */
  lingerBy: number = Infinity;

  readonly #timers: Timers;
  readonly #timer: WheelTimer;
  #armedAt = Infinity;

  /** Makes one that calls `onDue` with the time. */
  constructor(timers: Timers, onDue: (now: number) => void) {
    this.#timers = timers;
    this.#timer = new WheelTimer(() => {
      this.#armedAt = Infinity;
      onDue(timers.now());
    });
  }

  /** Goes off at `deadline`, or earlier; `Infinity` asks for nothing. */
  arm(deadline: number): void {
    const at = Math.min(deadline, this.writeBy, this.lingerBy);
    if (at >= this.#armedAt) return;
    this.#armedAt = at;
    this.#timers.scheduleAt(this.#timer, at);
  }

  /** Goes off no more, until it is armed again. */
  stop(): void {
    this.writeBy = this.lingerBy = this.#armedAt = Infinity;
    this.#timers.cancel(this.#timer);
  }
}
