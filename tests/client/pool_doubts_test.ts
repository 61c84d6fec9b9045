import { PoolDoubts } from "../../client/pool_doubts.ts";
import type { PoolOrder } from "../../client/pool_order.ts";
import { PoolRoom } from "../../client/pool_room.ts";
import type { Slot } from "../../client/pool_slot.ts";
import { assertEquals } from "../support/assert.ts";

type Room = PoolRoom<string, number>;

function stage(): { room: Room; doubts: PoolDoubts<string, number> } {
  const room: Room = new PoolRoom({
    maxConnections: 4,
    maxConnectionsPerOrigin: 4,
    maxMultiplexedPerOrigin: 1,
    maxRequestsPerConnection: Infinity,
    maxWaiting: Infinity,
  });
  return { room, doubts: new PoolDoubts(room) };
}

function open(room: Room, route: string, capacity: number): Slot<string, number> {
  const place = room.placeOf(route);
  const slot = room.add(place);
  place.opened(slot);
  slot.capacity = capacity;
  slot.shared = capacity > 1;
  if (slot.shared) slot.show();
  room.rest(slot);
  return slot;
}

function types(orders: readonly PoolOrder<string, number>[]): string[] {
  return orders.map(({ type }) => type);
}

Deno.test("a doubt asks who can be asked and ends who is idle and cannot", () => {
  const { room, doubts } = stage();
  const [plain, shared] = [open(room, "a", 1), open(room, "b", 9)];
  const orders: PoolOrder<string, number>[] = [];
  doubts.raise(room.places.values(), orders);
  assertEquals(types(orders), ["evict", "probe"]);
  assertEquals([plain.phase, shared.doubted, shared.place.shared], ["gone", true, []]);
});

Deno.test("a doubt sends guests away and opens for whoever waits", () => {
  const { room, doubts } = stage();
  const shared = open(room, "a", 9);
  const guest = room.placeOf("b");
  shared.welcome(guest);
  room.join(guest, 1);
  const orders: PoolOrder<string, number>[] = [];
  doubts.suspect(shared, orders);
  assertEquals(types(orders), ["probe", "open"]);
  assertEquals([shared.guests, guest.borrowed, guest.opening.size], [[], [], 1]);
  doubts.suspect(shared, orders);
  assertEquals(orders.length, 2);
});

Deno.test("a doubt that is dispelled gives the connection to whoever waits", () => {
  const { room, doubts } = stage();
  const shared = open(room, "a", 9);
  const orders: PoolOrder<string, number>[] = [];
  doubts.dispel(shared, orders); // there was none
  doubts.suspect(shared, orders);
  shared.place.mayShare = true;
  room.join(shared.place, 1);
  room.growAll(shared.place, orders);
  doubts.dispel(shared, orders);
  assertEquals(types(orders), ["probe", "open", "reuse", "evict"]);
  assertEquals([shared.doubted, shared.place.shared], [false, [shared]]);
});
