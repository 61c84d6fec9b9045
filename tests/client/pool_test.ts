import { assert, assertEquals, assertStringIncludes } from "../support/assert.ts";
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
