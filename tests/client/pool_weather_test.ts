import type { Client, ClientOptions } from "@avx/client";
import type { ConnectPlan } from "@avx/runtime/memory";
import fc from "fast-check";
import { assert, assertEquals } from "../support/assert.ts";
import { issue } from "../support/certificate.ts";
import { onSharedStage, type SharedStage } from "./shared_stage.ts";
import { onStage, Peer, type Stage } from "./stage.ts";

const LIMITS: ClientOptions = {
  maxConnections: 3,
  maxConnectionsPerOrigin: 2,
  maxWaiting: 20,
  maxRequestsPerConnection: 9,
  maxConnectionAge: 20_000,
  timeouts: { pool: 5_000, connect: 1_000, headers: 3_000, pong: 1_000, idle: 10_000 },
};

/** Requests, and what became of them. */
class Caller {
  readonly controllers: AbortController[] = [];
  pending = 0;
  answered = 0;
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  ask(url: string, method: string): void {
    const controller = new AbortController();
    this.controllers.push(controller);
    this.pending++;
    const body = method === "POST" ? "content" : undefined;
    this.#client.request(url, { method, body, signal: controller.signal })
      .then(async (response) => {
        await response.body.text();
        this.answered++;
      })
      .catch((error) => assert(error instanceof Error, "fails with an error"))
      .finally(() => this.pending--);
  }

  giveUp(pick: number): void {
    this.controllers[pick % Math.max(1, this.controllers.length)]?.abort();
  }

  checkLimits(): void {
    const { active, idle, opening, waiting } = this.#client.stats();
    assert(active + idle + opening <= 3, "keeps the total limit");
    // Those that open a connection in the place of a dead one were let in before.
    assert(waiting <= 20 + 3, "keeps the limit of waiters");
    for (const origin of this.#client.stats().origins.values()) {
      assert(origin.active + origin.idle + origin.opening <= 2, "keeps the limit of an origin");
    }
  }
}

const PLANS: readonly (ConnectPlan | undefined)[] = [
  undefined,
  undefined,
  undefined,
  { delayMs: 10 },
  { delayMs: 400 },
  { refuse: "ECONNREFUSED" },
  { refuse: "ENETUNREACH" },
  { delayMs: Infinity },
];

const weather = fc.array(
  fc.tuple(
    fc.constantFrom("ask", "ask", "ask", "answer", "answer", "giveUp", "wait", "end", "bad"),
    fc.nat({ max: 1_000 }),
  ),
  { minLength: 10, maxLength: 80, size: "max" },
);
const plans = fc.array(fc.nat({ max: PLANS.length - 1 }), { minLength: 40, maxLength: 40 });

const ca = await issue({ name: "avx test authority", isAuthority: true });
const hosts = ["a.example", "b.example", "c.example", "d.example"];
const { pair } = await issue({ name: "a.example", issuer: ca, dns: hosts.slice(0, 3) });
const dns = { resolve: (host: string) => [host === "c.example" ? "192.0.2.2" : "192.0.2.1"] };

/** One act over HTTP/2. */
async function act(
  { client, clock, peers }: SharedStage,
  caller: Caller,
  kind: string,
  pick: number,
): Promise<void> {
  const open = peers.filter(({ ended }) => !ended);
  const peer = open[pick % Math.max(1, open.length)];
  switch (kind) {
    case "ask":
      return caller.ask(`https://${hosts[pick % 4]}/`, pick % 3 === 0 ? "POST" : "GET");
    case "answer":
      if (peer?.requests.length > 0) await peer.answer(pick % 7 === 0 ? 421 : 200).catch(() => {});
      return;
    case "giveUp":
      return caller.giveUp(pick);
    case "end":
      return pick % 2 === 0 ? peer?.transport.close() : peer?.transport.reset();
    case "bad":
      if (pick % 3 === 0) return client.networkChanged();
      if (peer !== undefined) peer.deaf = pick % 3 === 1;
      return;
    default:
      await clock.advance(pick % 50 === 0 ? 5_000 : pick % 40);
  }
}

Deno.test("the pool serves or refuses everybody in any weather, over HTTP/2", async () => {
  let answered = 0;
  let coalesced = 0;
  await fc.assert(
    fc.asyncProperty(weather, plans, fc.constantFrom(1, 2), async (acts, plans, multiplexed) => {
      await onSharedStage(async (stage) => {
        const { client, clock, peers } = stage;
        const caller = new Caller(client);
        for (const [kind, pick] of acts) {
          await act(stage, caller, kind, pick);
          if (pick % 2 === 0) await clock.settle();
          caller.checkLimits();
        }
        for (let round = 0; caller.pending > 0; round++) {
          assert(round < 200, "starves nobody");
          for (const peer of peers) {
            if (!peer.ended && !peer.deaf && peer.requests.length > 0) {
              await peer.answer().catch(() => {});
            }
          }
          await clock.advance(100);
        }
        await clock.settle();
        assertEquals([client.stats().requests, client.stats().waiting], [0, 0]);
        answered += caller.answered;
        coalesced += client.stats().coalesced;
        client.close();
        await clock.advance(400); // the network's own delays
      }, {
        pair,
        limits: { maxConcurrentStreams: 2 },
        client: { ...LIMITS, dns, maxMultiplexedPerOrigin: multiplexed },
        plan: (_target, attempt) => PLANS[plans[attempt % plans.length]],
      });
    }),
    { numRuns: 150, seed: 20_251_127 },
  );
  assert(answered > 500, `${answered} requests were answered`);
  assert(coalesced > 10, `${coalesced} times a connection was coalesced`);
});

/** One act over HTTP/1.1. */
async function plainAct(stage: Stage, caller: Caller, open: Peer[], kind: string, pick: number) {
  const { client, clock } = stage;
  const peer = open[pick % Math.max(1, open.length)];
  switch (kind) {
    case "ask":
      return caller.ask(`http://${hosts[pick % 4]}/`, pick % 3 === 0 ? "POST" : "GET");
    case "answer":
      return await peer?.answer("ok", ...pick % 5 === 0 ? ["connection: close"] : [])
        .catch(() => {});
    case "giveUp":
      return caller.giveUp(pick);
    case "end":
      return pick % 2 === 0 ? peer?.transport.close() : peer?.transport.reset();
    case "bad":
      return client.networkChanged();
    default:
      await clock.advance(pick % 50 === 0 ? 5_000 : pick % 40);
  }
}

Deno.test("the pool serves or refuses everybody in any weather, over HTTP/1.1", async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(weather, plans, async (acts, plans) => {
      await onStage(async (stage) => {
        const { client, clock, listener, listen } = stage;
        const caller = new Caller(client);
        const open: Peer[] = [];
        const listeners = [listener, ...hosts.slice(1).map((host) => listen(host))];
        const accepting = listeners.map(async (one) => {
          const accept = (): Promise<Peer | undefined> =>
            one.accept().then((transport) => new Peer(transport), () => undefined);
          for (let peer; (peer = await accept()) !== undefined;) open.push(peer);
        });
        for (const [kind, pick] of acts) {
          await plainAct(stage, caller, open, kind, pick);
          if (pick % 2 === 0) await clock.settle();
          caller.checkLimits();
        }
        for (let round = 0; caller.pending > 0; round++) {
          assert(round < 200, "starves nobody");
          for (const peer of open) await peer.answer("ok").catch(() => {});
          await clock.advance(100);
        }
        await clock.settle();
        assertEquals([client.stats().requests, client.stats().waiting], [0, 0]);
        answered += caller.answered;
        client.close();
        await clock.advance(400); // the network's own delays
        for (const one of listeners) one.close();
        await Promise.all(accepting);
        for (const { transport } of open) transport.close();
      }, { ...LIMITS, plan: (_target, attempt) => PLANS[plans[attempt % plans.length]] });
    }),
    { numRuns: 150, seed: 20_251_128 },
  );
  assert(answered > 500, `${answered} requests were answered`);
});
