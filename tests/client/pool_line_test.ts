import { claimOf, firstInLine, longestIdle, mayGrow } from "../../client/pool_line.ts";
import { PoolPlace } from "../../client/pool_place.ts";
import { Slot } from "../../client/pool_slot.ts";
import { assertEquals } from "../support/assert.ts";

type Place = PoolPlace<string, number>;

const LIMITS = { maxConnectionsPerOrigin: 1, maxMultiplexedPerOrigin: 1 };

function place(key: string, ...arrivals: number[]): Place {
  const made: Place = new PoolPlace(key);
  for (const since of arrivals) made.waiters.set(since, since);
  return made;
}

function idle(of: Place, since: number, kind: "own" | "shared" | "doubted" = "own"): void {
  const slot = new Slot(of, Infinity);
  slot.phase = "idle";
  slot.idleSince = since;
  of.slots.add(slot);
  if (kind === "own") of.idle.push(slot);
  if (kind === "shared") of.shared.push(slot);
  if (kind === "doubted") of.doubted.add(slot);
}

Deno.test("a route grows for waiters without an attempt, up to its limit", () => {
  const a = place("a", 1, 2);
  assertEquals(mayGrow(a, LIMITS), true);
  idle(a, 1);
  assertEquals(mayGrow(a, LIMITS), false);
  assertEquals(mayGrow(place("b"), LIMITS), false);
});

Deno.test("the claim of a route is of its first waiter without an attempt", () => {
  const limits = { ...LIMITS, maxConnectionsPerOrigin: 4 };
  const a = place("a", 1, 6);
  assertEquals(claimOf(a, limits), 1);
  a.opening.add(new Slot(a, Infinity));
  assertEquals(claimOf(a, limits), 6);
  a.opening.add(new Slot(a, Infinity));
  assertEquals(claimOf(a, limits), undefined);
  assertEquals(claimOf(place("b"), limits), undefined);
});

Deno.test("the longest idle connection is found among all kinds", () => {
  const [a, b, c] = [place("a"), place("b"), place("c")];
  idle(a, 5);
  assertEquals(longestIdle([a, b, c])?.idleSince, 5);
  idle(b, 4, "shared");
  assertEquals(longestIdle([a, b, c])?.idleSince, 4);
  idle(c, 3, "doubted");
  assertEquals(longestIdle([a, b, c])?.idleSince, 3);
  c.waiters.set(1, 1); // it waits for the answer
  assertEquals(longestIdle([a, b, c])?.idleSince, 4);
  assertEquals(longestIdle([]), undefined);
});

Deno.test("whose requests a connection takes, the one who waits longest is first", () => {
  const [home, guest] = [place("a", 3), place("b", 2)];
  const slot = new Slot(home, Infinity);
  assertEquals(firstInLine(slot), home);
  slot.welcome(guest);
  assertEquals(firstInLine(slot), guest);
  guest.waiters.clear();
  home.waiters.clear();
  assertEquals(firstInLine(slot), undefined);
});
