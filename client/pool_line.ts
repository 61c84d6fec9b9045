/**
 * Whose turn it is among all the routes of a pool.
 *
 * @module
 */

import type { PoolPlace } from "./pool_place.ts";
import type { Slot } from "./pool_slot.ts";

/** How many connections one route may have. */
export interface PlaceLimits {
  /** In all. */
  readonly maxConnectionsPerOrigin: number;
  /** Of those that all requests share. */
  readonly maxMultiplexedPerOrigin: number;
}

/** Whether a route needs another connection for its waiters and may have it. */
export function mayGrow(place: PoolPlace<unknown, unknown>, limits: PlaceLimits): boolean {
  if (place.waiters.size <= place.covered(limits.maxMultiplexedPerOrigin)) return false;
  return place.slots.size < limits.maxConnectionsPerOrigin;
}

/**
 * Since when the first waiter of `place` waits that has no attempt on its behalf, in the sequence of
 * arrivals; `undefined` if there is none, or its route may not have another connection.
 */
export function claimOf(
  place: PoolPlace<unknown, unknown>,
  limits: PlaceLimits,
): number | undefined {
  if (!mayGrow(place, limits)) return undefined;
  let ahead = place.covered(limits.maxMultiplexedPerOrigin);
  for (const since of place.waiters.values()) if (ahead-- <= 0) return since;
  return undefined;
}

/** The connection that has carried nothing for the longest time. */
export function longestIdle<C, W>(places: Iterable<PoolPlace<C, W>>): Slot<C, W> | undefined {
  let longest: Slot<C, W> | undefined;
  function consider(slot: Slot<C, W> | undefined): void {
    if (slot?.phase !== "idle") return;
    if (longest === undefined || slot.idleSince < longest.idleSince) longest = slot;
  }
  for (const place of places) {
    consider(place.idle[0]);
    for (const slot of place.shared) consider(slot);
    // Who waits at the limit of a route waits for the answer of one in doubt.
    if (place.waiters.size === 0) { for (const slot of place.doubted) consider(slot); }
  }
  return longest;
}

/** Of those whose requests `slot` takes, the place whose waiter has waited longest. */
export function firstInLine<C, W>(slot: Slot<C, W>): PoolPlace<C, W> | undefined {
  let first = slot.place;
  let since = first.oldest;
  for (const guest of slot.guests) {
    if (guest.oldest < since) [first, since] = [guest, guest.oldest];
  }
  return since === Infinity ? undefined : first;
}
