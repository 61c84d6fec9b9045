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

/** Each DATA frame may be answered with updates of two windows and a few more … */
const WINDOW_UPDATES_FOR_DATA = 10;
/**
 * … whenever its reader gets there: a client whose window is 4 MiB may give it back long after the
 * last frame, 4 KiB at a time and twice over, as Go's does for who reads through a small buffer. As
 * many times the limit are kept for that, from one interval to the next.
 */
const KEPT_WINDOW_UPDATES = 128;
/** … and with a PING that measures the round trip. */
const PINGS_FOR_DATA = 1;
/** Whoever opens a stream may say how much it takes … */
const WINDOW_UPDATES_FOR_STREAM = 4;
/** … and how urgent it is. */
const PRIORITIES_FOR_STREAM = 8;

/**
 * Counts what a peer does, anew in each interval, and takes off what there was a reason for. A reason
 * for window updates lasts until they come, all others as long as the interval.
 */
export class AbuseMeter {
  readonly #limits: AbuseLimits;
  readonly #counts: AbuseCounts = zeros();
  #since: number;
  /** Reasons since the last count: they are many, and counts are few. */
  #dataSent = 0;
  #streamsOpened = 0;

  /** Starts to count. */
  constructor(limits: AbuseLimits, now: number) {
    this.#limits = limits;
    this.#since = now;
  }

  /** The counts of the current interval. */
  get counts(): Readonly<AbuseCounts> {
    this.#allowAll();
    return this.#counts;
  }

  /** Counts one more. Returns whether that is still within the limit. */
  count(kind: AbuseKind, now: number): boolean {
    this.#allowAll();
    if (now - this.#since >= this.#limits.intervalMs) {
      this.#since = now;
      const { maxWindowUpdates } = this.#counts;
      Object.assign(this.#counts, zeros());
      this.#counts.maxWindowUpdates = Math.min(maxWindowUpdates, 0);
    }
    return ++this.#counts[kind] <= this.#limits[kind];
  }

  /** A DATA frame was sent to the peer. */
  dataSent(): void {
    this.#dataSent++;
  }

  /** The peer has opened a stream. */
  streamOpened(): void {
    this.#streamsOpened++;
  }

  #allowAll(): void {
    const [sent, opened] = [this.#dataSent, this.#streamsOpened];
    if (sent + opened === 0) return;
    this.#dataSent = this.#streamsOpened = 0;
    this.#allow(
      "maxWindowUpdates",
      sent * WINDOW_UPDATES_FOR_DATA + opened * WINDOW_UPDATES_FOR_STREAM,
      KEPT_WINDOW_UPDATES,
    );
    this.#allow("maxPings", sent * PINGS_FOR_DATA);
    this.#allow("maxPriorities", opened * PRIORITIES_FOR_STREAM);
  }

  /** What is unused now is not saved up for later beyond so many times the limit. */
  #allow(kind: AbuseKind, count: number, times = 1): void {
    this.#counts[kind] = Math.max(this.#counts[kind] - count, -this.#limits[kind] * times);
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
