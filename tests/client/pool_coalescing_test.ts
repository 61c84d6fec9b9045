import type { ClientOptions } from "@avx/client";
import type { PoolEvicted } from "@avx/runtime/ports/observer";
import { text } from "@avx/semantics/web";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { issue, testCertificates } from "../support/certificate.ts";
import { serving } from "../support/serving.ts";
import { Client } from "@avx/client";
import { onSharedStage, type SharedStage, type SharedStageOptions } from "./shared_stage.ts";
import { later } from "./stage.ts";

const ca = await issue({ name: "avx test authority", isAuthority: true });
const { pair } = await issue({
  name: "a.example",
  issuer: ca,
  dns: ["a.example", "b.example", "*.c.example"],
});

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  "a.example": ["192.0.2.1"],
  "b.example": ["192.0.2.9", "192.0.2.1"],
  "x.c.example": ["192.0.2.1"],
  "far.c.example": ["192.0.2.2"],
  "stranger.example": ["192.0.2.1"],
};

const dns = { resolve: (hostname: string) => ADDRESSES[hostname] };

function together(
  run: (stage: SharedStage) => Promise<void>,
  client: ClientOptions = {},
  options: SharedStageOptions = {},
): Promise<void> {
  return onSharedStage(run, { pair, client: { dns, ...client }, ...options });
}

/** A request that is answered by the connection it comes over. */
async function ask(stage: SharedStage, url: string, by?: number): Promise<number> {
  const asked = later(stage.client.request(url));
  await stage.clock.settle();
  await stage.peers[by ?? stage.peers.length - 1].answer();
  const { status, body } = await asked;
  await body.text();
  return status;
}

Deno.test("hosts share an HTTP/2 connection where certificate and address allow it", async () => {
  const coalesced: string[] = [];
  const evicted: string[] = [];
  const observer = {
    "pool.coalesce": ({ origin }: { origin: string }) => void coalesced.push(origin),
    "pool.evict": ({ reason }: PoolEvicted) => void evicted.push(reason),
  };
  await together(async (stage) => {
    await ask(stage, "https://a.example/");
    await ask(stage, "https://b.example/1", 0);
    await ask(stage, "https://b.example/2", 0); // and from then on without another attempt
    await ask(stage, "https://x.c.example/", 0);
    assertEquals(stage.peers.length, 1);
    assertEquals(stage.network.attempts, 1);
    assertEquals(coalesced, ["https://b.example:443", "https://x.c.example:443"]);
    assertEquals(evicted, ["coalesced", "coalesced"]);
    const { origins, opened } = stage.client.stats();
    assertEquals(opened, 1);
    assertEquals(origins.get("https://b.example:443")?.coalesced, 1);
    assertEquals(origins.get("https://a.example:443")?.protocol, "h2");
  }, { observer });
});

Deno.test("the authority of a request is that of its own host", async () => {
  await together(async (stage) => {
    await ask(stage, "https://a.example/");
    const asked = stage.client.request("https://b.example/x");
    await stage.clock.settle();
    const [{ authority, target }] = stage.peers[0].requests;
    assertEquals([authority, target], ["b.example", "/x"]);
    await stage.peers[0].answer();
    await asked;
  });
});

Deno.test("hosts do not share without the name, the address, the port or the will to", async () => {
  await together(async (stage) => {
    await ask(stage, "https://a.example/");
    for (const host of ["far.c.example", "stranger.example"]) {
      await ask(stage, `https://${host}/`);
    }
    assertEquals(stage.peers.length, 3);
    const asked = later(stage.client.request("https://b.example:8443/"));
    await stage.clock.settle();
    await assertRejects(() => asked);
    assertEquals(stage.client.stats().coalesced, 0);
  });
  const others: ClientOptions[] = [
    { coalesce: false },
    { tls: { verify: false } },
    { tls: { serverName: "a.example" } },
  ];
  for (const client of others) {
    await together(async (stage) => {
      await ask(stage, "https://a.example/");
      await ask(stage, "https://b.example/");
      assertEquals(stage.peers.length, 2);
    }, client);
  }
});

Deno.test("all who wait for a host go over to the connection of another", async () => {
  await together(async (stage) => {
    await ask(stage, "https://a.example/");
    const asked = [1, 2, 3].map((at) => stage.client.request(`https://b.example/${at}`));
    await stage.clock.settle();
    assertEquals(stage.peers[0].requests.length, 3);
    for (let left = 3; left > 0; left--) await stage.peers[0].answer();
    for (const one of asked) assertEquals((await one).status, 200);
  });
});

Deno.test("a host that is misdirected gets a connection of its own, once and for all", async () => {
  for (const method of ["GET", "POST"]) {
    await together(async (stage) => {
      const { client, clock, peers } = stage;
      await ask(stage, "https://a.example/");
      const body = method === "POST" ? "content" : undefined;
      const asked = client.request("https://b.example/", { method, body });
      await clock.settle();
      await peers[0].answer(421, "Not here");
      await clock.settle();
      await peers[1].answer(200, "here");
      const response = await asked;
      assertEquals([response.status, await response.body.text()], [200, "here"]);
      await ask(stage, "https://b.example/", 1);
      peers[1].transport.close();
      await clock.settle();
      await ask(stage, "https://b.example/", 2);
      await ask(stage, "https://a.example/", 0); // which is as good as before
      assertEquals(client.stats().requests, 0);
    });
  }
});

Deno.test("a misdirected response is given up where it has only begun", async () => {
  await together(async (stage) => {
    const { client, clock, peers } = stage;
    await ask(stage, "https://a.example/");
    const asked = client.request("https://b.example/");
    await clock.settle();
    await peers[0].begin(421);
    await clock.settle();
    await peers[1].answer();
    assertEquals((await asked).status, 200);
    await clock.settle();
    assertEquals(client.stats().requests, 0);
  });
});

Deno.test("a 421 is given to the caller by a connection of its own, and for a body that is gone", async () => {
  await together(async (stage) => {
    const { client, clock, peers } = stage;
    const own = client.request("https://a.example/");
    await clock.settle();
    await peers[0].answer(421);
    assertEquals((await own).status, 421);
    const body = ReadableStream.from([new Uint8Array(3)]);
    const asked = client.request("https://b.example/", { method: "POST", body });
    await clock.settle();
    await peers[0].answer(421);
    assertEquals((await asked).status, 421);
    assertEquals(peers.length, 1);
  });
});

Deno.test("a guest has a connection of its own when that of another is full or gone", async () => {
  await together(
    async (stage) => {
      const { client, clock, peers } = stage;
      await ask(stage, "https://a.example/");
      await ask(stage, "https://b.example/", 0);
      const first = client.request("https://a.example/");
      const second = client.request("https://b.example/");
      await clock.settle();
      assertEquals(peers.length, 2);
      await peers[0].answer();
      await peers[1].answer();
      await Promise.all([first, second]);
      peers[0].transport.close();
      await clock.settle();
      await ask(stage, "https://b.example/", 1);
    },
    {},
    { limits: { maxConcurrentStreams: 1 } },
  );
});

Deno.test("a request that is given up while it goes over to another connection leaves nothing", async () => {
  for (let moment = 0; moment < 40; moment++) {
    await together(async (stage) => {
      const { client, clock, peers } = stage;
      await ask(stage, "https://a.example/");
      const controller = new AbortController();
      const asked = client.request("https://b.example/", { signal: controller.signal });
      asked.catch(() => {});
      for (let turn = 0; turn < moment; turn++) await Promise.resolve();
      controller.abort(new RangeError("enough"));
      await assertRejects(() => asked, RangeError, "enough");
      await clock.settle();
      assertEquals([client.stats().requests, client.stats().waiting], [0, 0]);
      assertEquals(peers.length, 1);
    });
  }
});

for (const backend of ["deno", "node"] as const) {
  Deno.test(`hosts share a connection over real TLS (${backend}), and one refuses`, async () => {
    // The server's is for localhost and other.test.
    const { ca, otherServer, client: own } = await testCertificates();
    let refused = 0;
    await serving((request) => {
      const { hostname, pathname } = new URL(request.url);
      if (hostname === "other.test" && pathname === "/refused" && refused++ === 0) {
        return new Response("Not here", { status: 421 });
      }
      return text(hostname);
    }, async ({ port, connections }) => {
      // A certificate of one's own needs `node:tls`.
      const clientCertificate = backend === "node" ? own : undefined;
      const client = new Client({
        tls: { caCerts: [ca], clientCertificate },
        dns: { resolve: () => ["127.0.0.1"] },
      });
      async function hostOf(url: string): Promise<string> {
        return await (await client.request(url)).body.text();
      }
      assertEquals(await hostOf(`https://localhost:${port}/`), "localhost");
      assertEquals(await hostOf(`https://other.test:${port}/`), "other.test");
      assertEquals([client.stats().opened, connections()], [1, 1]);
      assertEquals(await hostOf(`https://other.test:${port}/refused`), "other.test");
      assertEquals([client.stats().opened, refused], [2, 2]);
      client.close();
    }, otherServer);
  });
}
