/**
 * The place of one connection in a pool.
 *
 * @module
 */

import type { RetireReason } from "./pool_order.ts";
import type { PoolPlace } from "./pool_place.ts";

/** Where one connection is in its life. */
export type SlotPhase = "opening" | "idle" | "active" | "gone";

/** The place of one connection. Only {@linkcode PoolState} writes to it. */
export interface PoolSlot<C, W> {
  /** Which route it leads to. */
  readonly route: string;
  /** Where it is in its life. */
  readonly phase: SlotPhase;
  /** The connection, once opened. */
  readonly connection: C | undefined;
  /** How many requests it can carry at once; 0 once it takes no more. */
  readonly capacity: number;
  /** How many requests it carries. */
  readonly load: number;
  /** How many requests it has carried, the present ones included. */
  readonly carried: number;
  /** Whether all requests to its route share it. */
  readonly shared: boolean;
  /** Whether nobody knows if its peer is still there. */
  readonly doubted: boolean;
  /** The waiter that asked for a fresh connection and gets this one and no other. */
  readonly dedicatedTo: W | undefined;
}

/** {@linkcode PoolSlot} as the pool's state sees it. */
export class Slot<C, W> implements PoolSlot<C, W> {
  /** The place that it belongs to and that counts it. */
  readonly place: PoolPlace<C, W>;
  /** Other places whose requests it takes as well. */
  guests: readonly PoolPlace<C, W>[] = NOBODY;
  phase: SlotPhase = "opening";
  connection: C | undefined = undefined;
  capacity = 1;
  load = 0;
  carried = 0;
  shared = false;
  doubted = false;
  dedicatedTo: W | undefined = undefined;
  /** When it became idle, in the sequence of the pool. */
  idleSince = 0;
  /** Why it takes no more. */
  retired: RetireReason | undefined = undefined;
  readonly #maxCarried: number;

  /** Makes one that is being opened, for a connection that carries so many requests in all. */
  constructor(place: PoolPlace<C, W>, maxCarried: number) {
    this.place = place;
    this.#maxCarried = maxCarried;
  }

  /** See {@linkcode PoolSlot.route}. */
  get route(): string {
    return this.place.key;
  }

  /** Whether it can carry another request. */
  get hasRoom(): boolean {
    return this.load < this.capacity;
  }

  /** Takes a request. */
  carry(): void {
    this.load++;
    if (this.phase === "idle") this.place.tally.idle--;
    this.phase = "active";
    if (++this.carried >= this.#maxCarried) this.retire("requests");
  }

  /** Takes no more requests. */
  retire(reason: RetireReason): void {
    this.capacity = 0;
    this.retired = reason;
    if (this.shared) this.hide();
  }

  /** Is found by requests, of its own place and of its guests'. For a shared one. */
  show(): void {
    this.place.shared.push(this);
    for (const guest of this.guests) guest.borrowed.push(this);
  }

  /** Is found no longer. */
  hide(): void {
    remove(this.place.shared, this);
    for (const guest of this.guests) remove(guest.borrowed, this);
  }

  /** Takes the requests of another place as well. */
  welcome(guest: PoolPlace<C, W>): void {
    this.guests = [...this.guests, guest];
    guest.borrowed.push(this);
  }

  /** Takes the requests of another place no longer. */
  dismiss(guest: PoolPlace<C, W>): void {
    this.guests = this.guests.filter((other) => other !== guest);
    remove(guest.borrowed, this);
  }
}

const NOBODY: readonly never[] = Object.freeze([]);

/** Whether the connection of a slot is open and takes requests. */
export function isUsable({ phase, capacity }: PoolSlot<unknown, unknown>): boolean {
  return phase !== "gone" && phase !== "opening" && capacity > 0;
}

/** Takes an item out of a list that may hold it. */
export function remove<T>(items: T[], item: T): void {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
}
