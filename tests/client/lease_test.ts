import { Client, type ClientOptions, type ClientResponse } from "@avx/client";
import { NetworkError } from "@avx/runtime/errors";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import { PoolClosedError } from "@avx/semantics/errors";
import type { Handler } from "@avx/semantics/handler";
import { json, text, upgradeConnection } from "@avx/semantics/web";
import { serve, type Server, type ServeTcpOptions } from "@avx/server";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { serving } from "../support/serving.ts";
import { later } from "./stage.ts";

const URL_ROOT = "http://h2.example/";

interface Stage {
  readonly client: Client;
  readonly clock: ManualClock;
  readonly server: Server;
  readonly network: MemoryNetwork;
}

/** Runs a test with our client and our server, which speak HTTP/2 in memory. */
async function overHttp2(
  handler: Handler,
  run: (stage: Stage) => Promise<void>,
  options: { client?: ClientOptions; server?: Partial<ServeTcpOptions> } = {},
): Promise<void> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const place = { hostname: "h2.example", port: 80, onListen: () => {} };
  const server = serve({ ...place, network, clock, ...options.server }, handler);
  const client = new Client({ protocol: "h2", network, clock, ...options.client });
  try {
    await run({ client, clock, server, network });
  } finally {
    client.close();
    await clock.settle();
    server.close();
    await clock.settle();
    await server.finished;
  }
  const { active, idle, opening, waiting, requests } = client.stats();
  assertEquals([active, idle, opening, waiting, requests], [0, 0, 0, 0, 0]);
  assertEquals(clock.pending, 0, "leaves no timer");
}

function textOf(response: ClientResponse): Promise<string> {
  return response.body.text();
}

Deno.test("requests to an origin share one connection", () =>
  overHttp2((request) => text(new URL(request.url).pathname), async ({ client }) => {
    const responses = await Promise.all(
      Array.from({ length: 60 }, (_, at) => client.request(`${URL_ROOT}${at}`)),
    );
    assertEquals(await Promise.all(responses.map(textOf)), responses.map((_, at) => `/${at}`));
    assertEquals(responses[0].protocol, "h2");
    assertEquals(responses[0].statusText, "");
    const { active, idle } = client.stats();
    assertEquals([active, idle], [0, 1]);
    assertEquals((await client.fetch(URL_ROOT)).status, 200);
  }));

Deno.test("ten thousand requests go over one connection, never more than the server takes", () => {
  let now = 0;
  let most = 0;
  return overHttp2(async () => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    return text("ok");
  }, async ({ client }) => {
    const answers = await Promise.all(
      Array.from({ length: 10_000 }, async () => textOf(await client.request(URL_ROOT))),
    );
    assertEquals(new Set(answers), new Set(["ok"]));
    assertEquals(client.stats().idle, 1);
    assert(most <= 20, `${most} at once`);
  }, { server: { http2: { limits: { maxConcurrentStreams: 20 } } } });
});

Deno.test("a request body is echoed, whole and in parts", () =>
  overHttp2(async (request) => json({ size: (await request.arrayBuffer()).byteLength }), async ({
    client,
  }) => {
    for (const size of [0, 10, 1_000_000]) {
      const body = new Uint8Array(size);
      const response = await client.request(URL_ROOT, { method: "POST", body });
      assertEquals(await response.body.json(), { size });
    }
    async function* parts(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < 20; at++) yield await Promise.resolve(new Uint8Array(50_000));
    }
    const response = await client.request(URL_ROOT, { method: "PUT", body: parts() });
    assertEquals(await response.body.json(), { size: 1_000_000 });
  }));

Deno.test("a request that is given up leaves the connection to the others", () =>
  overHttp2(
    (request) => request.url.endsWith("never") ? new Promise<Response>(() => {}) : text("ok"),
    async ({ client, clock }) => {
      const controller = new AbortController();
      const asked = later(client.request(`${URL_ROOT}never`, { signal: controller.signal }));
      assertEquals(await textOf(await client.request(URL_ROOT)), "ok");
      assertEquals(client.stats().requests, 1);
      controller.abort(new RangeError("enough"));
      await assertRejects(() => asked, RangeError, "enough");
      await clock.settle();
      assertEquals(client.stats().requests, 0);
      assertEquals(client.stats().idle, 1);
      assertEquals(await textOf(await client.request(URL_ROOT)), "ok");
      assertEquals(client.stats().idle, 1);
    },
  ));

Deno.test("a body that is given up leaves the connection to the others", () =>
  overHttp2(() => {
    const chunk = new Uint8Array(16_384);
    return new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(chunk) }),
    );
  }, async ({ client, clock }) => {
    const first = await client.request(URL_ROOT);
    const second = await client.request(URL_ROOT);
    for await (const _ of first.body) break;
    second.body.cancel();
    await clock.settle();
    assertEquals(client.stats().requests, 0);
    assertEquals(client.stats().idle, 1);
  }));

Deno.test("a server that shuts down is replaced, and what it had begun ends well", () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => release = resolve);
  return overHttp2(async (request) => {
    if (request.url.endsWith("held")) await held;
    return text("ok");
  }, async ({ client, clock, server, network }) => {
    const slow = later(client.request(`${URL_ROOT}held`));
    await client.request(URL_ROOT);
    later(server.shutdown({ graceMs: 60_000 }));
    await clock.settle();
    const again = network.listen({ hostname: "h2.example", port: 80 });
    const next = later(client.request(URL_ROOT));
    const fresh = await again.accept();
    await clock.settle();
    assertEquals(client.stats().active, 2);
    release();
    assertEquals(await textOf(await slow), "ok");
    fresh.close();
    await assertRejects(() => next, NetworkError);
    again.close();
    await clock.settle();
    assertEquals(client.stats().requests, 0);
  });
});

Deno.test("a connection takes so many requests and is replaced", () => {
  const connections = new Set<unknown>();
  return overHttp2((_request, info) => {
    connections.add((info.remoteAddr as { port?: number }).port ?? info.remoteAddr);
    return text("ok");
  }, async ({ client, clock }) => {
    for (let count = 0; count < 9; count++) await textOf(await client.request(URL_ROOT));
    await clock.settle();
    const bodies = Array.from({ length: 9 }, async () => textOf(await client.request(URL_ROOT)));
    assertEquals(new Set(await Promise.all(bodies)), new Set(["ok"]));
    await clock.settle();
    assertEquals(client.stats().idle, 0);
  }, { client: { maxRequestsPerConnection: 3 } });
});

Deno.test("an upgrade over HTTP/2 is an extended CONNECT", () =>
  overHttp2((request) => {
    const { response, connection } = upgradeConnection(request, { protocol: "websocket" });
    connection.then(async ({ transport }) => {
      const into = new Uint8Array(64);
      const count = await transport.read(into);
      await transport.write(into.subarray(0, count ?? 0));
      await transport.closeWrite();
    });
    return response;
  }, async ({ client, clock }) => {
    const { status, upgrade } = await client.request(URL_ROOT, { upgrade: "websocket" });
    assertEquals(status, 200);
    const { transport } = upgrade!;
    await transport.write(new Uint8Array([1, 2, 3]));
    const into = new Uint8Array(64);
    assertEquals(await transport.read(into), 3);
    assertEquals(await transport.read(into), null);
    transport.close();
    await clock.settle();
    assertEquals(client.stats().requests, 0);
  }));

Deno.test("a closed client fails what is in flight over HTTP/2", () =>
  overHttp2(() => new Promise<Response>(() => {}), async ({ client, clock }) => {
    const asked = [later(client.request(URL_ROOT)), later(client.request(URL_ROOT))];
    await clock.settle();
    client.close();
    for (const one of asked) await assertRejects(() => one, PoolClosedError);
  }));

Deno.test("a request that cannot travel over HTTP/2 leaves its place to others", () =>
  overHttp2(() => text("ok"), async ({ client }) => {
    await client.request(URL_ROOT);
    // HTTP/1.1 would send it.
    const headers = { host: "not a host" };
    await assertRejects(() => client.request(URL_ROOT, { headers }), TypeError, "authority");
    assertEquals(client.stats().requests, 0);
    assertEquals(await textOf(await client.request(URL_ROOT)), "ok");
    assertEquals(client.stats().idle, 1);
  }));

Deno.test("a request over HTTP/2 can be given up at any moment and leaves nothing", () =>
  overHttp2(async (request) => {
    await request.arrayBuffer();
    return new Response(ReadableStream.from([new Uint8Array(40_000), new Uint8Array(40_000)]));
  }, async ({ client, clock }) => {
    for (let moment = 0; moment < 150; moment++) {
      const controller = new AbortController();
      let upload = 0;
      let isOver = false;
      const body = new ReadableStream<Uint8Array>({
        pull(source) {
          if (upload++ < 3) source.enqueue(new Uint8Array(30_000));
          else source.close();
        },
        cancel: () => void (isOver = true),
      });
      const options = { method: "POST", body, signal: controller.signal };
      const asked = client.request(URL_ROOT, options).then((response) => response.body.bytes());
      asked.then(() => isOver = true, () => {});
      for (let turn = 0; turn < moment; turn++) await Promise.resolve();
      if (moment % 3 === 0) await clock.settle();
      controller.abort(new RangeError("enough"));
      await asked.catch((error) => assertEquals(error, controller.signal.reason));
      await clock.settle();
      assertEquals(client.stats().requests, 0, `moment ${moment}`);
      assert(isOver || upload > 3, `moment ${moment}: the upload goes on`);
    }
    const { active, idle } = client.stats();
    assertEquals([active, idle], [0, 1]);
  }));

Deno.test("the protocol over TLS is what both ends know, or what was asked for", async () => {
  const tls = { caCerts: [CA_CERT] };
  async function protocols(client: Client, origin: string): Promise<[Set<string>, number]> {
    const responses = await Promise.all(Array.from({ length: 8 }, () => client.request(origin)));
    for (const { body } of responses) await body.text();
    const { idle, opening } = client.stats();
    client.close();
    return [new Set(responses.map(({ protocol }) => protocol)), idle + opening];
  }
  const handler: Handler = async () => {
    await Promise.resolve();
    return text("ok");
  };
  await serving(handler, async ({ origin }) => {
    assertEquals(await protocols(new Client({ tls }), origin), [new Set(["h2"]), 1]);
    const forced = await protocols(new Client({ tls, protocol: "http/1.1" }), origin);
    assertEquals(forced, [new Set(["http/1.1"]), 8]);
  }, SERVER_PAIR);
  await serving(handler, async ({ origin }) => {
    const [seen, count] = await protocols(new Client({ tls }), origin);
    assertEquals(seen, new Set(["http/1.1"]));
    assert(count > 1, `${count} connections`); // it has learned that none can be shared
  }, { ...SERVER_PAIR, protocols: ["http/1.1"] });
});

Deno.test("an upgrade over TLS goes by HTTP/1.1, whatever others speak", async () => {
  const handler: Handler = (request) => {
    if (!request.headers.has("upgrade")) return text("ok");
    const { response, connection } = upgradeConnection(request, { protocol: "echo" });
    connection.then(({ transport }) => transport.close());
    return response;
  };
  await serving(handler, async ({ origin }) => {
    const client = new Client({ tls: { caCerts: [CA_CERT] } });
    const plain = await client.request(origin);
    await plain.body.text();
    const { status, protocol, upgrade } = await client.request(origin, { upgrade: "echo" });
    assertEquals([plain.protocol, status, protocol], ["h2", 101, "http/1.1"]);
    upgrade?.transport.close();
    client.close();
  }, SERVER_PAIR);
});

Deno.test("a client refuses a protocol that it does not know", () => {
  // deno-lint-ignore no-explicit-any
  assertThrows(() => new Client({ protocol: "h4" as any }), TypeError, 'it is "h4"');
});
