import { Client, MemoryCacheStore } from "@avx/client";
import { ManualClock } from "@avx/runtime/memory";
import { PoolClosedError } from "@avx/semantics/errors";
import { caching, responseCacheOf } from "../../../client/policy/cache.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { onStage, URL_ROOT } from "../stage.ts";
import { asked, script } from "./scene.ts";

const MINUTE = "cache-control: max-age=60";

Deno.test("the option asks for a cache, for one by options, or for none", async () => {
  const clock = new ManualClock();
  assertEquals(responseCacheOf(false, clock), undefined);
  const store = new MemoryCacheStore();
  const cache = responseCacheOf({ store }, clock);
  assert(cache !== undefined && responseCacheOf(true, clock) !== undefined);
  assertThrows(() => responseCacheOf({ maxBodyBytes: -1 }, clock), RangeError);
  const server = script({ body: "one", headers: { "cache-control": "max-age=60" } });
  for (let count = 0; count < 2; count++) {
    await caching(cache)(asked("https://a.example/"), server.next);
  }
  assertEquals([server.requests.length, store.size], [1, 1]);
});

Deno.test("what is asked for under another identity, or of another socket, is not cached", async () => {
  const cache = responseCacheOf(true, new ManualClock())!;
  const server = script({ body: "one", headers: { "cache-control": "max-age=60" } });
  const ways = [{ socketPath: "/run/a.sock" }, { tls: { serverName: "b.example" } }, {}, {}];
  for (const way of ways) await caching(cache)(asked("https://a.example/", way), server.next);
  assertEquals(server.requests.length, 3);
});

Deno.test("a client answers from its cache, also to fetch with its modes", async () => {
  await onStage(async ({ client, accept }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("one", MINUTE, 'etag: "1"');
    assertEquals(await (await first).body.text(), "one");
    const hit = await client.fetch(URL_ROOT);
    assertEquals(hit.headers.get("cache-status"), "avx; hit; ttl=60");
    assertEquals([await hit.text(), hit.url], ["one", `${URL_ROOT}/`]);
    const missing = await client.fetch(`${URL_ROOT}/other`, { cache: "only-if-cached" });
    assertEquals(missing.status, 504);
    const validated = client.fetch(URL_ROOT, { cache: "no-cache" });
    assertEquals((await peer.head()).includes('if-none-match: "1"\r\n'), true);
    await peer.send("HTTP/1.1 304 Not Modified\r\n\r\n");
    assertEquals([(await validated).status, await (await validated).text()], [200, "one"]);
  }, { cache: true });
});

Deno.test("a body is stored while its reader reads it, over a connection that then serves others", async () => {
  const store = new MemoryCacheStore();
  await onStage(async ({ client, accept }) => {
    const asks = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send(`HTTP/1.1 200 OK\r\ncontent-length: 6\r\n${MINUTE}\r\n\r\nabc`);
    const { body } = await asks;
    const read = body.text();
    await peer.send("def");
    assertEquals(await read, "abcdef");
    assertEquals(store.size, 1);
    assertEquals(await (await client.request(URL_ROOT)).body.text(), "abcdef");
    assertEquals(client.stats().idle, 1);
  }, { cache: { store } });
});

Deno.test("a client that is closed answers nothing any more, from its cache neither", async () => {
  await onStage(async ({ client, accept }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("one", MINUTE);
    await (await first).body.text();
    client.close();
    await assertRejects(() => client.request(URL_ROOT), PoolClosedError);
    await assertRejects(() => client.fetch(URL_ROOT), PoolClosedError);
  }, { cache: true });
});

Deno.test("a client that is closed gives up what it validates in the background", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.answer("one", "cache-control: max-age=60, stale-while-revalidate=60", 'etag: "1"');
    await (await first).body.text();
    await clock.advance(61_000);
    const stale = await client.request(URL_ROOT);
    assertEquals(await stale.body.text(), "one");
    const again = await accept(); // the first connection has been idle for too long
    await again.head();
    client.close();
    assertEquals(await again.ended() !== undefined, true);
    await assertRejects(() => client.request(`${URL_ROOT}/other`), PoolClosedError);
  }, { cache: true });
});

Deno.test("an extended client shares the cache, unless it is given another one or none", async () => {
  const clock = new ManualClock();
  const store = new MemoryCacheStore();
  const client = new Client({ clock, cache: { store } });
  const answered = client.extend({
    interceptors: [],
    onRequest: () => {
      throw new RangeError("Sent");
    },
  });
  const writer = store.put(`${URL_ROOT}/`, {
    variant: "",
    selecting: [],
    status: 200,
    reason: "OK",
    lines: ["cache-control", "max-age=60"],
    requestMs: clock.wallNow(),
    responseMs: clock.wallNow(),
  });
  writer.write(new Uint8Array([111]));
  writer.commit();
  assertEquals(await (await answered.request(URL_ROOT)).body.text(), "o");
  for (const cache of [true, false]) {
    await assertRejects(() => answered.extend({ cache }).request(URL_ROOT), RangeError, "Sent");
  }
  client.close();
});

Deno.test("what one host answers at an address is not what another one does", async () => {
  const cache = responseCacheOf(true, new ManualClock())!;
  const server = script((request) => ({
    body: request.headers.get("host") ?? "its own",
    headers: { "cache-control": "max-age=60" },
  }));
  const read = async (host?: string): Promise<string> => {
    const headers: Record<string, string> = host === undefined ? {} : { host };
    const response = await caching(cache)(asked("http://192.0.2.1/", { headers }), server.next);
    return await response.body.text();
  };
  for (const host of ["a.example", "b.example", "a.example"]) assertEquals(await read(host), host);
  assertEquals([await read(), await read("192.0.2.1")], ["its own", "its own"]);
  assertEquals(server.requests.length, 4);
});
