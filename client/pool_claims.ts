/**
 * Who of all that wait has waited longest for what may be opened.
 *
 * @module
 */

import { claimOf, type PlaceLimits } from "./pool_line.ts";
import type { PoolPlace } from "./pool_place.ts";

/** A place, and since when its first waiter without an attempt waits. */
export interface Claim<C, W> {
  /** Whose waiter it is. */
  readonly place: PoolPlace<C, W>;
  /** The sequence number of its arrival. */
  readonly since: number;
}

/**
 * The claims of a pool that is full, in a heap. A place is added when it may have got an older claim
 * than it had; whether it still has it is looked at when its turn comes, so that nothing has to be
 * taken out or moved before that.
 */
export class PoolClaims<C, W> {
  readonly #limits: PlaceLimits;
  readonly #heap: Claim<C, W>[] = [];

  /** Makes one without claims. */
  constructor(limits: PlaceLimits) {
    this.#limits = limits;
  }

  /** `place` may claim a connection for its oldest waiter, or for one that came later. */
  add(place: PoolPlace<C, W>): void {
    const since = place.oldest;
    if (since >= place.claimedSince) return;
    place.claimedSince = since;
    this.#heap.push({ place, since });
    this.#rise(this.#heap.length - 1);
  }

  /** The oldest claim, if there is any. */
  oldest(): Claim<C, W> | undefined {
    for (let top = this.#heap[0]; top !== undefined; top = this.#heap[0]) {
      const { place, since } = top;
      const actual = since === place.claimedSince ? claimOf(place, this.#limits) : undefined;
      if (actual === since) return top;
      if (since === place.claimedSince) place.claimedSince = actual ?? Infinity;
      const last = this.#heap.pop()!;
      if (actual !== undefined) {
        if (last !== top) this.#heap.push(last);
        this.#heap[0] = { place, since: actual };
      } else if (last !== top) this.#heap[0] = last;
      this.#sink();
    }
    return undefined;
  }

  /** Forgets all claims. */
  clear(): void {
    this.#heap.length = 0;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let at = from; at > 0;) {
      const above = (at - 1) >> 1;
      if (heap[above].since <= heap[at].since) return;
      [heap[above], heap[at]] = [heap[at], heap[above]];
      at = above;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let at = 0;;) {
      let below = 2 * at + 1;
      if (below >= heap.length) return;
      if (below + 1 < heap.length && heap[below + 1].since < heap[below].since) below++;
      if (heap[at].since <= heap[below].since) return;
      [heap[below], heap[at]] = [heap[at], heap[below]];
      at = below;
    }
  }
}
