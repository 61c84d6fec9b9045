import type { Handler, PushOptions } from "@avx/semantics/handler";
import { assertEquals, assertThrows } from "../support/assert.ts";
import { together, type TogetherOptions, URL_ROOT } from "./together.ts";

const TAKES: TogetherOptions = {
  server: { http2: { push: true } },
  client: { onPush: (push) => void push.accept().catch(() => {}) },
};

/** Serves a page whose handler pushes, and gives what that came to. */
async function pushOnce(
  push: Parameters<Handler>[1] extends infer Info ? (info: Info) => unknown : never,
  options: TogetherOptions = TAKES,
): Promise<unknown> {
  let outcome: unknown;
  await together((request, info) => {
    if (new URL(request.url).pathname !== "/page") return new Response("pushed");
    outcome = push(info);
    return new Response("page");
  }, async ({ client, settle }) => {
    assertEquals(await (await client.request(`${URL_ROOT}/page?q`)).body.text(), "page");
    await settle();
  }, options);
  return outcome;
}

Deno.test("a handler pushes what it answers itself, ahead of its own response", async () => {
  const asked: string[] = [];
  const order: string[] = [];
  await together(async (request, info) => {
    asked.push(`${request.method} ${request.url} ${request.headers.get("accept")}`);
    if (request.url.endsWith("/style")) {
      assertEquals(info.protocol, "h2");
      return new Response("style");
    }
    assertEquals(info.push("/style", { headers: { Accept: "text/css" } }), true);
    assertEquals(asked.length, 1, "not at once");
    await undefined;
    return new Response("page");
  }, async ({ client, settle }) => {
    await (await client.request(`${URL_ROOT}/page`)).body.text();
    order.push("page");
    await settle();
  }, {
    ...TAKES,
    client: {
      onPush: (push) => {
        order.push("promise");
        push.accept().then(() => order.push("style"));
      },
    },
  });
  assertEquals(asked, [`GET ${URL_ROOT}/page */*`, `GET ${URL_ROOT}/style text/css`]);
  assertEquals(order[0], "promise");
  assertEquals(order.slice(1).sort(), ["page", "style"]);
});

Deno.test("push is off unless the server is told otherwise", async () => {
  const { client } = TAKES;
  assertEquals(await pushOnce((info) => info.push("/a"), { client }), false);
});

Deno.test("push needs a client that takes it", async () => {
  const { server } = TAKES;
  assertEquals(await pushOnce((info) => info.push("/a"), { server }), false);
});

Deno.test("there is no push in HTTP/1.1", async () => {
  const { server } = TAKES;
  const client = { protocol: "http/1.1", onPush: () => {} } as const;
  assertEquals(await pushOnce((info) => info.push("/a"), { server, client }), false);
});

Deno.test("a push has a target of the request's origin, relative or not", async () => {
  for (const target of ["/a", "a", "./a?b", `${URL_ROOT}/a`, new URL(`${URL_ROOT}/a`)]) {
    assertEquals(await pushOnce((info) => info.push(target)), true, `${target}`);
  }
  for (const target of ["//other/a", "https://memory/a", "http://memory:81/a"]) {
    await pushOnce((info) => assertThrows(() => info.push(target), TypeError));
  }
});

Deno.test("a push is of GET or HEAD, with fields that can travel", async () => {
  assertEquals(await pushOnce((info) => info.push("/a", { method: "HEAD" })), true);
  const post = { method: "POST" } as unknown as PushOptions;
  await pushOnce((info) => assertThrows(() => info.push("/a", post)));
  await pushOnce((info) =>
    assertThrows(() => info.push("/a", { headers: [["x", "a\nb"]] }), TypeError)
  );
});

Deno.test("what was pushed does not push, nor does what is complete", async () => {
  const outcomes: boolean[] = [];
  await together((request, info) => {
    outcomes.push(info.push("/again"));
    if (request.url.endsWith("/page")) info.completed.then(() => outcomes.push(info.push("/late")));
    return new Response("x");
  }, async ({ client, settle }) => {
    await (await client.request(`${URL_ROOT}/page`)).body.text();
    await settle();
  }, TAKES);
  assertEquals(outcomes, [true, false, false]);
});

Deno.test("a handler hears that its push was refused", async () => {
  const reasons: unknown[] = [];
  await together((request, info) => {
    if (request.url.endsWith("/page")) {
      info.push("/style");
      return new Response("page");
    }
    request.signal.addEventListener("abort", () => reasons.push(request.signal.reason.code));
    return new Promise<Response>(() => {});
  }, async ({ client, settle }) => {
    await (await client.request(`${URL_ROOT}/page`)).body.text();
    await settle();
  }, { ...TAKES, client: { onPush: () => {} } });
  assertEquals(reasons, ["STREAM_RESET"]);
});

Deno.test("a push that cannot be answered is an error like any other", async () => {
  const statuses: number[] = [];
  await together((request, info) => {
    if (!request.url.endsWith("/page")) throw new RangeError("mine");
    info.push("/style");
    return new Response("page");
  }, async ({ client, settle }) => {
    await (await client.request(`${URL_ROOT}/page`)).body.text();
    await settle();
  }, {
    server: { http2: { push: true }, onError: () => new Response("failed", { status: 500 }) },
    client: { onPush: (push) => void push.accept().then(({ status }) => statuses.push(status)) },
  });
  assertEquals(statuses, [500]);
});

Deno.test("the handler of a push has no more time than any other", async () => {
  const statuses: number[] = [];
  await together((request, info) => {
    if (request.url.endsWith("/style")) return new Promise<Response>(() => {});
    if (request.url.endsWith("/page")) info.push("/style");
    return new Response("page");
  }, async ({ client, clock, settle }) => {
    await (await client.request(`${URL_ROOT}/first`)).body.text();
    await settle(); // nothing is on its way that would have the server look at its clock
    await (await client.request(`${URL_ROOT}/page`)).body.text();
    await settle();
    await clock.advance(1_000);
    await settle();
    assertEquals(statuses, [503]);
  }, {
    server: { http2: { push: true }, timeouts: { handler: 1_000 } },
    client: { onPush: (push) => void push.accept().then(({ status }) => statuses.push(status)) },
  });
});

Deno.test("a handler that closes its server is lost with it, and nothing is begun any more", async () => {
  const heard: string[] = [];
  let close = (): void => {};
  await together(async (request, info) => {
    const { pathname } = new URL(request.url);
    heard.push(pathname);
    request.signal.addEventListener("abort", () => heard.push(`${pathname} lost`));
    close();
    heard.push(`${info.push("/style")}`);
    await request.text().catch(({ code }) => heard.push(code));
    return new Response("too late");
  }, async ({ client, server, settle }) => {
    close = () => server.close();
    const ask = (path: string) =>
      client.request(`${URL_ROOT}${path}`, { method: "POST", body: ReadableStream.from(never()) })
        .catch(() => {});
    await Promise.all([ask("/a"), ask("/b"), settle()]);
    await server.finished;
    await settle();
  }, TAKES);
  assertEquals(heard, ["/a", "false", "/a lost", "ABORTED"]);
});

// deno-lint-ignore require-yield -- nothing of the body comes
async function* never(): AsyncGenerator<Uint8Array> {
  await new Promise<void>(() => {});
}
