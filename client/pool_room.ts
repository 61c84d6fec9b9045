/**
 * Deals out the room that the limits of a pool leave.
 *
 * @module
 */

import { PoolClaims } from "./pool_claims.ts";
import { firstInLine, longestIdle, mayGrow } from "./pool_line.ts";
import type { EvictReason, PoolOrder, RetireReason } from "./pool_order.ts";
import { type PoolCounts, PoolPlace, type PoolTally, sumOf } from "./pool_place.ts";
import { Slot } from "./pool_slot.ts";

/** How much a pool may have. */
export interface PoolLimits {
  /** Connections in total, opening ones included. */
  readonly maxConnections: number;
  /** Connections of one route, opening ones included. */
  readonly maxConnectionsPerOrigin: number;
  /** Of those, the ones that all requests share and that take more. */
  readonly maxMultiplexedPerOrigin: number;
  /** Requests that one connection carries in all. */
  readonly maxRequestsPerConnection: number;
  /** Waiters in total. */
  readonly maxWaiting: number;
}

/** The places of all routes, and how full they are. Methods append the orders that follow. */
export class PoolRoom<C, W> {
  /** How much there may be. */
  readonly limits: PoolLimits;
  /** By the key of the route. */
  readonly places = new Map<string, PoolPlace<C, W>>();
  /** The attempts for those who get one connection and no other. */
  readonly dedicated = new Map<W, Slot<C, W>>();
  readonly #claims: PoolClaims<C, W>;
  readonly #tally: PoolTally = { idle: 0 };
  #size = 0;
  #waiting = 0;
  #sequence = 0;
  /** What was counted in places that are forgotten. */
  #past: PoolCounts = sumOf([]);

  /** Makes room where nothing is yet. */
  constructor(limits: PoolLimits) {
    this.limits = limits;
    this.#claims = new PoolClaims(limits);
  }

  /** How many slots there are, opening ones included. */
  get size(): number {
    return this.#size;
  }

  /** How many wait in the places; those with an attempt of their own are beside them. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The place of a route, which is made where there is none. */
  placeOf(route: string): PoolPlace<C, W> {
    let place = this.places.get(route);
    if (place === undefined) this.places.set(route, place = new PoolPlace(route, this.#tally));
    return place;
  }

  /** Forgets a place that holds nothing. */
  forget(place: PoolPlace<C, W>): void {
    if (!place.isEmpty || this.places.get(place.key) !== place) return;
    this.places.delete(place.key);
    this.#past = sumOf([this.#past, place.counts()]);
  }

  /** Counts everything, and what was opened, closed and reused since the beginning. */
  total(): PoolCounts {
    return sumOf([this.#past, ...Array.from(this.places.values(), (place) => place.counts())]);
  }

  /** Puts a waiter at the end of the line. */
  join(place: PoolPlace<C, W>, waiter: W): void {
    place.waiters.set(waiter, ++this.#sequence);
    this.#waiting++;
  }

  /** Takes a waiter out of the line. */
  leave(place: PoolPlace<C, W>, waiter: W): boolean {
    const was = place.waiters.delete(waiter);
    if (was) this.#waiting--;
    return was;
  }

  /** Makes a slot. */
  add(place: PoolPlace<C, W>): Slot<C, W> {
    const slot = new Slot(place, this.limits.maxRequestsPerConnection);
    place.slots.add(slot);
    this.#size++;
    return slot;
  }

  /** Makes a slot for one waiter. */
  dedicate(place: PoolPlace<C, W>, waiter: W): Slot<C, W> {
    const slot = this.add(place);
    slot.dedicatedTo = waiter;
    place.dedicated++;
    this.dedicated.set(waiter, slot);
    return slot;
  }

  /** Takes a slot away. */
  drop(slot: Slot<C, W>): void {
    if (slot.dedicatedTo !== undefined) this.dedicated.delete(slot.dedicatedTo);
    const { place, guests } = slot;
    place.drop(slot);
    this.#size--;
    if (place.waiters.size > 0) this.#claims.add(place);
    this.forget(place);
    for (const guest of guests) this.forget(guest);
  }

  /** Takes everything away. */
  clear(): void {
    for (const place of this.places.values()) {
      for (const slot of place.slots) place.drop(slot);
      const { opened, closed, reused } = place.counts();
      this.#past = sumOf([this.#past, { ...NOTHING, opened, closed, reused }]);
    }
    this.dedicated.clear();
    this.places.clear();
    this.#claims.clear();
    this.#size = this.#waiting = 0;
  }

  /** Finds work for a connection that has room. */
  fill(slot: Slot<C, W>, orders: PoolOrder<C, W>[]): void {
    let place = firstInLine(slot);
    const isFull = this.#size >= this.limits.maxConnections;
    if (isFull && this.#waiting > slot.place.waiters.size) {
      const starved = this.#claims.oldest();
      if (starved !== undefined && starved.since < (place?.oldest ?? Infinity)) {
        return this.retire(slot, "displaced", orders);
      }
    }
    for (; place !== undefined && slot.hasRoom; place = firstInLine(slot)) {
      for (const waiter of place.waiters.keys()) {
        this.leave(place, waiter);
        slot.carry();
        orders.push({ type: "reuse", slot, waiter });
        if (slot.guests.length > 0 || !slot.hasRoom) break;
      }
    }
    if (slot.capacity === 0) this.cover(slot, orders);
    this.rest(slot);
    // What nobody waits for any more may be in the way of others.
    if (slot.place.doubted.size > 0 || slot.guests.some(isInDoubt)) this.refill(orders);
  }

  /** Lets a connection be idle, if it carries nothing. */
  rest(slot: Slot<C, W>): void {
    if (slot.load > 0) return;
    if (slot.phase !== "idle") this.#tally.idle++;
    slot.phase = "idle";
    slot.idleSince = ++this.#sequence;
    if (!slot.shared) slot.place.idle.push(slot);
  }

  /** Puts nothing more on a connection: it goes as soon as it carries nothing. */
  retire(slot: Slot<C, W>, reason: RetireReason, orders: PoolOrder<C, W>[]): void {
    slot.retire(reason);
    if (slot.load === 0) this.giveAway(slot, reason, orders);
    else this.cover(slot, orders);
  }

  /** Closes a connection and gives its place to whoever has waited longest. */
  giveAway(slot: Slot<C, W>, reason: EvictReason, orders: PoolOrder<C, W>[]): void {
    this.drop(slot);
    orders.push({ type: "evict", slot, reason });
    this.refill(orders);
  }

  /** Gives up attempts of `place` where nobody waits for anything. */
  giveUpSurplus(place: PoolPlace<C, W>, orders: PoolOrder<C, W>[]): void {
    if (place.waiters.size > 0) return;
    for (const slot of [...place.opening]) {
      this.drop(slot);
      orders.push({ type: "evict", slot, reason: "surplus" });
    }
  }

  /** Opens what those need who can use `slot` no longer. */
  cover(slot: Slot<C, W>, orders: PoolOrder<C, W>[]): void {
    this.growAll(slot.place, orders);
    for (const guest of slot.guests) this.growAll(guest, orders);
  }

  /** Gives places that are free, or taken by what is idle, to the oldest waiters that may have them. */
  refill(orders: PoolOrder<C, W>[]): void {
    while (this.#waiting > 0) {
      const oldest = this.#claims.oldest();
      if (oldest === undefined || !this.grow(oldest.place, orders)) return;
    }
  }

  /** Orders an attempt for each uncovered waiter of `place`, as far as the limits allow. */
  growAll(place: PoolPlace<C, W>, orders: PoolOrder<C, W>[]): void {
    while (this.grow(place, orders));
  }

  /** Orders an attempt for the first uncovered waiter of `place`, where the limits allow one. */
  grow(place: PoolPlace<C, W>, orders: PoolOrder<C, W>[]): boolean {
    if (!mayGrow(place, this.limits)) return false;
    if (this.#size >= this.limits.maxConnections) {
      const victim = this.#tally.idle > 0 ? longestIdle(this.places.values()) : undefined;
      if (victim === undefined) {
        this.#claims.add(place);
        return false;
      }
      this.drop(victim);
      orders.push({ type: "evict", slot: victim, reason: "displaced" });
    }
    const slot = this.add(place);
    place.opening.add(slot);
    orders.push({ type: "open", slot });
    return true;
  }
}

function isInDoubt(place: PoolPlace<unknown, unknown>): boolean {
  return place.doubted.size > 0;
}

const NOTHING: PoolCounts = sumOf([]);
