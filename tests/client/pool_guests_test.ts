import { PoolGuests } from "../../client/pool_guests.ts";
import type { PoolOrder } from "../../client/pool_order.ts";
import { PoolRoom } from "../../client/pool_room.ts";
import { assertEquals } from "../support/assert.ts";

type Orders = PoolOrder<string, number>[];

Deno.test("a guest is welcome until the host has no room, or the guest wants to be alone", () => {
  const room = new PoolRoom<string, number>({
    maxConnections: 4,
    maxConnectionsPerOrigin: 4,
    maxMultiplexedPerOrigin: 1,
    maxRequestsPerConnection: Infinity,
    maxWaiting: Infinity,
  });
  const guests = new PoolGuests(room);
  const home = room.placeOf("a");
  const host = room.add(home);
  home.opened(host);
  [host.capacity, host.shared] = [1, true];
  host.show();
  room.rest(host);
  const place = room.placeOf("b");
  room.join(place, 1);
  const orders: Orders = [];
  room.grow(place, orders);
  const [attempt] = place.opening;
  assertEquals(guests.mayWelcome(attempt, host), true);
  guests.welcome(attempt, host, orders);
  assertEquals(orders.map(({ type }) => type), ["open", "evict", "reuse"]);
  assertEquals([host.load, place.borrowed, room.size], [1, [host], 1]);

  const third = room.add(room.placeOf("c"));
  assertEquals(guests.mayWelcome(third, host), false); // it is full
  host.capacity = 2;
  assertEquals(guests.mayWelcome(third, host), true);
  guests.separate("c", orders);
  assertEquals(guests.mayWelcome(third, host), false);
  guests.separate("b", orders);
  assertEquals([place.borrowed, room.places.has("b")], [[], false]);
});
