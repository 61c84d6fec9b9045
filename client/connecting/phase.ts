/**
 * One phase of connecting: its time, its errors and who hears of it.
 *
 * @module
 */

import { TimeoutError } from "@avx/runtime/errors";
import type { ConnectingPhaseEnd } from "@avx/runtime/ports/observer";
import type { Transport } from "@avx/runtime/ports/transport";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import type { Timers } from "@avx/runtime/timers";
import { translateError } from "@avx/runtime/translate-error";

/** A phase of connecting that has a timeout. */
export type ConnectingPhase = "dns" | "connect" | "tls";

/** An attempt to connect, as its phases see it. */
export interface PhaseAttempt {
  /** Gives the attempt up. */
  readonly signal: AbortSignal;
  /** Gives it up from here, when a phase takes too long. */
  abort(reason: unknown): void;
}

/** What a phase has to keep to. */
export interface PhaseTerms {
  /** Which one. */
  readonly phase: ConnectingPhase;
  /** How long it may take, in milliseconds. */
  readonly limitMs: number;
  /** The wheel. */
  readonly timers: Timers;
  /** What it is a phase of. */
  readonly attempt: PhaseAttempt;
}

/**
 * Does a phase.
 *
 * @throws Its error, translated; the reason of the attempt's signal once that is aborted.
 */
export async function within<T>(terms: PhaseTerms, act: () => T | Promise<T>): Promise<T> {
  const { phase, limitMs, timers, attempt } = terms;
  const { signal } = attempt;
  const timer = new WheelTimer(() => attempt.abort(new TimeoutError(phase, limitMs)));
  if (limitMs !== Infinity) timers.schedule(timer, limitMs);
  try {
    return await act();
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw translateError(error, phase === "tls" ? "tls" : "connect");
  } finally {
    timers.cancel(timer);
  }
}

/** Passes a transport on, unless it came too late: then it is closed. */
export function inTime(transport: Transport, signal: AbortSignal): Transport {
  if (!signal.aborted) return transport;
  transport.close();
  throw signal.reason;
}

/** Tells an observer how `act` ended. */
export async function reported<T>(
  act: Promise<T>,
  timers: Timers,
  tell: (end: ConnectingPhaseEnd, result: T | undefined) => void,
): Promise<T> {
  const start = timers.now();
  try {
    const result = await act;
    tell({ durationMs: timers.now() - start, error: undefined }, result);
    return result;
  } catch (error) {
    const told = error instanceof Error ? error : new Error(String(error), { cause: error });
    tell({ durationMs: timers.now() - start, error: told }, undefined);
    throw error;
  }
}
