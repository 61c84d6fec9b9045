/**
 * How long a client's connection without a request is kept.
 *
 * @module
 */

import type { ResponseHead } from "./proto/response_head.ts";

const HINT_AFTER_MS = 1_000; // idle for this long, the peer's Keep-Alive field is looked at

/**
 * The time between two requests: our own limit, or a second less than the peer says that it waits
 * (`Keep-Alive: timeout=5`), so that we are the ones who close.
 */
export class IdleWait {
  /** When it began, on the clock of the timers. */
  since = 0;
  readonly #limitMs: number;
  #head: ResponseHead | undefined = undefined;
  #waitMs: number | undefined = undefined;

  /** Makes one with our own limit, in milliseconds. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** A request is on its way. */
  end(): void {
    this.#head = undefined;
  }

  /** What the peer has answered, which may say how long it waits. */
  answered(head: ResponseHead): void {
    this.#head = head;
  }

  /** Begins. Returns when to look at it. */
  begin(now: number): number {
    this.since = now;
    this.#waitMs = undefined;
    return now +
      (this.#head === undefined ? this.#limitMs : Math.min(this.#limitMs, HINT_AFTER_MS));
  }

  /** When it is over. The field is read here, and not of every response. */
  get until(): number {
    return this.since + (this.#waitMs ??= this.#agreedMs());
  }

  #agreedMs(): number {
    const hint = this.#head?.fields.get("keep-alive")?.match(/(?:^|[,;\s])timeout=(\d{1,9})/i);
    this.#head = undefined; // it may be large
    return hint ? Math.min(this.#limitMs, Number(hint[1]) * 1_000 - HINT_AFTER_MS) : this.#limitMs;
  }
}
