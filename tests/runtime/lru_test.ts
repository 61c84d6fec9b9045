import { Lru } from "@avx/runtime/lru";
import { assertEquals, assertThrows } from "../support/assert.ts";

function keys<K, V>(lru: Lru<K, V>): K[] {
  return [...lru].map(([key]) => key);
}

Deno.test("LRU drops what was not used for longest", () => {
  const evicted: [string, number][] = [];
  const onEvict = (key: string, value: number) => evicted.push([key, value]);
  const lru = new Lru<string, number>({ maxEntries: 3, onEvict });
  for (const [key, value] of [["a", 1], ["b", 2], ["c", 3]] as const) lru.set(key, value);
  assertEquals([lru.get("a"), lru.get("c"), lru.get("c")], [1, 3, 3]);
  lru.set("d", 4);
  lru.set("e", 5);
  assertEquals(evicted, [["b", 2], ["a", 1]]);
  assertEquals(keys(lru), ["e", "d", "c"]);
  assertEquals(lru.size, 3);
});

Deno.test("LRU moves an entry to the front from the middle and from the end", () => {
  const lru = new Lru<string, number>({ maxEntries: 3 });
  for (const key of ["a", "b", "c"]) lru.set(key, 0);
  lru.get("b");
  assertEquals(keys(lru), ["b", "c", "a"]);
  lru.get("a");
  assertEquals(keys(lru), ["a", "b", "c"]);
});

Deno.test("LRU looks without counting it as a use", () => {
  const lru = new Lru<string, number>({ maxEntries: 2 });
  lru.set("a", 1);
  lru.set("b", 2);
  assertEquals([lru.peek("a"), lru.has("a"), lru.peek("x"), lru.has("x"), lru.get("x")], [
    1,
    true,
    undefined,
    false,
    undefined,
  ]);
  lru.set("c", 3);
  assertEquals(keys(lru), ["c", "b"]);
});

Deno.test("LRU replaces a value in place of its key", () => {
  const lru = new Lru<string, string>({ maxWeight: 10, weigh: (value) => value.length });
  lru.set("a", "12345678");
  lru.set("a", "123");
  lru.set("b", "1234567");
  assertEquals([lru.size, lru.weight, lru.get("a")], [2, 10, "123"]);
});

Deno.test("LRU drops as many as it takes to make room by weight", () => {
  const lru = new Lru<string, number>({ maxWeight: 10, weigh: (value) => value });
  for (const key of ["a", "b", "c"]) lru.set(key, 3);
  lru.set("d", 7);
  assertEquals([keys(lru), lru.weight], [["d", "c"], 10]);
});

Deno.test("LRU does not keep what is too heavy, nor what it was to replace", () => {
  const lru = new Lru<string, number>({ maxWeight: 10, weigh: (value) => value });
  lru.set("a", 3);
  lru.set("b", 4);
  lru.set("a", 11);
  assertEquals([keys(lru), lru.weight], [["b"], 4]);
});

Deno.test("LRU forgets what is deleted, from anywhere, without calling it dropped", () => {
  for (const gone of ["a", "b", "c"]) {
    const lru = new Lru<string, number>({
      maxEntries: 3,
      onEvict: () => {
        throw new Error("not dropped for room");
      },
    });
    for (const key of ["a", "b", "c"]) lru.set(key, 0);
    assertEquals([lru.delete(gone), lru.delete(gone)], [true, false]);
    assertEquals(keys(lru), ["c", "b", "a"].filter((key) => key !== gone));
    assertEquals(lru.weight, 2);
  }
});

Deno.test("LRU is empty once cleared", () => {
  const lru = new Lru<string, number>({ maxEntries: 3 });
  lru.set("a", 1);
  lru.clear();
  assertEquals([lru.size, lru.weight, keys(lru), lru.get("a")], [0, 0, [], undefined]);
  lru.set("b", 2);
  assertEquals(keys(lru), ["b"]);
});

Deno.test("LRU must have a bound above zero", () => {
  for (const options of [{}, { maxEntries: 0 }, { maxWeight: -1 }, { maxEntries: NaN }]) {
    assertThrows(() => new Lru(options), RangeError, "Cannot make an LRU map");
  }
});
