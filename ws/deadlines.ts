/**
 * All the deadlines of one connection behind one timer of the wheel.
 *
 * @module
 */

import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";

/**
 * Wakes its connection when the nearest deadline may have come. One that moves away costs nothing:
 * the timer fires at the old one, the connection looks, and it is set again.
 */
export class Deadlines {
  /** When the peer must have taken some of what is being written. */
  writeBy = Infinity;
  /** When the peer must have ended its half. */
  lingerBy = Infinity;

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

  /** Wakes at `deadline`, or earlier; `undefined` asks for nothing. */
  arm(deadline: number | undefined): void {
    const at = Math.min(deadline ?? Infinity, this.writeBy, this.lingerBy);
    if (at >= this.#armedAt) return;
    this.#armedAt = at;
    this.#timers.scheduleAt(this.#timer, at);
  }

  /** Wakes no more. */
  stop(): void {
    this.writeBy = this.lingerBy = this.#armedAt = Infinity;
    this.#timers.cancel(this.#timer);
  }
}
