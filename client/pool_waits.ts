/**
 * How long requests wait for a connection.
 *
 * @module
 */

import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";

/** Whoever the waiters wait for. */
export interface WaitOwner<W> {
  /** Whether a connection is being opened for it: then other phases say how long that may take. */
  isCovered(waiter: W): boolean;
  /** It has waited for too long. */
  waitedTooLong(waiter: W): void;
}

/** The deadlines of those who wait. */
export class PoolWaits<W> {
  readonly #timers: Timers;
  readonly #limitMs: number;
  readonly #owner: WaitOwner<W>;
  readonly #pending = new Map<W, WheelTimer>();
  /** Those whose time is up while a connection is being opened for them. */
  readonly #overdue = new Set<W>();

  /** Makes one that lets everybody wait for so long; `Infinity` for ever. */
  constructor(timers: Timers, limitMs: number, owner: WaitOwner<W>) {
    this.#timers = timers;
    this.#limitMs = limitMs;
    this.#owner = owner;
  }

  /** `waiter` waits from now on. */
  begin(waiter: W): void {
    if (this.#limitMs === Infinity) return;
    const timer = new WheelTimer(() => {
      this.#pending.delete(waiter);
      if (this.#owner.isCovered(waiter)) this.#overdue.add(waiter);
      else this.#owner.waitedTooLong(waiter);
    });
    this.#pending.set(waiter, timer);
    this.#timers.schedule(timer, this.#limitMs);
  }

  /** `waiter` waits no longer. */
  end(waiter: W): void {
    const timer = this.#pending.get(waiter);
    if (timer === undefined) return void this.#overdue.delete(waiter);
    this.#pending.delete(waiter);
    this.#timers.cancel(timer);
  }

  /** What was being opened may be there, or not be opened any more: looks who still waits. */
  review(): void {
    if (this.#overdue.size === 0) return;
    for (const waiter of this.#overdue) {
      if (this.#owner.isCovered(waiter)) continue;
      this.#overdue.delete(waiter);
      this.#owner.waitedTooLong(waiter);
    }
  }
}
