/**
 * All that a pool has of one route: its connections, and who waits for one.
 *
 * @module
 */

import { remove, type Slot } from "./pool_slot.ts";

/** What a pool holds at one moment, of one route. */
export interface PoolCounts {
  /** Connections that carry a request, or several. */
  readonly active: number;
  /** Connections that carry none and may carry another. */
  readonly idle: number;
  /** Connections that are being opened. */
  readonly opening: number;
  /** Requests that wait for a connection, or for room on one. */
  readonly waiting: number;
  /** Requests that are on one of its connections, whatever host they are for. */
  readonly requests: number;
  /** Connections whose peer is being asked whether it is still there. */
  readonly doubted: number;
  /** Connections of other routes that take requests for this one as well. */
  readonly coalesced: number;
  /** Connections that were opened. */
  readonly opened: number;
  /** Connections that were opened and are closed. */
  readonly closed: number;
  /** Requests that found a connection which had carried one before. */
  readonly reused: number;
}

/** What is counted for all routes together. */
export interface PoolTally {
  /** Idle connections. */
  idle: number;
}

/** The place of one route in a pool. */
export class PoolPlace<C, W> {
  /** The key of the route. */
  readonly key: string;
  /** Whether connections are shared, or one that is opened may turn out to be. */
  mayShare = false;
  /** All of its connections, opening ones included. */
  readonly slots = new Set<Slot<C, W>>();
  /** Longest idle first: the last one used is the likeliest to be alive, so it is taken first. */
  readonly idle: Slot<C, W>[] = [];
  /** Those that carry many requests at once and take more. */
  readonly shared: Slot<C, W>[] = [];
  /** Shared ones whose peer is being asked whether it is still there. */
  readonly doubted = new Set<Slot<C, W>>();
  /** Those of other places that take requests for this one as well. */
  readonly borrowed: Slot<C, W>[] = [];
  /** Attempts that stand for the first so many of the waiters. */
  readonly opening = new Set<Slot<C, W>>();
  /** Each with the sequence number of its arrival, oldest first. */
  readonly waiters = new Map<W, number>();
  /** Waiters that get one connection and no other. */
  dedicated = 0;
  /** Since when its claim dates at the earliest, as far as {@linkcode PoolClaims} knows of one. */
  claimedSince = Infinity;
  /** What it shares with all places of the pool. */
  readonly tally: PoolTally;
  #opened = 0;
  #closed = 0;
  #reused = 0;

  /** Makes an empty one. */
  constructor(key: string, tally: PoolTally = { idle: 0 }) {
    this.key = key;
    this.tally = tally;
  }

  /** Whether nothing would be lost with it. */
  get isEmpty(): boolean {
    return this.slots.size === 0 && this.waiters.size === 0 && this.borrowed.length === 0;
  }

  /** When the oldest waiter came; `Infinity` if there is none. */
  get oldest(): number {
    if (this.waiters.size === 0) return Infinity;
    return this.waiters.values().next().value as number;
  }

  /** Takes room on a connection, if there is any: of idle ones, the last one used. */
  take(): Slot<C, W> | undefined {
    const slot = this.idle.pop() ?? roomOn(this.shared) ?? roomOn(this.borrowed);
    slot?.carry();
    return slot;
  }

  /**
   * For how many of its waiters, the oldest first, there is an attempt under way. One attempt
   * stands for all where connections are shared, and so do as many of those as there may be.
   */
  covered(maxShared: number): number {
    if (!this.mayShare) return this.opening.size;
    return this.opening.size > 0 || this.shared.length >= maxShared ? Infinity : 0;
  }

  /** A connection has been opened. */
  opened(slot: Slot<C, W>): void {
    this.opening.delete(slot);
    this.#opened++;
  }

  /** Has one less, whatever it was. */
  drop(slot: Slot<C, W>): void {
    if (slot.phase === "opening") this.opening.delete(slot);
    else {
      this.#closed++;
      this.#reused += reusesOf(slot);
    }
    if (slot.phase === "idle") this.tally.idle--;
    this.doubted.delete(slot);
    if (slot.shared) slot.hide();
    else if (slot.phase === "idle") remove(this.idle, slot);
    if (slot.dedicatedTo !== undefined) this.dedicated--;
    this.slots.delete(slot);
    slot.phase = "gone";
  }

  /** Counts what there is. */
  counts(): PoolCounts {
    const count = { active: 0, idle: 0, opening: 0, gone: 0 };
    let [requests, reused] = [0, this.#reused];
    for (const slot of this.slots) {
      count[slot.phase]++;
      requests += slot.load;
      reused += reusesOf(slot);
    }
    const { active, idle, opening } = count;
    const waiting = this.waiters.size + this.dedicated;
    const coalesced = this.borrowed.length;
    const [opened, closed] = [this.#opened, this.#closed];
    return {
      active,
      idle,
      opening,
      waiting,
      requests,
      doubted: this.doubted.size,
      coalesced,
      opened,
      closed,
      reused,
    };
  }
}

/** Adds counts up. */
export function sumOf(counts: readonly PoolCounts[]): PoolCounts {
  const sum = {
    active: 0,
    idle: 0,
    opening: 0,
    waiting: 0,
    requests: 0,
    doubted: 0,
    coalesced: 0,
    opened: 0,
    closed: 0,
    reused: 0,
  };
  for (const one of counts) {
    for (const name of Object.keys(sum) as (keyof PoolCounts)[]) sum[name] += one[name];
  }
  return sum;
}

function roomOn<C, W>(slots: readonly Slot<C, W>[]): Slot<C, W> | undefined {
  for (let at = 0; at < slots.length; at++) if (slots[at].hasRoom) return slots[at];
  return undefined;
}

function reusesOf(slot: Slot<unknown, unknown>): number {
  return Math.max(0, slot.carried - 1);
}
