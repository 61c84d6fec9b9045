import { Client, type Interceptor, makeResponse } from "@avx/client";
import {
  composeInterceptors,
  hooked,
  interceptedRequest,
  type Next,
} from "../../client/interceptor.ts";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";
import { asked, script } from "./policy/scene.ts";
import { onStage, URL_ROOT } from "./stage.ts";

const defaults = {
  headers: ["accept", "*/*", "user-agent", "avx"],
  baseUrl: undefined,
  totalMs: 5_000,
};

Deno.test("interceptors stand around one another, the first outermost", async () => {
  const seen: string[] = [];
  function named(name: string): Interceptor {
    return async (request, next) => {
      seen.push(`${name} asks`);
      const response = await next(request);
      seen.push(`${name} has`);
      return response;
    };
  }
  const next = composeInterceptors([named("a"), named("b")], script({}).next);
  await next(asked(URL_ROOT));
  assertEquals(seen, ["a asks", "b asks", "b has", "a has"]);
  const last: Next = script({}).next;
  assertStrictEquals(composeInterceptors([], last), last);
});

Deno.test("an intercepted request has all fields, and its own win", () => {
  const request = interceptedRequest(
    URL_ROOT,
    { method: "post", headers: { Accept: "text/css", "x-a": "1" }, body: null, timeout: 7 },
    defaults,
    100,
  );
  assertEquals(request.method, "POST");
  assertEquals(request.url.href, `${URL_ROOT}/`);
  assertEquals(request.headers.lines, ["user-agent", "avx", "Accept", "text/css", "x-a", "1"]);
  assertEquals([request.body, request.signal], [undefined, undefined]);
  assertEquals([request.startedAt, request.timeout], [100, 7]);
  const plain = interceptedRequest("b", undefined, { ...defaults, baseUrl: new URL(URL_ROOT) }, 0);
  assertEquals([plain.url.href, plain.method, plain.timeout], [`${URL_ROOT}/b`, "GET", 5_000]);
  assertThrows(() => interceptedRequest("b", undefined, defaults, 0), TypeError);
  assertThrows(() => interceptedRequest(URL_ROOT, { method: "a b" }, defaults, 0), TypeError);
});

Deno.test("hooks see the request and the response, and may put others in their place", async () => {
  const server = script({ status: 404 });
  const quiet = hooked({ onRequest: ({ headers }) => headers.set("x-a", "1") });
  assertEquals((await quiet(asked(URL_ROOT), server.next)).status, 404);
  assertEquals(server.requests[0].headers.get("x-a"), "1");
  const loud = hooked({
    onRequest: (request) => ({ ...request, url: new URL("http://b.example/") }),
    onResponse: (response, request) => makeResponse(request.url, { status: response.status + 1 }),
  });
  const response = await loud(asked(URL_ROOT), server.next);
  assertEquals([response.status, response.url], [405, "http://b.example/"]);
});

Deno.test("a hook that throws gives the response up", async () => {
  const server = script({ body: "unread" });
  const fail = hooked({ onResponse: () => Promise.reject(new Error("mine")) });
  await assertRejects(() => fail(asked(URL_ROOT), server.next), Error, "mine");
  assertEquals(server.responses[0].body.used, true);
});

Deno.test("client sends what its interceptors made of a request", async () => {
  await onStage(async ({ client, accept }) => {
    const undo = client.use(async (request, next) => {
      request.headers.set("x-a", "1");
      request.headers.delete("user-agent");
      const response = await next({ ...request, method: "PUT", body: "abc" });
      assertEquals(response.url, `${URL_ROOT}/p?q`);
      return response;
    });
    let sent = client.request(`${URL_ROOT}/p?q#f`, { headers: { accept: "b" } });
    const peer = await accept();
    assertEquals(
      await peer.head(),
      "PUT /p?q HTTP/1.1\r\nhost: a.example\r\naccept: b\r\nx-a: 1\r\n" +
        "content-type: text/plain;charset=UTF-8\r\ncontent-length: 3\r\n\r\n",
    );
    assertEquals(await peer.read(3), "abc");
    await peer.answer("");
    await sent;
    undo();
    undo();
    sent = client.request(URL_ROOT);
    assertEquals((await peer.head()).startsWith("GET / "), true);
    await peer.answer("");
    await sent;
  });
});

Deno.test("an interceptor that throws at once rejects the request", async () => {
  const client = new Client({
    interceptors: [() => {
      throw new Error("mine");
    }],
  });
  await assertRejects(() => client.request(URL_ROOT), Error, "mine");
  await assertRejects(() => client.fetch(URL_ROOT), Error, "mine");
  client.close();
});

Deno.test("fetch goes through the interceptors as well", async () => {
  const seen: string[] = [];
  const client = new Client({
    interceptors: [(request, next) => {
      seen.push(`call ${request.url.pathname}`);
      return next(request);
    }],
    onRequest: ({ url }) => void seen.push(`sent ${url.pathname}`),
    onResponse: ({ status }) => void seen.push(`came ${status}`),
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    return new URL(url).pathname === "/2"
      ? new Response("there")
      : new Response(null, { status: 302, headers: { location: "/2" } });
  });
  const response = await client.fetch(`http://127.0.0.1:${server.addr.port}/1`);
  assertEquals([await response.text(), response.redirected], ["there", true]);
  assertEquals(seen, ["call /1", "sent /1", "came 302", "sent /2", "came 200"]);
  client.close();
  await server.shutdown();
});

Deno.test("the total timeout counts from the call, interceptors included", async () => {
  await onStage(async ({ client, accept, clock }) => {
    client.use(async (request, next) => {
      await clock.advance(600);
      return await next(request);
    });
    const sent = client.request(URL_ROOT, { timeout: 1_000 });
    sent.catch(() => {});
    await (await accept()).head();
    await clock.advance(399);
    assertEquals(client.stats().active, 1);
    await clock.advance(10);
    await assertRejects(() => sent, Error, 'Timed out in phase "total" after 1000 ms');
  });
});
