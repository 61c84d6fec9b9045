import { PoolPlace } from "../../client/pool_place.ts";
import { remove, Slot } from "../../client/pool_slot.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("a slot has room until it carries as many as it can", () => {
  const slot = new Slot<string, number>(new PoolPlace("a"), Infinity);
  slot.capacity = 2;
  slot.carry();
  assertEquals([slot.route, slot.phase, slot.hasRoom], ["a", "active", true]);
  slot.carry();
  assertEquals([slot.load, slot.carried, slot.hasRoom], [2, 2, false]);
});

Deno.test("a slot takes no more once it has carried as many as it may", () => {
  const slot = new Slot<string, number>(new PoolPlace("a"), 1);
  slot.carry();
  assertEquals([slot.capacity, slot.retired], [0, "requests"]);
});

Deno.test("a shared slot is found by its own place and by its guests', until it hides", () => {
  const [home, guest, other] = ["a", "b", "c"].map((key) => new PoolPlace<string, number>(key));
  const slot = new Slot(home, Infinity);
  slot.shared = true;
  slot.show();
  slot.welcome(guest);
  slot.welcome(other);
  assertEquals([home.shared, guest.borrowed], [[slot], [slot]]);
  slot.dismiss(other);
  assertEquals([slot.guests, other.borrowed], [[guest], []]);
  slot.retire("age");
  assertEquals([home.shared, guest.borrowed, slot.retired], [[], [], "age"]);
  slot.show();
  assertEquals([home.shared, guest.borrowed], [[slot], [slot]]);
});

Deno.test("an item is taken out of a list once, if it is there", () => {
  const items = [1, 2, 1];
  remove(items, 1);
  remove(items, 7);
  assertEquals(items, [2, 1]);
});
