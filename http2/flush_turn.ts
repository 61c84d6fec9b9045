/**
 * One write for what is sent a few promise jobs apart.
 *
 * @module
 */

// Whoever waited for a response asks the next thing a few promise jobs later: one write for all.
const FLUSH_AFTER_JOBS = 6;

/** Flushes once nothing was sent for a few promise jobs. */
export class FlushTurn {
  readonly #flush: () => void;
  #queued = false;
  #jobs = 0;

  /** Makes one that calls `flush`. */
  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /** There is something to write. */
  soon(): void {
    this.#jobs = FLUSH_AFTER_JOBS;
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(this.#turn);
  }

  readonly #turn = (): void => {
    if (--this.#jobs > 0) return queueMicrotask(this.#turn);
    this.#queued = false;
    this.#flush();
  };
}
