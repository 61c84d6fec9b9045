import { Client, type ClientOptions } from "@avx/client";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import type { Network } from "@avx/runtime/ports/transport";
import { PoolClosedError, PoolFullError } from "@avx/semantics/errors";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "../support/assert.ts";
import { onSharedStage } from "./shared_stage.ts";
import { assertTimeout, later, onStage, Peer, URL_ROOT, useOnce } from "./stage.ts";

Deno.test("client times out in phase pool, and only where no connection is being opened", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    const second = later(client.request(URL_ROOT));
    assertEquals(client.stats().waiting, 1);
    await clock.advance(101);
    await assertTimeout(second, "pool");
    await peer.answer("ok");
    assertEquals((await first).status, 200);
  }, { maxConnectionsPerOrigin: 1, timeouts: { pool: 100 } });
  await onStage(async ({ client, clock }) => {
    const first = later(client.request(URL_ROOT));
    const second = later(client.request(URL_ROOT));
    await clock.advance(50);
    await clock.advance(52);
    await assertTimeout(first, "connect");
    await clock.advance(30); // the second one's attempt is under way by now
    assertEquals(client.stats().opening, 1);
    await clock.advance(80);
    await assertTimeout(second, "connect");
  }, {
    maxConnectionsPerOrigin: 1,
    plan: () => ({ delayMs: Infinity }),
    timeouts: { pool: 120, connect: 100 },
  });
});

Deno.test("client retires connections by age and by number of requests", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    await peer.ended();
    await useOnce(stage);
    assertEquals(stage.network.attempts, 2);
  }, { maxRequestsPerConnection: 1 });
  await onStage(async (stage) => {
    const { client, clock } = stage;
    const idle = await useOnce(stage);
    await clock.advance(999);
    assertEquals(client.stats().idle, 1);
    await clock.advance(2);
    await idle.ended();
    assertEquals(client.stats().idle, 0);
    const asked = client.request(URL_ROOT);
    const busy = await stage.accept();
    await busy.head();
    await clock.advance(2_000);
    await busy.answer("old");
    await asked;
    await busy.ended();
    assertEquals(client.stats().idle, 0);
  }, { maxConnectionAge: 1_000 });
});

Deno.test("client serves waiters in order and opens no more than it may", async () => {
  await onStage(async ({ client, accept, network }) => {
    const order: number[] = [];
    const all = [1, 2, 3, 4].map(async (number) => {
      const response = await client.request(`${URL_ROOT}/${number}`);
      order.push(number);
      return await response.body.text();
    });
    const peer = await accept();
    for (const number of [1, 2, 3, 4]) {
      assertStringIncludes(await peer.head(), `GET /${number} `);
      await peer.answer(`${number}`);
    }
    assertEquals(await Promise.all(all), ["1", "2", "3", "4"]);
    assertEquals(order, [1, 2, 3, 4]);
    assertEquals(network.attempts, 1);
  }, { maxConnectionsPerOrigin: 1 });
});

Deno.test("client keeps its limits and its promises under many requests at once", async () => {
  await onStage(async ({ client, listener, clock }) => {
    let open = 0;
    let most = 0;
    const serving = (async () => {
      for (;;) {
        const transport = await listener.accept().catch(() => undefined);
        if (transport === undefined) return;
        open++;
        most = Math.max(most, open);
        (async () => {
          const peer = new Peer(transport);
          try {
            for (let turn = 0; turn < 7; turn++) {
              const [, number] = (await peer.head()).match(/^GET \/(\d+) /)!;
              await peer.answer(number);
            }
          } catch {
            // the client has closed
          }
          open--;
          transport.close();
        })();
      }
    })();
    const texts = await Promise.all(Array.from({ length: 200 }, async (_, index) => {
      const response = await client.request(`${URL_ROOT}/${index}`);
      return await response.body.text();
    }));
    assertEquals(texts, Array.from({ length: 200 }, (_, index) => `${index}`));
    assert(most <= 5);
    client.close();
    listener.close();
    await clock.settle();
    await serving;
  }, { maxConnectionsPerOrigin: 5 });
});

Deno.test("client refuses what would wait when as many wait as may", async () => {
  const refused: string[] = [];
  const observer = {
    "pool.refuse": ({ origin, reason }: { origin: string; reason: string }) =>
      void refused.push(`${origin} ${reason}`),
  };
  await onStage(async ({ client, accept }) => {
    const first = client.request(URL_ROOT);
    const second = client.request(URL_ROOT);
    const error = await assertRejects(() => client.request(URL_ROOT), PoolFullError);
    assertEquals(error.maxWaiting, 2);
    assertEquals(refused, ["http://a.example:80 full"]);
    await assertRejects(() => client.request("http://b.example/"), PoolFullError);
    assertEquals(client.stats().waiting, 2);
    const peer = await accept();
    for (const asked of [first, second]) {
      await peer.head();
      await peer.answer("ok");
      assertEquals((await asked).status, 200);
    }
  }, { observer, maxWaiting: 2, maxConnectionsPerOrigin: 1 });
});

Deno.test("client times out who waits for an attempt that is for somebody else after all", async () => {
  const tls = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;
  await onStage(async ({ client, listen, clock }) => {
    const listener = listen("a.example", 443, tls);
    const first = client.request("https://a.example/");
    const second = later(client.request("https://a.example/"));
    const third = later(client.request("https://a.example/"));
    await clock.advance(150); // each may turn out to share the connection that is being opened
    assertEquals(client.stats().waiting, 3);
    await clock.advance(51);
    const peer = new Peer(await listener.accept());
    await assertTimeout(second, "pool"); // it is not shared, and there may be no other
    await assertTimeout(third, "pool");
    await peer.head();
    await peer.answer("ok");
    assertEquals((await first).status, 200);
    peer.transport.close();
  }, { maxConnectionsPerOrigin: 1, timeouts: { pool: 100 }, plan: () => ({ delayMs: 200 }) });
});

Deno.test("client tells what its connections are doing", async () => {
  await onStage(async (stage) => {
    const { client, accept } = stage;
    assertEquals(client.stats().origins.size, 0);
    await useOnce(stage);
    const asked = [1, 2, 3].map(() => client.request(URL_ROOT));
    const { active, opening, waiting, requests, opened, reused, origins } = client.stats();
    assertEquals([active, opening, waiting, requests, opened, reused], [1, 1, 2, 1, 1, 1]);
    const origin = origins.get("http://a.example:80");
    assertEquals(origin?.protocol, "http/1.1");
    assertEquals([origin?.active, origin?.waiting, origin?.opened], [1, 2, 1]);
    const other = await accept();
    for (let count = 0; count < 2; count++) {
      await other.head();
      await other.answer("ok");
    }
    await Promise.all(asked.slice(1));
    client.close();
    await assertRejects(() => asked[0], PoolClosedError);
    const { opened: all, closed, idle } = client.stats();
    assertEquals([all, closed, idle, client.stats().origins.size], [2, 2, 0, 0]);
  }, { maxConnectionsPerOrigin: 2 });
});

Deno.test("client tells its observer why connections end", async () => {
  const reasons: (string | undefined)[] = [];
  const evicted: string[] = [];
  const observer: Observer = {
    "connection.close": ({ reason }) => void reasons.push(reason),
    "pool.evict": ({ connectionId, reason }) => {
      evicted.push(connectionId === undefined ? `attempt ${reason}` : reason);
    },
  };
  await onStage(async (stage) => {
    const { client, clock, listen } = stage;
    const other = listen("b.example");
    await useOnce(stage);
    const controller = new AbortController();
    const asked = later(client.request("http://b.example/", { signal: controller.signal }));
    assertEquals(evicted.splice(0), ["displaced"]);
    controller.abort();
    await assertRejects(() => asked);
    assertEquals(evicted.splice(0), ["attempt surplus"]);
    other.close();
    await useOnce(stage);
    await clock.advance(1_001);
    assertEquals(evicted.splice(0), ["age"]);
    await useOnce(stage);
    const again = client.request(URL_ROOT);
    const peer = stage.peers[stage.peers.length - 1];
    await peer.head();
    await peer.answer("ok");
    await again;
    await clock.settle();
    assertEquals(evicted.splice(0), ["requests"]);
    const last = await useOnce(stage);
    last.transport.close();
    await clock.settle();
    assertEquals(reasons, ["displaced", "age", "requests", "ended"]);
    const broken = later(client.request(URL_ROOT));
    (await stage.accept()).transport.reset();
    await assertRejects(() => broken);
    assertEquals(reasons.pop(), "failed");
    await useOnce(stage);
  }, {
    observer,
    maxConnections: 1,
    maxConnectionAge: 1_000,
    maxRequestsPerConnection: 2,
  });
  assertEquals(reasons.pop(), "closed");
});

Deno.test("client opens a second HTTP/2 connection where it may and the first is full", async () => {
  for (const maxMultiplexedPerOrigin of [1, 2]) {
    await onSharedStage(async ({ client, clock, peers }) => {
      const first = later(client.request("http://h2.example/1"));
      await clock.settle();
      const others = [2, 3].map((at) => later(client.request(`http://h2.example/${at}`)));
      await clock.settle();
      assertEquals(peers.length, maxMultiplexedPerOrigin);
      assertEquals(client.stats().waiting, 3 - maxMultiplexedPerOrigin);
      for (let left = 3; left > 0; left--) {
        const peer = peers.find(({ requests }) => requests.length > 0)!;
        await peer.answer();
        await clock.settle();
      }
      for (const asked of [first, ...others]) assertEquals((await asked).status, 200);
    }, { client: { maxMultiplexedPerOrigin }, limits: { maxConcurrentStreams: 1 } });
  }
});

// RFC 8446: with TLS 1.3 a fresh connection costs a round trip for TCP and one for the handshake;
// the request itself costs one on any connection, and no pool can spare it.
Deno.test("a request over TLS waits a tenth of the time, or less, for a connection that is there", async () => {
  const roundTripMs = 20;
  const tls = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;
  const link = { latencyMs: roundTripMs / 2 };
  const requests = 20;
  async function took(options: ClientOptions): Promise<{ total: number; before: number }> {
    let [total, before] = [0, 0];
    const clock = new ManualClock();
    const memory = new MemoryNetwork({
      clock,
      plan: () => ({ delayMs: roundTripMs, faults: link }),
    });
    const network: Network = {
      listen: (options) => memory.listen(options),
      connect: (options) => memory.connect(options),
      startTls: async (transport, options) => {
        await new Promise<void>((resolve) => clock.setTimer(resolve, roundTripMs));
        return memory.startTls(transport, options);
      },
    };
    const listener = memory.listen({ hostname: "a.example", port: 443, tls });
    const serving = (async () => {
      for (;;) answerAll(new Peer(await listener.accept()));
    })().catch(() => {});
    const client = new Client({ network, clock, ...options });
    const start = clock.now();
    const running = (async () => {
      for (let count = 0; count < requests; count++) {
        const { body, timings } = await client.request("https://a.example/");
        await body.text();
        before += timings.connectionMs;
      }
      total = clock.now() - start;
    })();
    for (let ms = 0; ms < requests * 4 * roundTripMs; ms++) await clock.advance(1);
    await running;
    client.close();
    listener.close();
    await clock.advance(2 * roundTripMs);
    await serving;
    return { total, before };
  }
  const pooled = await took({});
  const fresh = await took({ maxRequestsPerConnection: 1 });
  assertEquals(pooled.before, 2 * roundTripMs); // the first
  assertEquals(fresh.before, requests * 2 * roundTripMs);
  assert(pooled.before <= fresh.before / 10);
  assertEquals(pooled.total, (requests + 2) * roundTripMs);
  assertEquals(fresh.total, requests * 3 * roundTripMs);
});

async function answerAll(peer: Peer): Promise<void> {
  try {
    for (;;) {
      await peer.head();
      await peer.answer("ok");
    }
  } catch {
    peer.transport.close(); // the client has closed
  }
}
