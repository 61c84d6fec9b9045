/**
 * Connections of which nobody knows whether their peer is still there.
 *
 * @module
 */

import type { PoolOrder } from "./pool_order.ts";
import type { PoolPlace } from "./pool_place.ts";
import type { PoolRoom } from "./pool_room.ts";
import { isUsable, type Slot } from "./pool_slot.ts";

/**
 * Doubts, and what becomes of them. A connection in doubt is in nobody's reach: whoever wants one
 * need not wait for its answer, unless a limit leaves nothing else.
 */
export class PoolDoubts<C, W> {
  readonly #room: PoolRoom<C, W>;

  /** Doubts nothing yet. */
  constructor(room: PoolRoom<C, W>) {
    this.#room = room;
  }

  /**
   * Doubts the connections of these places. Who can be asked is asked; who cannot and is idle, goes;
   * who carries one request at a time proves itself when that ends well.
   */
  raise(places: Iterable<PoolPlace<C, W>>, orders: PoolOrder<C, W>[]): void {
    for (const { slots } of [...places]) {
      for (const slot of [...slots]) {
        if (slot.shared) this.suspect(slot, orders);
        else if (slot.phase === "idle") this.#room.giveAway(slot, "doubted", orders);
      }
    }
  }

  /** Doubts one connection that can be asked. */
  suspect(slot: Slot<C, W>, orders: PoolOrder<C, W>[]): void {
    if (!slot.shared || slot.doubted || !isUsable(slot)) return;
    const { place, guests } = slot;
    for (const guest of guests) slot.dismiss(guest);
    slot.hide();
    slot.doubted = true;
    place.doubted.add(slot);
    orders.push({ type: "probe", slot });
    for (const one of [place, ...guests]) {
      this.#room.growAll(one, orders);
      this.#room.forget(one);
    }
  }

  /** The peer has answered: its connection is as good as before. */
  dispel(slot: Slot<C, W>, orders: PoolOrder<C, W>[]): void {
    if (slot.phase === "gone" || !slot.doubted) return;
    slot.doubted = false;
    slot.place.doubted.delete(slot);
    if (slot.capacity === 0) return;
    slot.show();
    if (slot.hasRoom) this.#room.fill(slot, orders);
    this.#room.giveUpSurplus(slot.place, orders);
    this.#room.refill(orders);
  }
}
