import { SlotTable } from "../../http2/proto/slot_table.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("a table finds what was added, and nothing that was taken out", () => {
  const table = new SlotTable<string>();
  assertEquals(table.find(1), undefined);
  assertEquals(table.remove(1), false);
  table.add(1, "one");
  table.add(3, "three");
  assertEquals([table.find(1), table.find(3), table.find(17), table.size], [
    "one",
    "three",
    undefined,
    2,
  ]);
  assertEquals(table.remove(17), false); // it would have the slot of 1
  assertEquals(table.remove(1), true);
  assertEquals([table.find(1), table.size], [undefined, 1]);
  table.clear();
  assertEquals([table.find(3), table.size, [...table.values()]], [undefined, 0, []]);
});

Deno.test("ids that fall on one slot are kept apart", () => {
  const table = new SlotTable<number>();
  const ids = [1, 1 + 16, 1 + 32, 1 + 2 ** 20, 2 ** 31 - 1];
  for (const id of ids) table.add(id, id);
  for (const id of ids) assertEquals(table.find(id), id);
  assertEquals(new Set(table.values()), new Set(ids));
  for (const id of ids) assertEquals(table.remove(id), true);
  for (const id of ids) assertEquals(table.find(id), undefined);
  assertEquals(table.size, 0);
});

Deno.test("a table is a map, whatever comes and goes", () => {
  const table = new SlotTable<number>();
  const map = new Map<number, number>();
  let random = 12345;
  for (let id = 1; id < 60_000; id += 2) {
    random = (random * 1103515245 + 12345) >>> 0;
    table.add(id, -id);
    map.set(id, -id);
    // Some stay for long; now and then most of them go.
    if (random % 7 !== 0) {
      const oldest = map.keys().next().value!;
      assertEquals(table.remove(oldest), map.delete(oldest));
    }
    if (random % 5003 === 0) {
      for (const known of [...map.keys()].slice(1)) {
        assertEquals(table.remove(known), map.delete(known));
      }
    }
    const asked = random % (id + 2);
    assertEquals(table.find(asked), map.get(asked));
    assertEquals(table.size, map.size);
  }
  assertEquals([...table.values()].sort((a, b) => b - a), [...map.values()]);
});

Deno.test("values may be taken out while they are looked through", () => {
  const table = new SlotTable<number>();
  for (let id = 0; id < 100; id++) table.add(id, id);
  for (const id of table.values()) table.remove(id);
  assertEquals(table.size, 0);
});
