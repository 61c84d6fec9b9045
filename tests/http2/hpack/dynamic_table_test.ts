import fc from "fast-check";
import { DynamicTable, type TableEntry } from "../../../http2/hpack/dynamic_table.ts";
import { assertEquals, assertStrictEquals } from "../../support/assert.ts";

function entry(byteCount: number): TableEntry {
  return { byteCount };
}

Deno.test("dynamic table: the newest entry comes first, and there is none behind the oldest", () => {
  const table = new DynamicTable(1000);
  const entries = [entry(40), entry(50), entry(60)];
  for (const each of entries) assertEquals(table.add(each), true);
  assertStrictEquals(table.at(0), entries[2]);
  assertStrictEquals(table.at(2), entries[0]);
  assertEquals([table.at(3), table.at(15), table.at(2 ** 40)], [undefined, undefined, undefined]);
  assertEquals([table.byteCount, table.count, table.added], [150, 3, 3]);
});

Deno.test("dynamic table: the oldest entries make room and are reported", () => {
  const left: [number, number][] = [];
  const table = new DynamicTable(
    100,
    (each, sequence) => left.push([each.byteCount, sequence]),
  );
  table.add(entry(40));
  table.add(entry(41));
  table.add(entry(60));
  assertEquals(left, [[40, 0], [41, 1]]);
  assertEquals([table.byteCount, table.count], [60, 1]);
  table.resize(59);
  assertEquals(left.at(-1), [60, 2]);
  assertEquals([table.byteCount, table.count, table.at(0)], [0, 0, undefined]);
});

Deno.test("dynamic table: an entry larger than all of it empties it", () => {
  const table = new DynamicTable(100);
  table.add(entry(40));
  assertEquals(table.add(entry(101)), false);
  assertEquals([table.byteCount, table.count, table.added], [0, 0, 1]);
  assertEquals(table.add(entry(100)), true);
});

Deno.test("dynamic table: it does what a list does that is cut", () => {
  const step = fc.oneof(
    fc.record({ add: fc.integer({ min: 32, max: 200 }) }),
    fc.record({ resize: fc.nat(4096) }),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const table = new DynamicTable(4096);
    let model: TableEntry[] = [];
    for (const each of steps) {
      if ("add" in each) {
        const added = entry(each.add);
        table.add(added);
        model.unshift(added);
      } else table.resize(each.resize);
      let sum = 0;
      model = model.filter(({ byteCount }) => (sum += byteCount) <= table.maxBytes);
      assertEquals(table.count, model.length);
      model.forEach((expected, age) => assertStrictEquals(table.at(age), expected));
      assertEquals(table.byteCount, model.reduce((total, { byteCount }) => total + byteCount, 0));
    }
  }));
});
