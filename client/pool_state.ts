/**
 * What a connection pool decides, without doing any of it.
 *
 * The state is plain and synchronous: each method changes it and returns the orders that follow,
 * oldest first. Whoever calls carries them out (`pool.ts`) and reports back what came of them.
 * Nothing here knows a clock, a socket or a promise, so that a model test can drive it.
 *
 * ```
 *              acquire            opened, no waiter
 *   (nothing) ────────▶ opening ──────────────────▶ idle ◀─┐
 *                          │                         │     │ release, no waiter
 *                          │ opened, waiter          ▼     │
 *                          └─────────────────────▶ active ─┘
 *        failed, released for good, removed, evicted ──▶ gone
 * ```
 *
 * A connection carries so many requests at once as its capacity says: one over HTTP/1.1, many over
 * HTTP/2. Of the second kind a route has few that take requests, usually one; whoever finds no
 * room on them waits. A capacity of 0 says that a connection takes no more, and it goes when the
 * last request on it ends. One that is doubted is in nobody's reach until it has been proved.
 *
 * @module
 */

import { KnownRoutes } from "./known_routes.ts";
import { PoolDoubts } from "./pool_doubts.ts";
import { PoolGuests } from "./pool_guests.ts";
import type { PoolOrder, RetireReason } from "./pool_order.ts";
import type { PoolCounts, PoolPlace } from "./pool_place.ts";
import { type PoolLimits, PoolRoom } from "./pool_room.ts";
import { isUsable, type PoolSlot, type Slot } from "./pool_slot.ts";

/** What a connection turned out to be. */
export interface Capacity {
  /** How many requests it can carry at once. */
  readonly streams: number;
  /** Whether all requests to its route share it, or each takes one of its own. */
  readonly shared: boolean;
}

/**
 * The decisions of a pool over connections of type `C`, wanted by waiters of type `W`.
 *
 * Three rules hold after every call: no limit is exceeded; waiters of a route are served in the
 * order they came; and a slot that becomes free goes to the oldest waiter of any route that may
 * have it, so that a busy route starves no other.
 */
export class PoolState<C, W> {
  readonly #room: PoolRoom<C, W>;
  /** Routes whose connections could have been shared and were not. */
  readonly #unshared = new KnownRoutes(MAX_KNOWN_ROUTES);
  readonly #doubts: PoolDoubts<C, W>;
  readonly #guests: PoolGuests<C, W>;

  /** Makes an empty pool. */
  constructor(limits: PoolLimits) {
    this.#room = new PoolRoom(limits);
    this.#doubts = new PoolDoubts(this.#room);
    this.#guests = new PoolGuests(this.#room);
  }

  /** How many slots there are, opening ones included. */
  get size(): number {
    return this.#room.size;
  }

  /** Takes room on a connection of `route`, if there is any: of idle ones, the last one used. */
  take(route: string): PoolSlot<C, W> | undefined {
    return this.#room.places.get(route)?.take();
  }

  /** The connection of `route` that requests share and that has room, if there is one. */
  shared(route: string): PoolSlot<C, W> | undefined {
    return this.#room.places.get(route)?.shared.find((slot) => slot.hasRoom);
  }

  /**
   * Wants a connection to `route` for `waiter`.
   *
   * @param mayShare Whether a connection may turn out to be one that all requests share. One
   *   attempt stands for all waiters until that is known.
   */
  acquire(route: string, waiter: W, mayShare = false): PoolOrder<C, W>[] {
    const slot = this.take(route);
    if (slot !== undefined) return [{ type: "reuse", slot, waiter }];
    if (this.#room.waiting + this.#room.dedicated.size >= this.#room.limits.maxWaiting) {
      return [{ type: "refuse", waiter, reason: "full" }];
    }
    const place = this.#room.placeOf(route);
    if (place.slots.size === 0 && place.borrowed.length === 0) {
      place.mayShare = mayShare && !this.#unshared.has(route);
    }
    this.#room.join(place, waiter);
    const orders: PoolOrder<C, W>[] = [];
    if (!this.#room.grow(place, orders)) orders.push({ type: "queue", waiter });
    return orders;
  }

  /**
   * Gives up `slot`, whose connection turned out to be dead, and opens a fresh one in its place
   * for `waiter` alone.
   */
  replace(slot: PoolSlot<C, W>, waiter: W): PoolOrder<C, W>[] {
    // A slot that is gone has given its place away already: start over.
    if (slot.phase === "gone") return this.acquire(slot.route, waiter);
    this.#room.drop(slot as Slot<C, W>);
    const fresh = this.#room.dedicate(this.#room.placeOf(slot.route), waiter);
    return [{ type: "open", slot: fresh }];
  }

  /** The connection of `slot` has been opened, for one request at a time or for more. */
  opened(
    slot: PoolSlot<C, W>,
    connection: C,
    capacity: Capacity = ONE_AT_A_TIME,
  ): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "opening") return [{ type: "evict", slot, reason: "surplus" }];
    const { place } = own;
    own.connection = connection;
    own.capacity = capacity.streams;
    own.shared = capacity.shared;
    own.phase = "active";
    place.opened(own);
    this.#learn(place, capacity.shared);
    if (own.shared) own.show();
    const orders: PoolOrder<C, W>[] = [];
    const waiter = own.dedicatedTo;
    if (waiter !== undefined) {
      this.#room.dedicated.delete(waiter);
      place.dedicated--;
      own.dedicatedTo = undefined;
      own.carry();
      orders.push({ type: "reuse", slot, waiter });
    }
    if (own.hasRoom) this.#room.fill(own, orders);
    // Whoever has waited to learn what connections there are may need one of its own.
    this.#room.growAll(place, orders);
    return orders;
  }

  /** The connection of `slot` could not be opened: whoever it was for is refused. */
  failed(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "opening") return [];
    const orders: PoolOrder<C, W>[] = [];
    const { place } = own;
    const refused: W[] = [];
    if (own.dedicatedTo !== undefined) refused.push(own.dedicatedTo);
    else {
      // The oldest waiter is the one that this attempt was made for, or stands for it.
      const stands = place.mayShare && place.shared.length + place.borrowed.length === 0;
      const count = stands ? place.waiters.size : 1;
      for (const waiter of place.waiters.keys()) if (refused.length < count) refused.push(waiter);
      for (const waiter of refused) this.#room.leave(place, waiter);
    }
    this.#room.drop(own);
    for (const waiter of refused) orders.push({ type: "refuse", waiter, reason: "failed" });
    this.#room.refill(orders);
    return orders;
  }

  /** A request on `slot` is over and its connection may carry another. */
  release(slot: PoolSlot<C, W>): readonly PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase !== "active") return NOTHING;
    own.load--;
    if (own.capacity > 0) {
      if (!own.hasRoom) return NOTHING; // it was told to carry fewer
      if (this.#room.waiting === 0) {
        this.#room.rest(own);
        return NOTHING;
      }
    } else if (own.load > 0) return NOTHING;
    const orders: PoolOrder<C, W>[] = [];
    if (own.doubted && own.capacity > 0) {
      this.#room.rest(own);
      this.#room.refill(orders); // somebody else may take its place
    } else if (own.capacity > 0) this.#room.fill(own, orders);
    else this.#room.giveAway(own, own.retired!, orders);
    return orders;
  }

  /**
   * The connection of `slot` can carry so many requests at once from now on. 0 is for good: see
   * {@linkcode retire}.
   */
  resize(slot: PoolSlot<C, W>, streams: number): readonly PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (streams === 0) return this.retire(slot, own.doubted ? "doubted" : "peer");
    if (!isUsable(own)) return NOTHING;
    own.capacity = streams;
    const orders: PoolOrder<C, W>[] = [];
    if (this.#room.waiting > 0 && own.load > 0 && own.hasRoom && !own.doubted) {
      this.#room.fill(own, orders);
    }
    return orders;
  }

  /**
   * The connection of `slot` takes no more requests: it goes with its last one, and another takes
   * its place before that.
   */
  retire(slot: PoolSlot<C, W>, reason: RetireReason): readonly PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (!isUsable(own)) return NOTHING;
    const orders: PoolOrder<C, W>[] = [];
    this.#room.retire(own, reason, orders);
    return orders;
  }

  /** The connection of `slot` is closed. */
  remove(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const own = slot as Slot<C, W>;
    if (own.phase === "gone") return [];
    const orders: PoolOrder<C, W>[] = [];
    this.#room.drop(own);
    this.#room.refill(orders);
    return orders;
  }

  /** `waiter` wants nothing any more. An attempt that nobody waits for is given up. */
  abandon(route: string, waiter: W): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    let surplus = this.#room.dedicated.get(waiter);
    if (surplus === undefined) {
      const place = this.#room.places.get(route);
      if (place === undefined || !this.#room.leave(place, waiter)) return orders;
      if (place.opening.size > place.waiters.size) {
        for (const slot of place.opening) surplus = slot;
      }
      if (place.doubted.size > 0) this.#room.refill(orders);
      this.#room.forget(place);
    }
    if (surplus !== undefined) this.#room.giveAway(surplus, "surplus", orders);
    return orders;
  }

  /**
   * The network has changed on the way to `route`, or on every way. Who can be asked whether it is
   * still there is asked before it is used again; who cannot and is idle, goes. A connection that
   * carries one request at a time proves itself when that ends well.
   */
  doubt(route?: string): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    const { places } = this.#room;
    if (route === undefined) this.#doubts.raise(places.values(), orders);
    else {
      const place = places.get(route);
      if (place !== undefined) this.#doubts.raise([place], orders);
    }
    return orders;
  }

  /** The connection of `slot` alone is doubted, if it is one that can be asked. */
  suspect(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    this.#doubts.suspect(slot as Slot<C, W>, orders);
    return orders;
  }

  /** The peer of `slot` has answered: its connection is as good as before. */
  proved(slot: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    this.#doubts.dispel(slot as Slot<C, W>, orders);
    return orders;
  }

  /**
   * The connection of `host`, which is of another route, serves that of `slot` as well: what was
   * being opened is not needed (RFC 9113 §9.1.1).
   *
   * @returns Nothing if it may not be: see {@linkcode mayCoalesce}.
   */
  coalesce(slot: PoolSlot<C, W>, host: PoolSlot<C, W>): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    if (this.#guests.mayWelcome(slot, host)) {
      this.#guests.welcome(slot as Slot<C, W>, host as Slot<C, W>, orders);
    }
    return orders;
  }

  /** Whether the connection of `host` may take the place of the attempt of `slot`. */
  mayCoalesce(slot: PoolSlot<C, W>, host: PoolSlot<C, W>): boolean {
    return this.#guests.mayWelcome(slot, host);
  }

  /**
   * A server said that it does not serve `route` on a connection of another (421, RFC 9110
   * §15.5.20): from now on the route has connections of its own only.
   */
  separate(route: string): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    this.#guests.separate(route, orders);
    return orders;
  }

  /** Whether an attempt to open a connection is under way on behalf of `waiter`. */
  isCovered(route: string, waiter: W): boolean {
    if (this.#room.dedicated.has(waiter)) return true;
    const place = this.#room.places.get(route);
    if (place === undefined) return false;
    if (place.mayShare && place.opening.size > 0) return place.waiters.has(waiter);
    let ahead = 0;
    for (const other of place.waiters.keys()) {
      if (ahead++ >= place.opening.size) return false;
      if (other === waiter) return true;
    }
    return false;
  }

  /** Empties the pool: every waiter is refused and every connection evicted. */
  close(): PoolOrder<C, W>[] {
    const orders: PoolOrder<C, W>[] = [];
    const reason = "closed";
    for (const waiter of this.#room.dedicated.keys()) {
      orders.push({ type: "refuse", waiter, reason });
    }
    for (const { waiters, slots } of this.#room.places.values()) {
      for (const waiter of waiters.keys()) orders.push({ type: "refuse", waiter, reason });
      for (const slot of slots) orders.push({ type: "evict", slot, reason });
    }
    this.#room.clear();
    return orders;
  }

  /** Whether anything of `route` is left. */
  has(route: string): boolean {
    return this.#room.places.has(route);
  }

  /** How many waiters of `route` there are. */
  waiting(route: string): number {
    return this.#room.places.get(route)?.waiters.size ?? 0;
  }

  /** The slots of `route`. */
  slots(route: string): Iterable<PoolSlot<C, W>> {
    return this.#room.places.get(route)?.slots ?? NOTHING;
  }

  /** Counts all of it, and what was opened, closed and reused since the beginning. */
  total(): PoolCounts {
    return this.#room.total();
  }

  /** Counts what the pool holds, for every route that it knows. */
  counts(): Map<string, PoolCounts> {
    const counts = new Map<string, PoolCounts>();
    for (const [route, place] of this.#room.places) counts.set(route, place.counts());
    return counts;
  }

  #learn(place: PoolPlace<C, W>, shared: boolean): void {
    if (place.mayShare && !shared) this.#unshared.add(place.key);
    else if (shared) this.#unshared.delete(place.key);
    place.mayShare = shared;
  }
}

const NOTHING: never[] = [];
const ONE_AT_A_TIME: Capacity = Object.freeze({ streams: 1, shared: false });
const MAX_KNOWN_ROUTES = 512; // what is forgotten is learned again, at the price of one handshake
