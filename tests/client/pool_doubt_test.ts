import { Client } from "@avx/client";
import { NetworkError } from "@avx/runtime/errors";
import { ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import type { PoolEvicted, PoolProbed } from "@avx/runtime/ports/observer";
import type { Network } from "@avx/runtime/ports/transport";
import { systemError } from "@avx/runtime/translate-error";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { onSharedStage, type SharedStage } from "./shared_stage.ts";
import { assertTimeout, later, onStage, Peer, URL_ROOT, useOnce } from "./stage.ts";

const URL_H2 = "http://h2.example/";

/** Carries one request over a fresh connection, which is idle afterwards. */
async function useShared({ client, clock, peers }: SharedStage): Promise<void> {
  const asked = client.request(URL_H2);
  await clock.settle();
  await peers[peers.length - 1].answer();
  await (await asked).body.text();
  await clock.settle();
}

Deno.test("a change of network closes idle HTTP/1.1 connections", async () => {
  const evicted: PoolEvicted[] = [];
  const closes: (string | undefined)[] = [];
  const observer = {
    "pool.evict": (event: PoolEvicted) => void evicted.push(event),
    "connection.close": ({ reason }: { reason?: string }) => void closes.push(reason),
  };
  await onStage(async (stage) => {
    const { client } = stage;
    const idle = await useOnce(stage);
    client.networkChanged();
    await idle.ended();
    assertEquals(client.stats().idle, 0);
    assertEquals(evicted.map(({ origin, reason }) => [origin, reason]), [
      ["http://a.example:80", "doubted"],
    ]);
    assertEquals(closes, ["doubted"]);
    await useOnce(stage);
    assertEquals(client.stats().opened, 2);
  }, { observer });
});

Deno.test("an HTTP/1.1 connection with a request on it survives a change of network", async () => {
  await onStage(async ({ client, accept }) => {
    const asked = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    client.networkChanged();
    await peer.answer("ok");
    await asked;
    const again = client.request(URL_ROOT);
    await peer.head();
    await peer.answer("ok");
    assertEquals((await again).timings.reused, true);
  });
});

Deno.test("an HTTP/2 connection is asked after a change of network, and used again", async () => {
  const probes: PoolProbed[] = [];
  const observer = { "pool.probe": (event: PoolProbed) => void probes.push(event) };
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, peers } = stage;
    client.networkChanged();
    assertEquals([client.stats().doubted, client.stats().idle], [1, 1]);
    await clock.settle();
    assertEquals(client.stats().doubted, 0);
    assertEquals(probes.map(({ origin, alive }) => [origin, alive]), [
      ["http://h2.example:80", true],
    ]);
    await useShared(stage);
    assertEquals(peers.length, 1);
  }, { client: { observer } });
});

Deno.test("an HTTP/2 connection that does not answer is closed, and requests went elsewhere", async () => {
  const probes: boolean[] = [];
  const closes: (string | undefined)[] = [];
  const observer = {
    "pool.probe": ({ alive }: PoolProbed) => void probes.push(alive),
    "connection.close": ({ reason }: { reason?: string }) => void closes.push(reason),
  };
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, peers } = stage;
    const stuck = later(client.request(URL_H2, { method: "POST" }));
    await clock.settle();
    peers[0].deaf = true;
    client.networkChanged();
    const asked = client.request(URL_H2);
    await clock.settle();
    assertEquals(peers.length, 2); // it did not wait for the answer
    await peers[1].answer();
    assertEquals((await asked).status, 200);
    await clock.advance(1_001);
    assertEquals(probes, [false]);
    assertEquals(closes, ["doubted"]);
    await assertRejects(() => stuck, NetworkError);
    assertEquals([client.stats().doubted, client.stats().idle], [0, 1]);
  }, { client: { observer, timeouts: { pong: 1_000 } } });
});

Deno.test("what was on a connection that does not answer is sent again, if it may be", async () => {
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, peers } = stage;
    const asked = [1, 2, 3].map((at) => later(client.request(`${URL_H2}${at}`)));
    await clock.settle();
    peers[0].deaf = true;
    client.networkChanged();
    await clock.advance(1_001);
    assertEquals(peers[1].requests.map(({ target }) => target), ["/1", "/2", "/3"]);
    for (let left = 3; left > 0; left--) await peers[1].answer();
    for (const one of asked) assertEquals((await one).status, 200);
  }, { client: { timeouts: { pong: 1_000 } } });
});

Deno.test("who waits at the limit of an origin gets the connection that has answered", async () => {
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, peers } = stage;
    client.networkChanged();
    const asked = client.request(URL_H2);
    assertEquals([client.stats().waiting, client.stats().opening], [1, 0]);
    await clock.settle();
    await peers[0].answer();
    assertEquals((await asked).timings.reused, true);
  }, { client: { maxConnectionsPerOrigin: 1 } });
});

Deno.test("an attempt beside a connection in doubt is given up when that has answered", async () => {
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, network, peers } = stage;
    client.networkChanged();
    const asked = client.request(URL_H2);
    assertEquals(client.stats().opening, 1);
    await clock.settle();
    assertEquals([client.stats().opening, network.attempts], [0, 2]);
    await peers[0].answer();
    assertEquals((await asked).timings.reused, true);
  }, { plan: (_target, attempt) => attempt === 1 ? undefined : { delayMs: Infinity } });
});

Deno.test("connecting that takes too long casts doubt on what is idle on the same route", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(URL_ROOT);
    const peer = await accept();
    await peer.head();
    const second = later(client.request(URL_ROOT));
    await clock.advance(50);
    await peer.answer("ok");
    await first; // and the other request is on that connection now
    await peer.head();
    await peer.answer("ok");
    await second;
    await clock.settle();
    assertEquals([client.stats().idle, client.stats().opening], [1, 1]);
    await clock.advance(51);
    await peer.ended();
    assertEquals([client.stats().idle, client.stats().opening], [0, 0]);
  }, {
    timeouts: { connect: 100 },
    plan: (_target, attempt) => attempt === 1 ? undefined : { delayMs: Infinity },
  });
});

Deno.test("a connection that the system gives up casts doubt on those beside it", async () => {
  const clock = new ManualClock();
  const memory = new MemoryNetwork({ clock });
  let breakOff = (): void => {};
  const broken = new Promise<never>((_resolve, reject) => {
    breakOff = () => reject(systemError("TimedOut", "ETIMEDOUT", "Connection timed out"));
  });
  broken.catch(() => {});
  const network: Network = {
    listen: (options) => memory.listen(options),
    startTls: (transport, options) => memory.startTls(transport, options),
    connect: async (options) => {
      const isFirst = memory.attempts === 0;
      const transport = await memory.connect(options);
      if (!isFirst) return transport;
      const read = transport.read.bind(transport);
      return Object.assign(transport, {
        read: (into: Uint8Array) => Promise.race([read(into), broken]),
      });
    },
  };
  const listener = memory.listen({ hostname: "a.example", port: 80 });
  const client = new Client({ network, clock, maxConnectionAge: Infinity });
  const asked = [client.request(URL_ROOT, { method: "POST" }), client.request(URL_ROOT)];
  const failing = later(asked[0]);
  const peers = [new Peer(await listener.accept()), new Peer(await listener.accept())];
  await peers[1].head();
  await peers[1].answer("ok");
  await asked[1];
  assertEquals([client.stats().active, client.stats().idle], [1, 1]);
  breakOff();
  const error = await assertRejects(() => failing, NetworkError);
  assertEquals(error.code, "ETIMEDOUT");
  await peers[1].ended();
  assertEquals([client.stats().active, client.stats().idle, clock.pending], [0, 0, 0]);
  client.close();
  for (const { transport } of peers) transport.close();
  listener.close();
});

Deno.test("silence on an HTTP/2 connection casts doubt on that connection", async () => {
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, peers } = stage;
    const asked = later(client.request(URL_H2));
    await clock.settle();
    peers[0].deaf = true;
    await clock.advance(101);
    await assertTimeout(asked, "headers");
    assertEquals(client.stats().doubted, 1);
    await useShared(stage);
    assertEquals(peers.length, 2);
    await clock.advance(201);
    assertEquals([client.stats().doubted, client.stats().closed], [0, 1]);
    assertEquals(peers[0].ended, true);
  }, { client: { timeouts: { headers: 100, pong: 200 } } });
});

Deno.test("names are resolved anew after a change of network", async () => {
  let asked = 0;
  const resolve = (): string[] => {
    asked++;
    return ["192.0.2.1"];
  };
  await onSharedStage(async (stage) => {
    await useShared(stage);
    stage.peers[0].deaf = true;
    stage.client.networkChanged();
    await useShared(stage);
    assertEquals([asked, stage.peers.length], [2, 2]);
  }, { client: { dns: { resolve } } });
});

Deno.test("a client that is closed while it asks leaves nothing", async () => {
  await onSharedStage(async (stage) => {
    await useShared(stage);
    stage.peers[0].deaf = true;
    stage.client.networkChanged();
    await stage.clock.settle();
    assertEquals(stage.client.stats().doubted, 1);
  });
});

Deno.test("a request that waits for an answer to a probe can be given up", async () => {
  await onSharedStage(async (stage) => {
    await useShared(stage);
    const { client, clock, peers } = stage;
    peers[0].deaf = true;
    client.networkChanged();
    const controller = new AbortController();
    const asked = later(client.request(URL_H2, { signal: controller.signal }));
    await clock.settle();
    assertEquals(client.stats().waiting, 1);
    controller.abort(new RangeError("enough"));
    await assertRejects(() => asked, RangeError, "enough");
    assertEquals(client.stats().waiting, 0);
    await clock.advance(20_001);
    assertEquals(client.stats().closed, 1);
  }, { client: { maxConnectionsPerOrigin: 1 } });
});
