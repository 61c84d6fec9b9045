import { ConnectError, TimeoutError } from "@avx/runtime/errors";
import { makeResponse } from "@avx/client";
import type { CacheStore } from "@avx/semantics/caching";
import { PoolClosedError } from "@avx/semantics/errors";
import { cacheConfig } from "../../../client/caching/cache_config.ts";
import { ResponseCache } from "../../../client/caching/response_cache.ts";
import { ManualClock } from "@avx/runtime/memory";
import { assert, assertEquals, assertRejects } from "../../support/assert.ts";
import { asked, script } from "../policy/scene.ts";
import { cacheScene, lasting, statusOf, URL_TEXT } from "./cache_scene.ts";

Deno.test("a fresh response answers without the origin, with its age and where it came from", async () => {
  const scene = cacheScene([lasting("one", { "x-note": "1" })]);
  const first = await scene.ask();
  assertEquals(statusOf(first), "avx; fwd=uri-miss; stored");
  assertEquals(await first.body.text(), "one");
  await scene.wait(20);
  const second = await scene.ask();
  assertEquals(statusOf(second), "avx; hit; ttl=40");
  assertEquals([second.status, second.statusText, second.url], [200, "OK", URL_TEXT]);
  assertEquals([second.headers.get("age"), second.headers.get("x-note")], ["20", "1"]);
  assertEquals(await second.body.text(), "one");
  assertEquals(scene.requests.length, 1);
});

Deno.test("the fragment of a URL does not matter, the query does", async () => {
  const scene = cacheScene([lasting("one")]);
  await scene.read({ url: "https://a.example/?a#x" });
  await scene.read({ url: "https://a.example/?a#y" });
  await scene.read({ url: "https://a.example/?b" });
  assertEquals(scene.requests.length, 2);
});

Deno.test("a stale response is validated, and is fresh again after a 304 (RFC 9111 §4.3)", async () => {
  const scene = cacheScene([
    lasting("one", { "x-note": "1", "last-modified": "Thu, 01 Jan 2015 00:00:00 GMT" }),
    { status: 304, headers: { "cache-control": "max-age=30", "x-note": "2", "set-cookie": "a=1" } },
  ]);
  await scene.read();
  await scene.wait(60);
  const validated = await scene.ask({ headers: { "x-asked": "1" } });
  assertEquals(statusOf(validated), "avx; fwd=stale; fwd-status=304; ttl=30");
  const { headers } = scene.requests[1];
  assertEquals(headers.get("if-none-match"), '"one"');
  assertEquals(headers.get("if-modified-since"), "Thu, 01 Jan 2015 00:00:00 GMT");
  assertEquals(headers.get("x-asked"), "1");
  assertEquals([validated.status, await validated.body.text()], [200, "one"]);
  assertEquals(validated.headers.get("x-note"), "2");
  assertEquals(validated.headers.getAll("set-cookie"), ["a=1"]);
  await scene.wait(29);
  const hit = await scene.ask();
  assertEquals(statusOf(hit), "avx; hit; ttl=1");
  assertEquals(hit.headers.has("set-cookie"), false);
  assertEquals(scene.requests.length, 2);
});

Deno.test("a stale response gives way to the new one", async () => {
  const scene = cacheScene([lasting("one"), lasting("two")]);
  assertEquals(await scene.read(), "one");
  await scene.wait(60);
  assertEquals(await scene.read(), "two");
  assertEquals(await scene.read(), "two");
  assertEquals(scene.requests.length, 2);
});

Deno.test("a new response that must not be stored takes the old one with it, an error does not", async () => {
  const scene = cacheScene([
    lasting("one"),
    { status: 503, body: "down" },
    { body: "two", headers: { "cache-control": "no-store" } },
    lasting("three"),
  ]);
  await scene.read();
  await scene.wait(60);
  assertEquals(await scene.read(), "down");
  assertEquals(scene.store.size, 1);
  assertEquals(await scene.read(), "two");
  assertEquals(scene.store.size, 0);
  assertEquals(await scene.read(), "three");
  assertEquals(scene.requests[3].headers.has("if-none-match"), false);
});

Deno.test("a 304 that speaks of nothing stored is answered by asking again, without a condition", async () => {
  const scene = cacheScene([
    lasting("one"),
    { status: 304, headers: { etag: '"other"' } },
    lasting("two"),
  ]);
  await scene.read();
  await scene.wait(60);
  assertEquals(await scene.read(), "two");
  assertEquals(scene.requests.map(({ headers }) => headers.get("if-none-match")), [
    undefined,
    '"one"',
    undefined,
  ]);
});

Deno.test("variants are told apart, and one can be found by its entity tag (RFC 9111 §4.1)", async () => {
  const vary = { vary: "accept-language" };
  const scene = cacheScene([
    lasting("en", vary),
    lasting("de", vary),
    { status: 304, headers: { etag: '"en"' } },
  ]);
  const ask = (language: string) => scene.ask({ headers: { "accept-language": language } });
  assertEquals(await (await ask("en")).body.text(), "en");
  const second = await ask("de");
  assertEquals(statusOf(second), "avx; fwd=vary-miss; stored");
  assertEquals(await second.body.text(), "de");
  assertEquals(await (await ask("en")).body.text(), "en");
  assertEquals(scene.requests.length, 2);
  const third = await ask("en-GB");
  assertEquals(scene.requests[2].headers.get("if-none-match"), '"en", "de"');
  assertEquals(await third.body.text(), "en");
  assertEquals(await (await ask("EN-gb")).body.text(), "en");
  assertEquals(scene.requests.length, 3);
});

Deno.test("what asks with other credentials is not answered with what was asked for with these", async () => {
  const scene = cacheScene([lasting("one"), lasting("two")]);
  assertEquals(await scene.read({ headers: { authorization: "Bearer a" } }), "one");
  assertEquals(await scene.read({ headers: { authorization: "Bearer b" } }), "two");
  assertEquals(await scene.read({ headers: { authorization: "Bearer a" } }), "one");
  assertEquals(scene.requests.length, 2);
});

Deno.test("nothing stored and nobody to ask is a 504 (RFC 9111 §5.2.1.7)", async () => {
  const scene = cacheScene([lasting("one")]);
  for (
    const parts of [{ headers: { "cache-control": "only-if-cached" } }, {
      cache: "only-if-cached",
    }] as const
  ) {
    const response = await scene.ask(parts);
    assertEquals([response.status, statusOf(response)], [504, 'avx; detail="only-if-cached"']);
  }
  assertEquals(scene.requests.length, 0);
  await scene.read();
  await scene.wait(100);
  assertEquals(await scene.read({ cache: "only-if-cached" }), "one");
  assertEquals((await scene.ask({ headers: { "cache-control": "only-if-cached" } })).status, 504);
});

Deno.test("the modes of fetch are kept, and told to the caches on the way", async () => {
  const scene = cacheScene([lasting("one"), lasting("two"), lasting("three"), {
    status: 304,
    headers: { etag: '"three"' },
  }, { body: "four", headers: { etag: '"four"', "cache-control": "no-store" } }]);
  await scene.read();
  const noStore = await scene.ask({ cache: "no-store" });
  assertEquals([await noStore.body.text(), statusOf(noStore)], ["two", "avx; fwd=bypass"]);
  assertEquals(await scene.read(), "one");
  assertEquals(await scene.read({ cache: "reload" }), "three");
  assertEquals(scene.requests[2].headers.get("cache-control"), "no-cache");
  assertEquals(scene.requests[2].headers.get("pragma"), "no-cache");
  assertEquals(await scene.read(), "three");
  assertEquals(await scene.read({ cache: "no-cache" }), "three");
  assertEquals(scene.requests[3].headers.get("cache-control"), "max-age=0");
  assertEquals(scene.requests[3].headers.get("if-none-match"), '"three"');
  await scene.wait(1000);
  assertEquals(await scene.read({ cache: "force-cache" }), "three");
  assertEquals(scene.requests.length, 4);
  await assertRejects(() => scene.ask({ cache: "never" as "reload" }), TypeError, "options.cache");
});

Deno.test("a request with conditions of its own passes by, and gets its 304", async () => {
  const scene = cacheScene([lasting("one"), { status: 304 }]);
  await scene.read();
  const response = await scene.ask({ headers: { "if-none-match": '"one"' } });
  assertEquals([response.status, statusOf(response)], [304, "avx; fwd=bypass"]);
  assertEquals(scene.requests[1].headers.getAll("if-none-match"), ['"one"']);
  assertEquals(scene.store.size, 1);
});

Deno.test("a body that is given up, or fails, is not stored; one that was read is", async () => {
  let fails = true;
  const answer = () => {
    const chunks = [new Uint8Array([111]), new Uint8Array([107])];
    return {
      headers: { "cache-control": "max-age=60" },
      body: {
        declaredLength: undefined,
        trailers: undefined,
        pull: () => {
          if (fails && chunks.length === 1) throw new TimeoutError("body", 1);
          return Promise.resolve(chunks.shift());
        },
        cancel: () => {},
      },
    };
  };
  const scene = cacheScene([answer]);
  await assertRejects(() => scene.read(), TimeoutError);
  assertEquals(scene.store.size, 0);
  fails = false;
  (await scene.ask()).body.cancel();
  assertEquals(scene.store.size, 0);
  const stopped = await scene.ask();
  for await (const _ of stopped.body) break;
  assertEquals(scene.store.size, 0);
  assertEquals(await scene.read(), "ok");
  assertEquals(scene.store.size, 1);
  assertEquals(await scene.read(), "ok");
  assertEquals(scene.requests.length, 4);
});

Deno.test("a body beyond the limit is given but not stored, whether it says its length or not", async () => {
  const streamed = (text: string) => () => {
    const chunks = Array.from(text, (character) => new Uint8Array([character.charCodeAt(0)]));
    const source = {
      declaredLength: undefined,
      trailers: undefined,
      pull: () => chunks.shift(),
      cancel: () => {},
    };
    return { headers: { "cache-control": "max-age=60" }, body: source };
  };
  const scene = cacheScene(
    [lasting("1234"), streamed("1234"), lasting("123"), streamed("123")],
    { maxBodyBytes: 3 },
  );
  const first = await scene.ask({ url: "https://a.example/1" });
  assertEquals(statusOf(first), "avx; fwd=uri-miss");
  assertEquals(await first.body.text(), "1234");
  assertEquals(await scene.read({ url: "https://a.example/2" }), "1234");
  assertEquals(scene.store.size, 0);
  assertEquals(await scene.read({ url: "https://a.example/3" }), "123");
  assertEquals(await scene.read({ url: "https://a.example/4" }), "123");
  assertEquals(scene.store.size, 2);
});

Deno.test("an unsafe request that succeeds drops what is stored, one that fails does not (RFC 9111 §4.4)", async () => {
  const scene = cacheScene([
    lasting("one"),
    lasting("item"),
    { status: 500 },
    { status: 201, headers: { location: "/item", "content-location": "https://b.example/" } },
    lasting("two"),
  ]);
  await scene.read();
  await scene.read({ url: "https://a.example/item" });
  assertEquals((await scene.ask({ method: "POST", body: "x" })).status, 500);
  assertEquals(scene.store.size, 2);
  const posted = await scene.ask({ method: "POST", body: "x" });
  assertEquals(statusOf(posted), "avx; fwd=method");
  assertEquals(scene.store.size, 0);
  assertEquals(await scene.read(), "two");
});

Deno.test("what was asked for before a change is not stored after it", async () => {
  const parts = [new Uint8Array([111]), new Uint8Array([107])];
  const scene = cacheScene([
    {
      headers: { "cache-control": "max-age=60" },
      body: {
        declaredLength: undefined,
        trailers: undefined,
        pull: () => parts.shift(),
        cancel: () => {},
      },
    },
    { status: 204 },
  ]);
  const response = await scene.ask();
  await scene.ask({ method: "DELETE" });
  assertEquals(await response.body.text(), "ok");
  assertEquals(scene.store.size, 0);
});

Deno.test("a HEAD is answered from what a GET has stored, and tells whether that still holds", async () => {
  const scene = cacheScene([
    lasting("one", { "content-length": "3" }),
    { headers: { etag: '"one"', "content-length": "3", "cache-control": "max-age=30" } },
    { headers: { etag: '"two"' } },
  ]);
  await scene.read();
  const hit = await scene.ask({ method: "HEAD" });
  assertEquals([statusOf(hit), await hit.body.text()], ["avx; hit; ttl=60", ""]);
  assertEquals(hit.headers.get("content-length"), "3");
  await scene.wait(60);
  const same = await scene.ask({ method: "HEAD" });
  assertEquals(statusOf(same), "avx; fwd=stale");
  assertEquals(scene.requests[1].headers.has("if-none-match"), false);
  assertEquals(await scene.read(), "one");
  await scene.wait(30);
  await scene.ask({ method: "HEAD" });
  assertEquals(scene.store.size, 0);
});

Deno.test("a range is cut from the whole, never stored for it (RFC 9111 §3.3, §3.4)", async () => {
  const scene = cacheScene([
    { status: 206, body: "bc", headers: { "cache-control": "max-age=60", etag: '"1"' } },
    lasting("abcdef", { "content-type": "text/plain" }),
  ]);
  const range = (value: string) => scene.ask({ headers: { range: value } });
  assertEquals((await range("bytes=1-2")).status, 206);
  assertEquals(scene.store.size, 0);
  assertEquals(await scene.read(), "abcdef");
  const part = await range("bytes=1-2");
  assertEquals([part.status, part.statusText], [206, "Partial Content"]);
  assertEquals(part.headers.get("content-range"), "bytes 1-2/6");
  assertEquals(part.headers.get("content-length"), "2");
  assertEquals(part.headers.get("content-type"), "text/plain");
  assertEquals(await part.body.text(), "bc");
  assertEquals(await (await range("bytes=-1")).body.text(), "f");
  const beyond = await range("bytes=6-");
  assertEquals([beyond.status, beyond.headers.get("content-range")], [416, "bytes */6"]);
  const several = await range("bytes=0-0,2-2");
  assertEquals([several.status, await several.body.text()], [200, "abcdef"]);
  assertEquals((await range("lines=1-2")).status, 200);
  assertEquals(scene.requests.length, 2);
});

Deno.test("a range of something stale is validated, and a part of something new drops it", async () => {
  const scene = cacheScene([
    lasting("abcdef"),
    { status: 304 },
    { status: 206, body: "BC", headers: { etag: '"new"', "cache-control": "max-age=60" } },
  ]);
  await scene.read();
  await scene.wait(60);
  const part = await scene.ask({ headers: { range: "bytes=1-2" } });
  assertEquals([part.status, await part.body.text()], [206, "bc"]);
  await scene.wait(60);
  assertEquals(await scene.read({ headers: { range: "bytes=1-2" } }), "BC");
  assertEquals(scene.store.size, 0);
});

Deno.test("stale-while-revalidate answers at once and validates once in the background (RFC 5861 §3)", async () => {
  const control = { "cache-control": "max-age=60, stale-while-revalidate=30" };
  const scene = cacheScene([lasting("one", control), lasting("two", control)]);
  await scene.read();
  await scene.wait(70);
  const [one, other] = await Promise.all([scene.ask(), scene.ask()]);
  assertEquals(statusOf(one), "avx; hit; ttl=-10");
  assertEquals([await one.body.text(), await other.body.text()], ["one", "one"]);
  await scene.wait(0);
  assertEquals(scene.requests.length, 2);
  assertEquals(scene.requests[1].headers.get("if-none-match"), '"one"');
  assertEquals(scene.requests[1].signal, undefined);
  assertEquals(await scene.read(), "two");
  assertEquals(scene.requests.length, 2);
});

Deno.test("a validation in the background that fails is tried again with the next request", async () => {
  const control = { "cache-control": "max-age=60, stale-while-revalidate=30" };
  const scene = cacheScene([lasting("one", control), new ConnectError("Refused"), lasting("two")]);
  await scene.read();
  await scene.wait(70);
  assertEquals(await scene.read(), "one");
  await scene.wait(0);
  assertEquals(await scene.read(), "one");
  await scene.wait(0);
  assertEquals(await scene.read(), "two");
});

Deno.test("stale-if-error stands in for errors of the origin and of the way there (RFC 5861 §4)", async () => {
  const control = { "cache-control": "max-age=60, stale-if-error=30" };
  const scene = cacheScene([
    lasting("one", control),
    { status: 503, body: "down" },
    new ConnectError("Refused"),
    { status: 404, body: "gone" },
  ]);
  await scene.read();
  await scene.wait(60);
  const stale = await scene.ask();
  assertEquals(
    statusOf(stale),
    'avx; fwd=stale; fwd-status=503; ttl=0; detail="stale-if-error"',
  );
  assertEquals(await stale.body.text(), "one");
  assertEquals(scene.responses[1].body.used, true);
  await scene.wait(29);
  assertEquals(await scene.read(), "one");
  assertEquals(await scene.read(), "gone");
});

Deno.test("an error is an error when stale-if-error is over, or it is the caller's own", async () => {
  const control = { "cache-control": "max-age=60, stale-if-error=30" };
  for (
    const [seconds, error] of [
      [90, new ConnectError("Refused")],
      [60, new PoolClosedError()],
      [60, new DOMException("Given up", "AbortError")],
    ] as const
  ) {
    const scene = cacheScene([lasting("one", control), error]);
    await scene.read();
    await scene.wait(seconds);
    await assertRejects(() => scene.ask(), Object.getPrototypeOf(error).constructor);
  }
});

Deno.test("requests for the same wait for the first one, if they are told to", async () => {
  const scene = cacheScene([lasting("one")], { collapse: true });
  const all = await Promise.all([scene.ask(), scene.ask(), scene.ask()]);
  assertEquals(all.map(statusOf), [
    "avx; fwd=uri-miss; stored",
    "avx; hit; ttl=60; collapsed",
    "avx; hit; ttl=60; collapsed",
  ]);
  assertEquals(scene.requests.length, 1);
});

Deno.test("requests that waited for what was not stored are sent, and the first error is the first one's", async () => {
  const unstored = cacheScene([{ body: "one" }], { collapse: true });
  const all = await Promise.all([unstored.ask(), unstored.ask()]);
  assertEquals(all.map(statusOf), ["avx; fwd=uri-miss", "avx; fwd=uri-miss; collapsed"]);
  const failing = cacheScene([new ConnectError("Refused"), lasting("one")], { collapse: true });
  const [first, second] = await Promise.allSettled([failing.ask(), failing.ask()]);
  assertEquals([first.status, second.status], ["rejected", "fulfilled"]);
});

Deno.test("a request waits for another one for as long as is allowed, or until it is given up", async () => {
  const answers = [{
    headers: { "cache-control": "max-age=60" },
    body: {
      declaredLength: undefined,
      trailers: undefined,
      pull: () => new Promise<undefined>(() => {}),
      cancel: () => {},
    },
  }, lasting("two")];
  const scene = cacheScene(answers, { collapse: true, maxCollapseWait: 2_000 });
  const first = await scene.ask();
  const second = scene.ask();
  const controller = new AbortController();
  const third = scene.ask({ signal: controller.signal });
  await scene.clock.settle();
  controller.abort(new RangeError("Given up"));
  await assertRejects(() => third, RangeError, "Given up");
  await scene.wait(1.999);
  assertEquals(scene.requests.length, 1);
  await scene.wait(0.001);
  assertEquals(await (await second).body.text(), "two");
  first.body.cancel();
  assertEquals(scene.clock.pending, 0);
});

Deno.test("requests do not wait for one another unless they are told to", async () => {
  const scene = cacheScene([lasting("one")]);
  await Promise.all([scene.ask(), scene.ask()]);
  assertEquals(scene.requests.length, 2);
});

Deno.test("an upgrade is none of the cache's business", async () => {
  const scene = cacheScene([lasting("one")]);
  const response = await scene.ask({ upgrade: "websocket" });
  assertEquals(statusOf(response), "");
  assertEquals(scene.store.size, 0);
});

Deno.test("a store that fails costs no request", async () => {
  const fails = (): never => {
    throw new RangeError("Full");
  };
  const broken: CacheStore = { get: fails, put: fails, update: fails, delete: fails };
  const scene = cacheScene([lasting("one"), { status: 204 }], { store: broken });
  assertEquals(await scene.read(), "one");
  assertEquals((await scene.ask({ method: "DELETE" })).status, 204);
  const rejects = () => Promise.reject(new RangeError("Full"));
  const writer = { write: rejects, commit: rejects, abort: rejects };
  const halfBroken: CacheStore = {
    get: () => [],
    put: () => writer,
    update: rejects,
    delete: rejects,
  };
  const other = cacheScene([lasting("one")], { store: halfBroken });
  assertEquals(await other.read(), "one");
});

Deno.test("a stored response whose body has gone is asked for again", async () => {
  const server = script(lasting("one"));
  const head = {
    variant: "",
    selecting: [],
    status: 200,
    reason: "OK",
    lines: ["cache-control", "max-age=60"],
    requestMs: Date.UTC(2026, 0),
    responseMs: Date.UTC(2026, 0),
  };
  for (const open of [() => undefined, () => Promise.reject(new RangeError("Gone"))]) {
    const store: CacheStore = {
      get: () => [{ head, open }],
      put: () => undefined,
      update: () => {},
      delete: () => {},
    };
    const cache = new ResponseCache(cacheConfig({ store }), new ManualClock());
    const response = await cache.answer(asked(URL_TEXT), server.next);
    assertEquals(statusOf(response), "avx; fwd=uri-miss");
    assertEquals(await response.body.text(), "one");
  }
});

Deno.test("a store may give a body as a stream, of which ranges are not cut", async () => {
  const server = script({});
  const head = {
    variant: "",
    selecting: [],
    status: 200,
    reason: "OK",
    lines: ["cache-control", "max-age=60"],
    requestMs: Date.UTC(2026, 0),
    responseMs: Date.UTC(2026, 0),
  };
  const store: CacheStore = {
    get: () => [{ head, open: () => makeResponse(URL_TEXT, { body: "streamed" }).body.source() }],
    put: () => undefined,
    update: () => {},
    delete: () => {},
  };
  const cache = new ResponseCache(cacheConfig({ store }), new ManualClock());
  const request = asked(URL_TEXT, { headers: { range: "bytes=0-1" } });
  const response = await cache.answer(request, server.next);
  assertEquals([response.status, await response.body.text()], [200, "streamed"]);
  assert(server.requests.length === 0);
});

Deno.test("the caches on the way keep their own lines in cache-status (RFC 9211 §2)", async () => {
  const scene = cacheScene([lasting("one", { "cache-status": "cdn; hit" })], { name: "mine" });
  assertEquals((await scene.ask()).headers.getAll("cache-status"), [
    "cdn; hit",
    "mine; fwd=uri-miss; stored",
  ]);
  assertEquals((await scene.ask()).headers.getAll("cache-status"), [
    "cdn; hit",
    "mine; hit; ttl=60",
  ]);
});

Deno.test("a request that is given up is not answered, from wherever", async () => {
  const scene = cacheScene([lasting("one")]);
  await scene.read();
  const signal = AbortSignal.abort(new RangeError("Given up"));
  await assertRejects(() => scene.ask({ signal }), RangeError, "Given up");
});

Deno.test("an entity tag of one user's is never shown for another's", async () => {
  const scene = cacheScene([
    lasting("one", { etag: '"1"' }),
    lasting("two", { etag: '"1"' }),
    { status: 304, headers: { etag: '"1"' } },
  ]);
  const read = (token: string) => scene.read({ headers: { authorization: token } });
  assertEquals([await read("a"), await read("b")], ["one", "two"]);
  assertEquals(scene.requests[1].headers.has("if-none-match"), false);
  await scene.wait(61);
  assertEquals([await read("a"), scene.requests[2].headers.get("if-none-match")], ["one", '"1"']);
  assertEquals(scene.requests.length, 3);
});
