import { Client, type ClientOptions, fetch as sharedFetch } from "@avx/client";
import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { onStage, URL_ROOT } from "./stage.ts";

type Handler = (request: Request) => Response | Promise<Response>;

async function served(
  handler: Handler,
  run: (client: Client, origin: string) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const serving = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(serving, handler);
  const client = new Client(options);
  try {
    await run(client, `http://127.0.0.1:${server.addr.port}`);
  } finally {
    client.close();
    await server.shutdown();
  }
}

function echo(request: Request): Response {
  const { method, url } = request;
  const headers = Object.fromEntries(request.headers);
  return Response.json({ method, path: new URL(url).pathname, headers });
}

Deno.test("fetch gives a Response that knows where it came from", async () => {
  await served(() => new Response("hello", { headers: { "x-a": "1" } }), async (client, origin) => {
    const response = await client.fetch(`${origin}/path#part`);
    assert(response instanceof Response);
    assertEquals([response.status, response.ok, response.redirected], [200, true, false]);
    assertEquals(response.url, `${origin}/path`);
    assertEquals(response.headers.get("x-a"), "1");
    const copy = response.clone();
    assertEquals(copy.url, response.url);
    assertEquals([await response.text(), await copy.text()], ["hello", "hello"]);
    assertEquals(await (await client.fetch(new URL(origin))).text(), "hello");
  });
});

Deno.test("fetch sends every kind of body", async () => {
  await served(async (request) => {
    const type = request.headers.get("content-type") ?? "none";
    if (type.startsWith("multipart/")) {
      const form = await request.formData();
      return new Response(`form ${form.get("a")}`);
    }
    return new Response(`${type} ${await request.text()}`);
  }, async (client, origin) => {
    const form = new FormData();
    form.append("a", "1");
    const bytes = new TextEncoder().encode("bytes");
    const cases: [BodyInit, string][] = [
      ["text", "text/plain;charset=UTF-8 text"],
      [bytes, "none bytes"],
      [bytes.buffer, "none bytes"],
      [new Blob(["blob"], { type: "text/css" }), "text/css blob"],
      [new URLSearchParams({ a: "1" }), "application/x-www-form-urlencoded;charset=UTF-8 a=1"],
      [form, "form 1"],
      [new Blob(["stream"]).stream(), "none stream"],
    ];
    for (const [body, expected] of cases) {
      const response = await client.fetch(origin, { method: "POST", body });
      assertEquals(await response.text(), expected);
    }
  });
});

Deno.test("fetch takes a Request, and lets the init win over it", async () => {
  await served(async (request) => {
    const text = await request.text();
    return new Response(`${request.method} ${request.headers.get("x-a")} ${text}`);
  }, async (client, origin) => {
    const make = () =>
      new Request(origin, { method: "PUT", headers: { "x-a": "1" }, body: "from the request" });
    assertEquals(await (await client.fetch(make())).text(), "PUT 1 from the request");
    const response = await client.fetch(make(), { headers: { "x-a": "2" }, body: "from the init" });
    assertEquals(await response.text(), "PUT 2 from the init");
    assertEquals(await (await client.fetch(new Request(origin))).text(), "GET null ");
  });
});

Deno.test("fetch makes no body for HEAD, 204 and 304", async () => {
  await served((request) => {
    const status = Number(new URL(request.url).pathname.slice(1));
    return new Response(status === 200 ? "hello" : null, { status });
  }, async (client, origin) => {
    const head = await client.fetch(`${origin}/200`, { method: "HEAD" });
    assertEquals([head.status, head.body], [200, null]);
    for (const status of [204, 304]) {
      const response = await client.fetch(`${origin}/${status}`);
      assertEquals([response.status, response.body], [status, null]);
    }
    assertEquals(client.stats().active, 0);
  });
});

Deno.test("fetch keeps every set-cookie line", async () => {
  await served(() => {
    const headers = new Headers();
    headers.append("set-cookie", "a=1");
    headers.append("set-cookie", "b=2");
    return new Response(null, { headers });
  }, async (client, origin) => {
    const response = await client.fetch(origin);
    assertEquals(response.headers.getSetCookie(), ["a=1", "b=2"]);
    await response.body?.cancel();
  });
});

Deno.test("fetch streams a body as it comes", async () => {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stream = () =>
    new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
  await served(() => new Response(stream()), async (client, origin) => {
    const response = await client.fetch(origin);
    const reader = response.body!.getReader();
    const word = new TextEncoder().encode("word");
    for (let turn = 0; turn < 3; turn++) {
      controller!.enqueue(word);
      assertEquals((await reader.read()).value, word);
    }
    controller!.close();
    assertEquals((await reader.read()).done, true);
  });
});

Deno.test("fetch follows redirects and says so", async () => {
  await served((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/1") {
      return new Response("moved", { status: 302, headers: { location: "2" } });
    }
    if (pathname === "/2") return new Response(null, { status: 301, headers: { location: "/3" } });
    return echo(request);
  }, async (client, origin) => {
    const response = await client.fetch(`${origin}/1`, { headers: { authorization: "secret" } });
    assertEquals([response.url, response.redirected], [`${origin}/3`, true]);
    const { headers } = await response.json();
    assertEquals(headers.authorization, "secret");
    assertEquals(client.stats().idle, 1, "the redirects' bodies were read away");
  });
});

Deno.test("fetch sends a body along on 307 and drops it on 303", async () => {
  await served(async (request) => {
    const { pathname } = new URL(request.url);
    const body = await request.text();
    if (pathname !== "/end") {
      const status = Number(pathname.slice(1));
      return new Response(null, { status, headers: { location: "/end" } });
    }
    return new Response(`${request.method} ${request.headers.get("content-type")} ${body}`);
  }, async (client, origin) => {
    const init = { method: "POST", body: "abc", headers: { "content-type": "text/css" } };
    assertEquals(await (await client.fetch(`${origin}/307`, init)).text(), "POST text/css abc");
    assertEquals(await (await client.fetch(`${origin}/303`, init)).text(), "GET null ");
    const streamed = { method: "POST", body: new Blob(["abc"]).stream() };
    await assertRejects(() => client.fetch(`${origin}/307`, streamed), TypeError, "used up");
    const dropped = { method: "POST", body: new Blob(["abc"]).stream() };
    assertEquals(await (await client.fetch(`${origin}/303`, dropped)).text(), "GET null ");
  });
});

Deno.test("fetch takes credentials to no other origin", async () => {
  await served(echo, async (_, other) => {
    await served(
      () => new Response(null, { status: 302, headers: { location: `${other}/next` } }),
      async (client, origin) => {
        const headers = { authorization: "secret", cookie: "a=1", "x-kept": "1" };
        const response = await client.fetch(origin, { headers });
        assertEquals(response.url, `${other}/next`);
        const received = (await response.json()).headers;
        assertEquals([received.authorization, received.cookie], [undefined, undefined]);
        assertEquals(received["x-kept"], "1");
        assertEquals(received.host, new URL(other).host);
        assertEquals([received["x-own"], received["user-agent"]], ["1", "avx"]);
      },
      { headers: { "x-own": "1", authorization: "the client's own" } },
    );
  });
});

Deno.test("fetch leaves redirects alone where it is told to", async () => {
  await served(
    () => new Response("here", { status: 302, headers: { location: "/" } }),
    async (client, origin) => {
      const manual = await client.fetch(origin, { redirect: "manual" });
      assertEquals([manual.status, manual.headers.get("location")], [302, "/"]);
      assertEquals(await manual.text(), "here");
      await assertRejects(
        () => client.fetch(origin, { redirect: "error" }),
        RemoteProtocolError,
        "redirect",
      );
      await assertRejects(() => client.fetch(origin), RemoteProtocolError, "more than 3 redirects");
    },
    { redirects: { max: 3, maxVisits: 9 } },
  );
});

Deno.test("fetch returns a redirect that leads nowhere, and refuses one that leads astray", async () => {
  await served((request) => {
    const location = new URL(request.url).searchParams.get("to");
    return new Response(null, { status: 302, headers: location === null ? {} : { location } });
  }, async (client, origin) => {
    assertEquals((await client.fetch(origin)).status, 302);
    await assertRejects(
      () => client.fetch(`${origin}/?to=data:,x`),
      RemoteProtocolError,
      "http or https",
    );
  });
});

Deno.test("fetch is given up by its signal, with the signal's reason", async () => {
  await served(() => new Response(new ReadableStream()), async (client, origin) => {
    const aborted = await assertRejects(
      () => client.fetch(origin, { signal: AbortSignal.abort() }),
      DOMException,
    );
    assertEquals(aborted.name, "AbortError");
    const controller = new AbortController();
    const response = await client.fetch(origin, { signal: controller.signal });
    const text = response.text();
    controller.abort(new RangeError("enough"));
    await assertRejects(() => text, RangeError, "enough");
    assertEquals(client.stats().active, 0);
  });
});

Deno.test("fetch has a deadline that spans redirects", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.fetch(URL_ROOT);
    asked.catch(() => {});
    const peer = await accept();
    await peer.head();
    await clock.advance(60);
    await peer.send("HTTP/1.1 302 Found\r\nlocation: /2\r\ncontent-length: 0\r\n\r\n");
    assertStringIncludes(await peer.head(), "GET /2 ");
    await clock.advance(50);
    const error = await assertRejects(() => asked, TimeoutError);
    assertEquals(error.phase, "total");
  }, { timeouts: { total: 100 } });
});

Deno.test("fetch tells of interim responses and refuses what no Response can be", async () => {
  await onStage(async ({ client, accept }) => {
    const seen: number[] = [];
    const asked = client.fetch(URL_ROOT, { onInformational: ({ status }) => seen.push(status) });
    asked.catch(() => {});
    const peer = await accept();
    await peer.head();
    await peer.send(
      "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n",
    );
    await assertRejects(() => asked, TypeError, "999");
    assertEquals(seen, [103]);
  });
});

Deno.test("fetch shows a broken body as an error of its stream", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.fetch(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const response = await asked;
    peer.transport.close();
    await assertRejects(() => response.text(), NetworkError);
  });
});

Deno.test("fetch cancels what it does not read", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const asked = client.fetch(URL_ROOT);
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n");
    await (await asked).body!.cancel();
    await clock.settle();
    assertEquals(client.stats().active, 0);
    await peer.ended();
  });
});

Deno.test("fetch of the module shares a client", async () => {
  const serving = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const server = Deno.serve(serving, () =>
    new Response("hello", {
      headers: { connection: "close" },
    }));
  const response = await sharedFetch(`http://127.0.0.1:${server.addr.port}/`);
  assertEquals(await response.text(), "hello");
  await server.shutdown();
});

Deno.test("fetch leaves a Request as it is where its init says nothing", async () => {
  await served(echo, async (client, origin) => {
    const request = new Request(`${origin}/a`, {
      method: "PUT",
      headers: { "x-a": "1" },
      body: "b",
    });
    const init = { method: undefined, headers: undefined, body: undefined, signal: undefined };
    const { method, headers } = await (await client.fetch(request, init)).json();
    assertEquals([method, headers["x-a"]], ["PUT", "1"]);
    const aborted = new Request(origin, { signal: AbortSignal.abort(new RangeError("enough")) });
    await assertRejects(() => client.fetch(aborted, { signal: undefined }), RangeError, "enough");
    const free = await client.fetch(aborted, { signal: null });
    assertEquals(free.status, 200);
    await free.body?.cancel();
  });
});
