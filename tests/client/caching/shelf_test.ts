import { makeResponse } from "@avx/client";
import { MemoryCacheStore } from "@avx/semantics/caching";
import { Shelf } from "../../../client/caching/shelf.ts";
import { assertEquals } from "../../support/assert.ts";

const HEAD = {
  variant: "",
  selecting: [],
  status: 200,
  reason: "OK",
  lines: [],
  requestMs: 0,
  responseMs: 0,
};

Deno.test("a response is put on the shelf and found, until its key is cleared", async () => {
  const store = new MemoryCacheStore();
  const shelf = new Shelf(store, 10);
  let settled = 0;
  const response = makeResponse("https://a.example/", { body: "hello" });
  const body = await shelf.fill("a", HEAD, response, () => settled++);
  assertEquals(await body?.text(), "hello");
  assertEquals(settled, 1);
  const [found] = await shelf.find("a");
  assertEquals((await shelf.open(found) as Uint8Array).length, 5);
  await shelf.update("a", "", { ...HEAD, status: 404 });
  assertEquals((await shelf.find("a"))[0].head.status, 404);
  await shelf.clear("a");
  assertEquals(await shelf.find("a"), []);
});

Deno.test("what is too large stays off the shelf, its body untouched", async () => {
  const shelf = new Shelf(new MemoryCacheStore(), 4);
  let settled = 0;
  const response = makeResponse("https://a.example/", { body: "hello" });
  assertEquals(await shelf.fill("a", HEAD, response, () => settled++), undefined);
  assertEquals([settled, response.body.used], [1, false]);
});

Deno.test("bodies that are under way when their key is cleared are not stored, others are", async () => {
  const store = new MemoryCacheStore();
  const shelf = new Shelf(store, 10);
  const slow = () => {
    const chunks = [new Uint8Array(2)];
    const body = {
      declaredLength: undefined,
      trailers: undefined,
      pull: () => chunks.shift(),
      cancel: () => {},
    };
    return makeResponse("https://a.example/", { body });
  };
  const bodies = await Promise.all(
    ["a", "a", "b"].map((key) => shelf.fill(key, HEAD, slow(), () => {})),
  );
  await shelf.clear("a");
  for (const body of bodies) assertEquals((await body?.bytes())?.length, 2);
  assertEquals([store.get("a").length, store.get("b").length], [0, 1]);
});
