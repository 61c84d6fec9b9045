/**
 * The clock port: time as an argument.
 *
 * @module
 */

/** A pending call of {@linkcode Clock.setTimer}. */
export type TimerHandle = { readonly [timerHandleBrand]?: never };
declare const timerHandleBrand: unique symbol;

/** A source of time. Cores never see it: their drivers pass the time in. */
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
