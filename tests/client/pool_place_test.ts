import { PoolPlace, sumOf } from "../../client/pool_place.ts";
import { Slot } from "../../client/pool_slot.ts";
import { assertEquals } from "../support/assert.ts";

type Place = PoolPlace<string, number>;

function add(place: Place, { shared = false, capacity = 1 } = {}): Slot<string, number> {
  const slot = new Slot(place, Infinity);
  place.slots.add(slot);
  place.opening.add(slot);
  place.opened(slot);
  slot.shared = shared;
  slot.capacity = capacity;
  slot.phase = "idle";
  if (shared) slot.show();
  else place.idle.push(slot);
  return slot;
}

Deno.test("a place gives idle connections before shared ones, and those of others last", () => {
  const place: Place = new PoolPlace("a");
  const borrowed = add(new PoolPlace("b"), { shared: true, capacity: 9 });
  borrowed.welcome(place);
  const shared = add(place, { shared: true });
  const idle = add(place);
  assertEquals([place.take(), place.take(), place.take()], [idle, shared, borrowed]);
  assertEquals(borrowed.load, 1);
  assertEquals(place.isEmpty, false);
});

Deno.test("an attempt covers one waiter, or all where connections are shared", () => {
  const place: Place = new PoolPlace("a");
  place.opening.add(new Slot(place, Infinity));
  assertEquals(place.covered(1), 1);
  place.mayShare = true;
  assertEquals(place.covered(1), Infinity);
  place.opening.clear();
  assertEquals(place.covered(1), 0);
  add(place, { shared: true });
  assertEquals([place.covered(1), place.covered(2)], [Infinity, 0]);
});

Deno.test("a place knows since when its oldest waiter waits", () => {
  const place: Place = new PoolPlace("a");
  assertEquals(place.oldest, Infinity);
  place.waiters.set(1, 5);
  place.waiters.set(2, 6);
  assertEquals(place.oldest, 5);
});

Deno.test("a place counts what it had and has", () => {
  const place: Place = new PoolPlace("a");
  const [first, second] = [add(place), add(place, { shared: true, capacity: 4 })];
  for (let count = 0; count < 3; count++) second.carry();
  place.doubted.add(second);
  const attempt = new Slot(place, Infinity);
  place.slots.add(attempt);
  place.drop(first);
  assertEquals(first.phase, "gone");
  place.waiters.set(1, 1);
  const counts = {
    active: 1,
    idle: 0,
    opening: 1,
    waiting: 1,
    requests: 3,
    doubted: 1,
    coalesced: 0,
    opened: 2,
    closed: 1,
    reused: 2,
  };
  assertEquals(place.counts(), counts);
  place.drop(second);
  place.drop(attempt);
  const { closed, reused, doubted } = place.counts();
  assertEquals([closed, reused, doubted], [2, 2, 0]);
  assertEquals(sumOf([counts, counts]).requests, 6);
  assertEquals(sumOf([]).opened, 0);
});
