/**
 * Routes that use the connections of others (RFC 9113 §9.1.1).
 *
 * @module
 */

import { KnownRoutes } from "./known_routes.ts";
import type { PoolOrder } from "./pool_order.ts";
import type { PoolRoom } from "./pool_room.ts";
import type { PoolSlot, Slot } from "./pool_slot.ts";

const MAX_ALONE = 4_096; // who is forgotten is misdirected once more
const MAX_GUESTS = 256; // each is looked at when a connection has room and somebody waits

/** Which routes use what connections of others, and which never do. */
export class PoolGuests<C, W> {
  readonly #room: PoolRoom<C, W>;
  readonly #alone = new KnownRoutes(MAX_ALONE);

  /** Nobody is a guest yet. */
  constructor(room: PoolRoom<C, W>) {
    this.#room = room;
  }

  /** Whether the connection of `host` may take the place of the attempt of `slot`. */
  mayWelcome(slot: PoolSlot<C, W>, host: PoolSlot<C, W>): boolean {
    const { place, phase, dedicatedTo } = slot as Slot<C, W>;
    const { shared, hasRoom, doubted, guests, place: home } = host as Slot<C, W>;
    return phase === "opening" && dedicatedTo === undefined && !this.#alone.has(place.key) &&
      host.phase !== "gone" && shared && hasRoom && !doubted && home !== place &&
      guests.length < MAX_GUESTS && !guests.includes(place);
  }

  /** The connection of `host` takes the requests of the route that `slot` was being opened for. */
  welcome(slot: Slot<C, W>, host: Slot<C, W>, orders: PoolOrder<C, W>[]): void {
    const { place } = slot;
    host.welcome(place);
    place.mayShare = true;
    this.#room.drop(slot);
    orders.push({ type: "evict", slot, reason: "coalesced" });
    this.#room.fill(host, orders);
    this.#room.giveUpSurplus(place, orders);
    this.#room.refill(orders);
  }

  /** `route` uses no connection of another from now on. */
  separate(route: string, orders: PoolOrder<C, W>[]): void {
    this.#alone.add(route);
    const place = this.#room.places.get(route);
    if (place === undefined) return;
    for (const slot of [...place.borrowed]) slot.dismiss(place);
    this.#room.growAll(place, orders);
    this.#room.forget(place);
  }
}
