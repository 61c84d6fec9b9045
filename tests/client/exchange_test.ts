import { setImmediate } from "node:timers";
import { Client, type ClientResponse } from "@avx/client";
import { AbortError, NetworkError } from "@avx/runtime/errors";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { assertTimeout, later, onStage, Peer, type Stage, URL_ROOT, useOnce } from "./stage.ts";

Deno.test("client sends again what found its idle connection dead", async () => {
  await onStage(async (stage) => {
    const { client, accept, network } = stage;
    const peer = await useOnce(stage);
    // The end and the request pass each other on the way.
    peer.transport.close();
    const asked = client.request(URL_ROOT, { method: "PUT", body: "again" });
    const fresh = await accept();
    await fresh.head();
    assertEquals(await fresh.read(5), "again");
    await fresh.answer("ok");
    const response = await asked;
    assertEquals(response.status, 200);
    assertEquals(response.timings.reused, false);
    assertEquals(network.attempts, 2);
  });
});

Deno.test("client sends again what found a connection dead that had waited for its first request", async () => {
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(URL_ROOT);
    const used = await accept();
    await used.head();
    const second = client.request(URL_ROOT); // another connection is opened for it
    for (const asked of [first, second]) {
      await used.answer("ok");
      assertEquals((await asked).status, 200);
    }
    await clock.advance(50);
    const waiting = await accept();
    used.transport.close();
    await clock.settle();
    assertEquals([client.stats().idle, client.stats().opened], [1, 2]);
    const asked = client.request(URL_ROOT);
    await waiting.head();
    waiting.transport.close();
    const fresh = await accept();
    await fresh.head();
    await fresh.answer("again");
    assertEquals(await (await asked).body.text(), "again");
  }, { plan: (_target, attempt) => attempt === 2 ? { delayMs: 50 } : undefined });
});

Deno.test("client sends nothing twice that was sent and is not idempotent", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const asked = later(stage.client.request(URL_ROOT, { method: "POST", body: "once" }));
    await peer.head();
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 1);
  });
});

Deno.test("client sends nothing twice after a part of the response", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const asked = later(stage.client.request(URL_ROOT));
    await peer.head();
    await peer.send("HTTP/1.1 200");
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 1);
  });
});

Deno.test("client sends nothing twice that failed on a fresh connection", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const asked = later(stage.client.request(URL_ROOT));
    await peer.head();
    peer.transport.close();
    const fresh = await stage.accept();
    await fresh.head();
    fresh.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 2);
  });
});

Deno.test("client reads a stream once, so it is not sent again", async () => {
  await onStage(async (stage) => {
    const peer = await useOnce(stage);
    const body = new Blob(["abc"]).stream();
    const asked = later(stage.client.request(URL_ROOT, { method: "PUT", body }));
    await peer.head();
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
    assertEquals(stage.network.attempts, 1);
  });
});

Deno.test("client times out in phase total, wherever the request is", async () => {
  const timeouts = { total: 100 };
  await onStage(async ({ client, clock }) => {
    const asked = later(client.request(URL_ROOT));
    await clock.advance(101);
    await assertTimeout(asked, "total");
  }, { timeouts, plan: () => ({ delayMs: Infinity }) });
  await onStage(async ({ client, accept, clock }) => {
    const asked = later(client.request(URL_ROOT, { timeout: 200 }));
    const peer = await accept();
    await peer.head();
    await clock.advance(101);
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const text = later((await asked).body.text());
    await clock.advance(100);
    await assertTimeout(text, "total");
    await peer.ended();
  }, { timeouts });
  await onStage(async ({ client, accept, clock }) => {
    const first = later(client.request(URL_ROOT, { timeout: 50 }));
    const second = later(client.request(URL_ROOT, { timeout: 60 }));
    await (await accept()).head();
    await clock.advance(61);
    await assertTimeout(first, "total");
    await assertTimeout(second, "total");
  }, { timeouts, maxConnectionsPerOrigin: 1 });
});

const TLS = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;

type Abort = (stage: Stage, controller: AbortController) => Promise<() => Promise<unknown>>;

const PHASES: Record<string, Abort> = {
  "before it starts": async ({ client }, controller) => {
    controller.abort();
    const asked = later(client.request(URL_ROOT, { signal: controller.signal }));
    return await Promise.resolve(() => asked);
  },
  "while it connects": async ({ client, clock }, controller) => {
    const url = "http://slow.example/";
    const asked = later(client.request(url, { signal: controller.signal }));
    await clock.advance(10);
    assertEquals(client.stats().opening, 1);
    return () => asked;
  },
  "while it shakes hands": async ({ client, clock, listen }, controller) => {
    const listener = listen("a.example", 443, TLS);
    const asked = later(client.request("https://a.example/", { signal: controller.signal }));
    const peer = new Peer(await listener.accept());
    await clock.advance(10);
    assertEquals(client.stats().opening, 1);
    return () => asked.finally(() => peer.ended());
  },
  "while it waits in the pool": async ({ client, accept }, controller) => {
    later(client.request(URL_ROOT));
    await (await accept()).head();
    const asked = later(client.request(URL_ROOT, { signal: controller.signal }));
    assertEquals(client.stats().waiting, 1);
    return () => asked;
  },
  "while it uploads": async ({ client, accept }, controller) => {
    const body = new ReadableStream<Uint8Array>();
    const { signal } = controller;
    const asked = later(client.request(URL_ROOT, { method: "POST", body, signal }));
    await (await accept()).head();
    return () => asked;
  },
  "while it waits for the head": async ({ client, accept }, controller) => {
    const asked = later(client.request(URL_ROOT, { signal: controller.signal }));
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\n");
    return () => asked;
  },
  "while it reads the body": async ({ client, accept }, controller) => {
    const asked = client.request(URL_ROOT, { signal: controller.signal });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const text = later((await asked).body.text());
    return () => text;
  },
  "while the body waits to be read": async ({ client, accept }, controller) => {
    const asked = client.request(URL_ROOT, { signal: controller.signal });
    const peer = await accept();
    await peer.head();
    await peer.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc");
    const response: ClientResponse = await asked;
    return () => response.body.text();
  },
};

for (const [phase, begin] of Object.entries(PHASES)) {
  Deno.test(`client gives a request up ${phase} and leaves nothing`, async () => {
    await onStage(async (stage) => {
      const controller = new AbortController();
      const outcome = await begin(stage, controller);
      controller.abort(new RangeError("enough"));
      const error = await outcome().then(() => undefined, (reason) => reason);
      assert(error === controller.signal.reason, `rejects with the reason, not ${error}`);
      await stage.clock.settle();
      const { opening } = stage.client.stats();
      assertEquals(opening, 0);
    }, {
      maxConnectionsPerOrigin: 1,
      plan: (target) =>
        "hostname" in target && target.hostname === "slow.example"
          ? { delayMs: Infinity }
          : { handshake: "stall" },
    });
  });
}

Deno.test("client leaves a finished request alone when its signal is aborted", async () => {
  await onStage(async ({ client, accept }) => {
    const controller = new AbortController();
    const asked = client.request(URL_ROOT, { signal: controller.signal });
    const peer = await accept();
    await peer.head();
    await peer.answer("ok");
    const response = await asked;
    controller.abort();
    assertEquals(await response.body.text(), "ok");
    assertEquals(client.stats().idle, 1);
  });
});

Deno.test("client tells its observer what happens", async () => {
  const seen: string[] = [];
  const note = (name: string) => (event: object) => {
    const { connectionId: _c, requestId: _r, durationMs: _d, origin: _o, ...rest } =
      event as Record<
        string,
        unknown
      >;
    seen.push(`${name} ${JSON.stringify(rest)}`);
  };
  const observer = {
    "connection.open": note("open"),
    "connection.close": note("close"),
    "request.start": note("start"),
    "request.end": note("end"),
    "pool.wait": note("wait"),
    "pool.acquire": note("acquire"),
    "pool.release": note("release"),
  };
  await onStage(async ({ client, accept, clock }) => {
    const first = client.request(`${URL_ROOT}/1`);
    const second = client.request(`${URL_ROOT}/2`);
    const peer = await accept();
    await peer.head();
    await peer.answer("1");
    await first;
    await peer.head();
    await peer.answer("2", "connection: close");
    await second;
    await clock.settle();
  }, { observer, maxConnectionsPerOrigin: 1 });
  assertEquals(seen, [
    'wait {"waiting":2}',
    'open {"role":"client","protocol":"http/1.1","encrypted":false}',
    'acquire {"reused":false}',
    'start {"method":"GET","target":"/1"}',
    'release {"kept":true}',
    'acquire {"reused":true}',
    'start {"method":"GET","target":"/2"}',
    'end {"status":200}',
    'release {"kept":false}',
    'close {"requests":2,"reason":"ended"}',
    'end {"status":200}',
  ]);
});

Deno.test("client rejects with an AbortError where a signal has no reason", async () => {
  await onStage(async ({ client }) => {
    const signal = Object.create(AbortSignal.abort(), { reason: { value: undefined } });
    Object.defineProperty(signal, "aborted", { value: true });
    await assertRejects(() => client.request(URL_ROOT, { signal }), AbortError);
  });
});

Deno.test("client keeps a connection whose request turned out to be none", async () => {
  await onStage(async ({ client, accept, network }) => {
    const body = new Blob(["abc"]).stream();
    const first = client.request(URL_ROOT, { method: "POST", body });
    // The stream is not locked yet, so nothing is wrong with this one so far.
    const second = later(client.request(URL_ROOT, { method: "POST", body }));
    const peer = await accept();
    await peer.head();
    await accept();
    await assertRejects(() => second, TypeError);
    await peer.answer("ok");
    assertEquals((await first).status, 200);
    assertEquals([client.stats().active, network.attempts], [0, 2]);
  });
});

Deno.test("client hears nothing of a request that waits for a connection and is given up", async () => {
  const seen: string[] = [];
  const observer = { "request.end": () => seen.push("end") };
  await onStage(async ({ client, clock }) => {
    const asked = later(client.request(URL_ROOT, { timeout: 10 }));
    await clock.advance(11);
    await assertTimeout(asked, "total");
  }, { observer, plan: () => ({ delayMs: Infinity }) });
  assertEquals(seen, []);
});

Deno.test("client tells its observer why a request failed", async () => {
  const seen: [number, string | undefined][] = [];
  await onStage(async ({ client, accept }) => {
    const asked = later(client.request(URL_ROOT));
    const peer = await accept();
    await peer.head();
    peer.transport.close();
    await assertRejects(() => asked, NetworkError);
  }, {
    observer: { "request.end": ({ status, error }) => void seen.push([status, error?.name]) },
  });
  assertEquals(seen, [[0, "NetworkError"]]);
});

Deno.test("client leaves nothing behind when requests are given up at any moment", async () => {
  const serving = { hostname: "127.0.0.1", port: 0, onListen() {} };
  const chunk = new Uint8Array(30_000);
  const server = Deno.serve(serving, async (request) => {
    await request.body?.cancel();
    return new Response(
      request.url.endsWith("small") ? "small" : ReadableStream.from([chunk, chunk]),
    );
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const client = new Client({ maxConnectionsPerOrigin: 8 });
  let seed = 20_251_121;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  let completed = 0;
  let givenUp = 0;
  const one = async (): Promise<void> => {
    const controller = new AbortController();
    let turns = random(3) === 0 ? Infinity : random(1_500);
    let done = false;
    const wait = (): void => {
      if (turns-- <= 0) controller.abort();
      else if (!done) setImmediate(wait);
    };
    wait();
    const options = random(2) === 0 ? {} : { method: "POST", body: chunk };
    const url = `${origin}/${random(2) === 0 ? "small" : "large"}`;
    try {
      const response = await client.request(url, { ...options, signal: controller.signal });
      await response.body.bytes();
      completed++;
    } catch (error) {
      assert(error === controller.signal.reason, `${error}`);
      givenUp++;
    } finally {
      done = true;
    }
  };
  const workers = Array.from({ length: 16 }, async () => {
    for (let turn = 0; turn < 100; turn++) await one();
  });
  await Promise.all(workers);
  assertEquals(completed + givenUp, 1_600);
  assert(completed > 0 && givenUp > 0, `${completed} completed, ${givenUp} given up`);
  const { active, waiting } = client.stats();
  assertEquals([active, waiting], [0, 0]);
  client.close();
  await server.shutdown();
});
