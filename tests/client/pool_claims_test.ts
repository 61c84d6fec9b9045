import fc from "fast-check";
import { PoolClaims } from "../../client/pool_claims.ts";
import { claimOf } from "../../client/pool_line.ts";
import { PoolPlace } from "../../client/pool_place.ts";
import { Slot } from "../../client/pool_slot.ts";
import { assertEquals } from "../support/assert.ts";

type Place = PoolPlace<string, number>;

const LIMITS = { maxConnectionsPerOrigin: 2, maxMultiplexedPerOrigin: 1 };

function place(key: string, ...arrivals: number[]): Place {
  const made: Place = new PoolPlace(key);
  for (const since of arrivals) made.waiters.set(since, since);
  return made;
}

function claims(...places: Place[]): PoolClaims<string, number> {
  const made = new PoolClaims<string, number>(LIMITS);
  for (const one of places) made.add(one);
  return made;
}

Deno.test("the oldest claim comes first, and stays until it is gone", () => {
  const [a, b] = [place("a", 5), place("b", 3)];
  const made = claims(a, b, place("c"));
  assertEquals(made.oldest()?.place.key, "b");
  assertEquals(made.oldest()?.since, 3);
  b.waiters.clear();
  assertEquals(made.oldest()?.place.key, "a");
  a.waiters.clear();
  assertEquals(made.oldest(), undefined);
});

Deno.test("a claim moves back when an attempt stands for its first waiter", () => {
  const [a, b] = [place("a", 1, 9), place("b", 5)];
  const made = claims(a, b);
  a.opening.add(new Slot(a, Infinity));
  assertEquals(made.oldest()?.place.key, "b");
  b.waiters.clear();
  assertEquals([made.oldest()?.place.key, made.oldest()?.since], ["a", 9]);
  a.opening.clear(); // and forward again
  made.add(a);
  assertEquals(made.oldest()?.since, 1);
});

Deno.test("a route at its limit claims nothing, and is added anew when it may", () => {
  const a = place("a", 1);
  const made = claims(a);
  for (let count = 0; count < 2; count++) a.slots.add(new Slot(a, Infinity));
  assertEquals(made.oldest(), undefined);
  a.slots.clear();
  made.add(a);
  assertEquals(made.oldest()?.since, 1);
  made.clear();
  assertEquals(made.oldest(), undefined);
});

Deno.test("the heap says what a look at every place would say", () => {
  const step = fc.tuple(fc.nat({ max: 5 }), fc.constantFrom("join", "leave", "open", "drop"));
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const places = ["a", "b", "c", "d", "e", "f"].map((key) => place(key));
    const made = claims();
    let now = 0;
    for (const [at, what] of steps) {
      const one = places[at];
      const [first] = one.waiters.keys();
      const [attempt] = one.opening;
      if (what === "join") one.waiters.set(++now, now);
      if (what === "leave") one.waiters.delete(first);
      if (what === "open") one.opening.add(new Slot(one, Infinity));
      if (what === "drop") one.opening.delete(attempt);
      if (what === "join" || what === "drop") made.add(one);
      const since = places.map((other) => claimOf(other, LIMITS) ?? Infinity);
      const oldest = Math.min(...since);
      assertEquals(made.oldest()?.since ?? Infinity, oldest);
    }
  }));
});
