import { assert, assertEquals, assertThrows } from "../../support/assert.ts";
import { type CachedHead, MemoryCacheStore } from "@avx/semantics/caching";
import { headOf, MADE_MS } from "./heads.ts";

const URL_TEXT = "https://a.example/";

function put(store: MemoryCacheStore, key: string, head: CachedHead, size: number): void {
  const writer = store.put(key, head);
  const chunk = new Uint8Array(Math.ceil(size / 2)).fill(7);
  writer.write(chunk);
  writer.write(chunk.subarray(0, size - chunk.length));
  chunk.fill(0);
  writer.commit();
}

function variants(store: MemoryCacheStore): string[] {
  return store.get(URL_TEXT).map(({ head }) => head.variant);
}

Deno.test("what was stored is found with its body, which is a copy", () => {
  const store = new MemoryCacheStore();
  const head = headOf({ etag: '"1"' });
  put(store, URL_TEXT, head, 5);
  const [response] = store.get(URL_TEXT);
  assertEquals(response.head, head);
  assertEquals(response.open(), new Uint8Array(5).fill(7));
  assertEquals(store.get("https://b.example/"), []);
});

Deno.test("nothing is found before it is complete, nor after it was given up", () => {
  const store = new MemoryCacheStore();
  const writer = store.put(URL_TEXT, headOf({}));
  writer.write(new Uint8Array(5));
  assertEquals(store.size, 0);
  writer.abort();
  writer.write(new Uint8Array(5));
  writer.commit();
  assertEquals([store.size, store.bytes], [0, 0]);
});

Deno.test("a response replaces the one of its variant only", () => {
  const store = new MemoryCacheStore();
  for (const variant of ["a", "b", "a"]) put(store, URL_TEXT, headOf({}, { variant }), 1);
  assertEquals(variants(store), ["b", "a"]);
});

Deno.test("of one URL, so many variants are kept, the latest", () => {
  const store = new MemoryCacheStore({ maxVariants: 2 });
  for (const variant of ["a", "b", "c"]) put(store, URL_TEXT, headOf({}, { variant }), 1);
  assertEquals(variants(store), ["b", "c"]);
});

Deno.test("a head is replaced under its body, also by one of another variant", () => {
  const store = new MemoryCacheStore();
  put(store, URL_TEXT, headOf({}, { variant: "a" }), 3);
  put(store, URL_TEXT, headOf({}, { variant: "b" }), 4);
  const updated = headOf({ etag: '"2"' }, { variant: "c", responseMs: MADE_MS + 1 });
  store.update(URL_TEXT, "a", updated);
  const [, response] = store.get(URL_TEXT);
  assertEquals(variants(store), ["b", "c"]);
  assertEquals([response.head, response.open().length], [updated, 3]);
  store.update(URL_TEXT, "gone", updated);
  store.update("https://gone.example/", "a", updated);
  assertEquals(variants(store), ["b", "c"]);
  assertEquals(store.size, 1);
});

Deno.test("a store in memory never holds more than it may, and forgets what was not used", () => {
  const store = new MemoryCacheStore({ maxBytes: 10_000 });
  const keys = Array.from({ length: 40 }, (_, index) => `https://a.example/${index}`);
  for (const key of keys) {
    put(store, key, headOf({}), 1_000);
    store.get(keys[0]);
    assert(store.bytes <= 10_000, `${store.bytes}`);
  }
  assertEquals(store.get(keys[0]).length, 1);
  assertEquals(store.get(keys[1]).length, 0);
  assertEquals(store.get(keys[39]).length, 1);
  put(store, "https://a.example/large", headOf({}), 20_000);
  assertEquals(store.get("https://a.example/large"), []);
  store.delete(keys[0]);
  assertEquals(store.get(keys[0]), []);
  store.clear();
  assertEquals([store.size, store.bytes], [0, 0]);
});

Deno.test("the fields of a response count towards the bound", () => {
  const store = new MemoryCacheStore({ maxBytes: 10_000 });
  put(store, URL_TEXT, headOf({ "x-large": "a".repeat(9_999) }), 1);
  assertEquals(store.size, 0);
});

Deno.test("the limits of a store must be positive", () => {
  for (const maxBytes of [0, -1, NaN, Infinity]) {
    assertThrows(() => new MemoryCacheStore({ maxBytes }), RangeError);
  }
  assertThrows(() => new MemoryCacheStore({ maxVariants: 0 }), RangeError);
});
