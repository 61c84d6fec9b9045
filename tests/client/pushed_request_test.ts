import type { ClientOptions, ClientResponse, PushedRequest } from "@avx/client";
import type { Handler } from "@avx/semantics/handler";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { type Together, together, URL_ROOT } from "../http2/together.ts";

/** Pushes `/style` with each page. */
const pushesStyle: Handler = (request, info) => {
  const { pathname } = new URL(request.url);
  if (pathname === "/style") {
    return new Response("style", { headers: { "x-agent": `${request.headers.get("x-agent")}` } });
  }
  const promised = info.push("/style", { headers: { "x-agent": "me" } });
  return new Response(`page ${promised}`);
};

function pushing(
  onPush: ((push: PushedRequest) => void) | undefined,
  run: (both: Together) => Promise<void>,
  handler: Handler = pushesStyle,
  client: ClientOptions = {},
): Promise<void> {
  return together(handler, run, {
    server: { http2: { push: true } },
    client: { onPush, ...client },
  });
}

Deno.test("client takes a push, and has its response before anyone asks", async () => {
  const taken: Promise<ClientResponse>[] = [];
  const heard: unknown[] = [];
  await pushing((push) => {
    heard.push(push.method, push.url, push.headers.get("x-agent"));
    taken.push(push.accept());
    assertEquals(push.accept(), taken[0], "twice is once");
  }, async ({ client, atServer, atClient, settle }) => {
    const response = await client.request(`${URL_ROOT}/page`);
    assertEquals(await response.body.text(), "page true");
    const pushed = await taken[0];
    assertEquals([pushed.status, pushed.url, pushed.protocol], [200, `${URL_ROOT}/style`, "h2"]);
    assertEquals(pushed.headers.get("x-agent"), "me");
    assertEquals(await pushed.body.text(), "style");
    assertEquals([pushed.redirected, pushed.upgrade, pushed.trailers], [
      false,
      undefined,
      undefined,
    ]);
    assertEquals(pushed.remoteAddr, response.remoteAddr);
    assertEquals(pushed.timings.totalMs, 0);
    assertEquals(pushed.statusText, "");
    await settle();
    assertEquals(client.stats().active, 0);
    const event = { streamId: 1, promisedId: 2, method: "GET", target: "/style" };
    assertEquals(atServer.plain("h2.push"), [{ direction: "sent", ...event }]);
    assertEquals(atClient.plain("h2.push"), [{ direction: "received", ...event }]);
  });
  assertEquals(heard, ["GET", `${URL_ROOT}/style`, "me"]);
});

Deno.test("client resets a push that nobody takes, and does not let it be taken later", async () => {
  const pushes: PushedRequest[] = [];
  await pushing((push) => void pushes.push(push), async ({ client, atClient, settle }) => {
    assertEquals(await (await client.request(URL_ROOT)).body.text(), "page true");
    await settle();
    assertEquals(atClient.plain("h2.reset"), [{ direction: "sent", streamId: 2, code: "CANCEL" }]);
    assertThrows(() => pushes[0].accept(), TypeError);
  });
});

Deno.test("client that does not ask for pushes has servers push nothing", () =>
  pushing(undefined, async ({ client, atServer }) => {
    assertEquals(await (await client.request(URL_ROOT)).body.text(), "page false");
    assertEquals(atServer.plain("h2.settings").at(-1)?.enablePush, false);
  }));

Deno.test("client gives a push up by a signal, before and after its response has begun", async () => {
  const [early, late, never] = [new AbortController(), new AbortController(), AbortSignal.abort()];
  const taken: Promise<ClientResponse>[] = [];
  const signals = [early.signal, late.signal, never];
  const handler: Handler = (request, info) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/never") return new Promise<Response>(() => {});
    if (pathname === "/long") return new Response(unending());
    for (const path of ["/never", "/long", "/never"]) info.push(path);
    return new Response("page");
  };
  await pushing((push) => {
    const promise = push.accept({ signal: signals[taken.length] });
    promise.catch(() => {});
    taken.push(promise);
  }, async ({ client, atClient, settle }) => {
    assertEquals(await (await client.request(URL_ROOT)).body.text(), "page");
    await settle();
    const long = await taken[1];
    early.abort(new RangeError("early"));
    late.abort(); // it is there already: its body is the reader's
    await assertRejects(() => taken[0], RangeError);
    await assertRejects(() => taken[2], DOMException);
    await settle();
    long.body.cancel();
    await settle();
    assertEquals(
      atClient.plain("h2.reset").map(({ streamId, code }) => `${streamId} ${code}`),
      ["6 CANCEL", "2 CANCEL", "4 CANCEL"],
    );
  }, handler);
});

Deno.test("client's push fails with its connection, or when its response does not come", async () => {
  const taken: Promise<ClientResponse>[] = [];
  const handler: Handler = (_request, info) => {
    info.push("/never");
    return info.push("/never") ? new Response("page") : new Promise<Response>(() => {});
  };
  await pushing(
    (push) => {
      const promise = push.accept();
      promise.catch(() => {});
      taken.push(promise);
    },
    async ({ client, clock, settle }) => {
      await (await client.request(URL_ROOT)).body.text();
      await clock.advance(1_000);
      await settle();
      assertEquals((await taken[0].catch((error) => error)).phase, "headers");
      await (await client.request(URL_ROOT)).body.text();
      client.close();
      assertEquals((await taken[2].catch((error) => error)).name, "PoolClosedError");
    },
    handler,
    { timeouts: { headers: 1_000 } },
  );
});

Deno.test("client's own mistake in onPush refuses the push and is not lost", async () => {
  const errors: unknown[] = [];
  const listener = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  globalThis.addEventListener("error", listener);
  try {
    const mistake = new RangeError("mine");
    await pushing(() => {
      throw mistake;
    }, async ({ client, atClient, settle }) => {
      assertEquals(await (await client.request(URL_ROOT)).body.text(), "page true");
      await settle();
      assertEquals(atClient.plain("h2.reset").length, 1);
    });
    assertEquals(errors, [mistake]);
  } finally {
    globalThis.removeEventListener("error", listener);
  }
});

Deno.test("client holds so many pushes at once and no more", async () => {
  const handler: Handler = (request, info) => {
    if (!request.url.endsWith("/")) return new Promise<Response>(() => {});
    const promised = ["/a", "/b", "/c"].map((path) => info.push(path));
    return new Response(promised.join());
  };
  await pushing(
    (push) => void push.accept().catch(() => {}),
    async ({ client }) => {
      // The server knows the limit, and keeps to it.
      assertEquals(await (await client.request(`${URL_ROOT}/`)).body.text(), "true,true,false");
    },
    handler,
    { http2Limits: { maxPushes: 2 } },
  );
});

/** A body that begins. */
function unending(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(3)) });
}

Deno.test("client's push keeps the process alive until it is over, as a request does", async () => {
  const taken: Promise<ClientResponse>[] = [];
  const answers: ((response: Response) => void)[] = [];
  const handler: Handler = (request, info) => {
    if (!request.url.endsWith("/")) {
      return new Promise<Response>((resolve) => void answers.push(resolve));
    }
    for (const path of ["/whole", "/parts", "/failed"]) info.push(path);
    return new Response("page");
  };
  await pushing((push) => {
    const promise = push.accept();
    promise.catch(() => {});
    taken.push(promise);
  }, async ({ client, transports, settle }) => {
    await (await client.request(`${URL_ROOT}/`)).body.text();
    await settle();
    const [transport] = transports;
    const [whole, parts, failed] = answers;
    assertEquals(transport.isRef, true);
    whole(new Response("whole"));
    await settle();
    failed(new Response(null, { status: 404 }));
    await settle();
    assertEquals(transport.isRef, true);
    parts(new Response(unending()));
    await settle();
    assertEquals(transport.isRef, true);
    (await taken[1]).body.cancel();
    await settle();
    assertEquals(transport.isRef, false);
    assertEquals(await (await taken[0]).body.text(), "whole");
  }, handler);
});
