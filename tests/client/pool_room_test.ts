import type { PoolOrder } from "../../client/pool_order.ts";
import { PoolRoom } from "../../client/pool_room.ts";
import { assertEquals } from "../support/assert.ts";

type Order = PoolOrder<string, number>;

function room(maxConnections = 1): PoolRoom<string, number> {
  return new PoolRoom({
    maxConnections,
    maxConnectionsPerOrigin: 1,
    maxMultiplexedPerOrigin: 1,
    maxRequestsPerConnection: Infinity,
    maxWaiting: Infinity,
  });
}

Deno.test("a place is made when it is needed and forgotten when it holds nothing", () => {
  const made = room();
  const place = made.placeOf("a");
  assertEquals(made.placeOf("a"), place);
  const slot = made.add(place);
  made.forget(place);
  assertEquals(made.places.has("a"), true);
  made.drop(slot);
  assertEquals([made.size, made.places.has("a")], [0, false]);
  const again = made.placeOf("a");
  made.forget(place); // that was another one
  assertEquals(made.places.get("a"), again);
});

Deno.test("waiters are counted when they join and when they leave", () => {
  const made = room();
  const place = made.placeOf("a");
  made.join(place, 1);
  made.join(place, 2);
  assertEquals([made.waiting, place.oldest], [2, 1]);
  assertEquals([made.leave(place, 1), made.leave(place, 1)], [true, false]);
  assertEquals([made.waiting, place.oldest], [1, 2]);
});

Deno.test("a full room grows by what is idle, and by nothing else", () => {
  const made = room();
  const [a, b] = [made.placeOf("a"), made.placeOf("b")];
  const orders: Order[] = [];
  made.join(a, 1);
  assertEquals(made.grow(a, orders), true);
  made.join(b, 2);
  assertEquals(made.grow(b, orders), false);
  const [slot] = a.slots;
  a.opened(slot);
  made.leave(a, 1);
  made.rest(slot);
  made.refill(orders);
  assertEquals(orders.map(({ type }) => type), ["open", "evict", "open"]);
  assertEquals([a.slots.size, b.slots.size, made.size], [0, 1, 1]);
});

Deno.test("what is cleared away is counted as closed", () => {
  const made = room(2);
  const place = made.placeOf("a");
  const slot = made.add(place);
  place.opening.add(slot);
  slot.phase = "active";
  place.opened(slot);
  slot.carry();
  slot.carry();
  made.dedicate(made.placeOf("b"), 1);
  made.join(place, 2);
  made.clear();
  const { opened, closed, reused, waiting, opening } = made.total();
  assertEquals([opened, closed, reused, waiting, opening], [1, 1, 1, 0, 0]);
  assertEquals([made.size, made.waiting, made.dedicated.size, made.places.size], [0, 0, 0, 0]);
});
