/**
 * How long a peer is waited for: for a request, for its head, for its body.
 *
 * @module
 */

import type { FailureCode } from "./events.ts";
import type { Http1Timeouts } from "./limits.ts";

const NOTHING = 0;
const REQUEST = 1;
const HEAD = 2;
const CONTENT = 3;

/** One clock for whatever is waited for at the moment. All times are in ms. */
export class ReadClock {
  readonly #timeouts: Http1Timeouts;
  #wait = NOTHING;
  #first = true;
  #since: number;
  #last: number;
  #bytes = 0;
  #pausedAt = -1;
  #loose = false; // whether #since is too early, for want of a clock when the wait began

  /** Starts waiting for the first request. */
  constructor(timeouts: Http1Timeouts, now: number) {
    this.#timeouts = timeouts;
    this.#wait = REQUEST;
    this.#since = now;
    this.#last = now;
  }

  /** When the wait runs out; `undefined` if nothing is waited for, or for ever. */
  get deadline(): number | undefined {
    const at = this.#deadline();
    return at === Infinity ? undefined : at;
  }

  /** Waits for nothing. */
  stop(): void {
    this.#wait = NOTHING;
    this.#first = false;
  }

  /** Waits for the next request. `loose`: since some time after `now`, which is only known later. */
  awaitRequest(now: number, loose: boolean): void {
    if (this.#wait > REQUEST) return; // a head or a body is on its way already
    this.#wait = REQUEST;
    this.#since = now;
    this.#loose = loose;
  }

  /** Waits for the rest of a head that began at `now`, or before: then nothing changes. */
  awaitHead(now: number): void {
    if (this.#wait === HEAD) return;
    // A new connection's head is waited for from its opening.
    if (!this.#first) this.#since = now;
    this.#wait = HEAD;
    this.#loose = false;
  }

  /** Waits for a body from `now` on. */
  awaitBody(now: number, loose: boolean): void {
    this.#wait = CONTENT;
    this.#since = now;
    this.#last = now;
    this.#bytes = 0;
    this.#pausedAt = -1;
    this.#loose = loose;
  }

  /** A part of the body has come. */
  progress(now: number, bytes: number): void {
    this.#last = now;
    this.#bytes += bytes;
    this.#loose = false;
  }

  /** The body is not being read: its time stands still. */
  pause(now: number): void {
    if (this.#pausedAt < 0) this.#pausedAt = now;
  }

  /** The body is being read again. */
  resume(now: number): void {
    if (this.#pausedAt < 0) return;
    const paused = now - this.#pausedAt;
    this.#since += paused;
    this.#last += paused;
    this.#pausedAt = -1;
  }

  /** What has run out at `now`. */
  expired(now: number): FailureCode | undefined {
    if (this.#loose) {
      this.#since = now;
      this.#last = now;
      this.#loose = false;
      return undefined;
    }
    if (now < this.#deadline()) return undefined;
    switch (this.#wait) {
      case REQUEST:
        return "IDLE_TIMEOUT";
      case HEAD:
        return "HEAD_TIMEOUT";
      default:
        return now >= this.#last + this.#timeouts.bodyMs ? "BODY_TIMEOUT" : "BODY_TOO_SLOW";
    }
  }

  #deadline(): number {
    const { headMs, idleMs, bodyMs } = this.#timeouts;
    switch (this.#wait) {
      case REQUEST:
        return this.#since + (this.#first ? headMs : idleMs);
      case HEAD:
        return this.#since + headMs;
      case CONTENT:
        return this.#pausedAt >= 0 ? Infinity : Math.min(this.#last + bodyMs, this.#rateDeadline());
      default:
        return Infinity;
    }
  }

  /** When the bytes so far will have become too few for the time since the start. */
  #rateDeadline(): number {
    const { minBodyBytesPerSecond, minBodyRateGraceMs } = this.#timeouts;
    if (minBodyBytesPerSecond === 0) return Infinity;
    const covered = this.#bytes * 1000 / minBodyBytesPerSecond;
    return this.#since + Math.max(minBodyRateGraceMs, covered);
  }
}
