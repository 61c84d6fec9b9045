/**
 * The counts behind {@linkcode AbuseLimits}.
 *
 * @module
 */

import type { AbuseLimits } from "./abuse_limits.ts";

/** Something that is counted, by the name of its limit. */
export type AbuseKind = Exclude<keyof AbuseLimits, "intervalMs" | "maxContinuations">;

/** A snapshot of the counts of the current interval. */
export type AbuseCounts = { [kind in AbuseKind]: number };

/** Counts what a peer does, anew in each interval. */
export class AbuseMeter {
  readonly #limits: AbuseLimits;
  readonly #counts: AbuseCounts = zeros();
  #since: number;

  /** Starts to count. */
  constructor(limits: AbuseLimits, now: number) {
    this.#limits = limits;
    this.#since = now;
  }

  /** The counts of the current interval. */
  get counts(): Readonly<AbuseCounts> {
    return this.#counts;
  }

  /** Counts one more. Returns whether that is still within the limit. */
  count(kind: AbuseKind, now: number): boolean {
    if (now - this.#since >= this.#limits.intervalMs) {
      this.#since = now;
      Object.assign(this.#counts, zeros());
    }
    return ++this.#counts[kind] <= this.#limits[kind];
  }

  /** Takes some off again, because there was a reason for them. */
  allow(kind: AbuseKind, count: number): void {
    this.#counts[kind] -= count;
    // What is unused now is not saved up for later beyond the limit itself.
    if (this.#counts[kind] < -this.#limits[kind]) this.#counts[kind] = -this.#limits[kind];
  }
}

function zeros(): AbuseCounts {
  return {
    maxPeerResets: 0,
    maxProvokedResets: 0,
    maxSettings: 0,
    maxPings: 0,
    maxPriorities: 0,
    maxEmptyFrames: 0,
    maxWindowUpdates: 0,
    maxUnknownFrames: 0,
  };
}
