import { ConnectError } from "@avx/runtime/errors";
import {
  type ConnectPlan,
  ManualClock,
  MemoryNetwork,
  type MemoryTransport,
} from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import { raceAddresses } from "../../../client/connecting/happy_eyeballs.ts";
import { assertEquals, assertInstanceOf, assertRejects } from "../../support/assert.ts";

const A = "2001:db8::1", B = "192.0.2.1", C = "2001:db8::2";

interface Race {
  readonly clock: ManualClock;
  readonly controller: AbortController;
  /** What happened, and when. */
  readonly log: string[];
  /** Accepted by each address. */
  readonly accepted: Map<string, number>;
  start(addresses: readonly string[], delayMs?: number): Promise<Transport>;
}

async function onTrack(
  plans: Readonly<Record<string, ConnectPlan>>,
  run: (race: Race) => Promise<void>,
): Promise<void> {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const log: string[] = [];
  const accepted = new Map<string, number>();
  const network = new MemoryNetwork({
    clock,
    plan: (target) => "hostname" in target ? plans[target.hostname] : undefined,
  });
  const listeners = [A, B, C].map((hostname) => network.listen({ hostname, port: 80 }));
  const serving = listeners.map(async (listener) => {
    for (;;) {
      const transport = await listener.accept().catch(() => undefined);
      if (transport === undefined) return;
      const { addr } = listener;
      const name = "hostname" in addr ? addr.hostname : "";
      accepted.set(name, (accepted.get(name) ?? 0) + 1);
      transport.read(new Uint8Array(1)).then((end) => log.push(`${name} ended ${end}`), () => {});
    }
  });
  const controller = new AbortController();
  await run({
    clock,
    controller,
    log,
    accepted,
    start: (addresses, delayMs = 250) =>
      raceAddresses(addresses, {
        delayMs,
        timers,
        signal: controller.signal,
        open: (hostname, signal) => {
          log.push(`${hostname} at ${clock.now()}`);
          signal.addEventListener("abort", () => log.push(`${hostname} given up`));
          return network.connect({ hostname, port: 80, signal });
        },
      }),
  });
  for (const listener of listeners) listener.close();
  await Promise.all(serving);
  await clock.settle();
  timers.close();
}

Deno.test("Happy Eyeballs takes the first address where it answers in time", async () => {
  await onTrack({ [A]: { delayMs: 249 } }, async ({ clock, log, start }) => {
    const racing = start([A, B]);
    await clock.advance(249);
    (await racing).close();
    assertEquals(log, [`${A} at 0`]);
    assertEquals(clock.nextAt, undefined, "leaves no timer");
  });
});

Deno.test("Happy Eyeballs starts the next address after the delay, and gives the loser up", async () => {
  await onTrack({ [A]: { delayMs: Infinity } }, async ({ clock, log, accepted, start }) => {
    const racing = start([A, B, C], 100);
    await clock.advance(99);
    assertEquals(log, [`${A} at 0`]);
    await clock.advance(1);
    const transport = await racing;
    assertEquals(log.slice(0, 3), [`${A} at 0`, `${B} at 100`, `${A} given up`]);
    assertEquals([...accepted], [[B, 1]]);
    transport.close();
  });
});

Deno.test("Happy Eyeballs lets an earlier address win as long as it is open", async () => {
  const plans = { [A]: { delayMs: 300 }, [B]: { delayMs: 300 } };
  await onTrack(plans, async ({ clock, log, accepted, start }) => {
    const racing = start([A, B], 250);
    await clock.advance(300);
    (await racing).close();
    await clock.advance(1_000);
    assertEquals(log.slice(0, 3), [`${A} at 0`, `${B} at 250`, `${B} given up`]);
    assertEquals([...accepted], [[A, 1]]);
  });
});

Deno.test("Happy Eyeballs does not wait where an address refuses", async () => {
  await onTrack({ [A]: { refuse: "ECONNREFUSED" } }, async ({ clock, log, start }) => {
    const transport = await start([A, B]);
    assertEquals(log, [`${A} at 0`, `${B} at 0`]);
    assertEquals(clock.now(), 0);
    transport.close();
  });
});

Deno.test("Happy Eyeballs tells of each address where none answers", async () => {
  const plans = {
    [A]: { refuse: "ENETUNREACH" },
    [B]: { refuse: "ECONNREFUSED", delayMs: 50 },
  };
  await onTrack(plans, async ({ clock, start }) => {
    const racing = start([A, B]);
    racing.catch(() => {});
    await clock.advance(50);
    const error = await assertRejects(() => racing, ConnectError);
    assertEquals(error.code, "ENETUNREACH");
    assertInstanceOf(error.cause, AggregateError);
    assertEquals(error.cause.errors.map((one: ConnectError) => one.code), [
      "ENETUNREACH",
      "ECONNREFUSED",
    ]);
    assertEquals(
      error.cause.errors[1].message,
      `Cannot connect: connection refused (${B})`,
    );
  });
});

Deno.test("Happy Eyeballs keeps errors in the order of the addresses", async () => {
  const plans = {
    [A]: { refuse: "ETIMEDOUT", delayMs: 400 },
    [B]: { refuse: "ECONNREFUSED" },
  };
  await onTrack(plans, async ({ clock, start }) => {
    const racing = start([A, B]);
    racing.catch(() => {});
    await clock.advance(400);
    const error = await assertRejects(() => racing, ConnectError);
    assertInstanceOf(error.cause, AggregateError);
    assertEquals(error.cause.errors.map((one: ConnectError) => one.code), [
      "ETIMEDOUT",
      "ECONNREFUSED",
    ]);
  });
});

Deno.test("Happy Eyeballs ends with its signal, whatever is under way", async () => {
  const plans = { [A]: { delayMs: Infinity }, [B]: { delayMs: Infinity } };
  await onTrack(plans, async ({ clock, log, controller, start }) => {
    const racing = start([A, B, C], 100);
    racing.catch(() => {});
    await clock.advance(150);
    controller.abort(new RangeError("enough"));
    await assertRejects(() => racing, RangeError, "enough");
    await clock.advance(1_000);
    assertEquals(log, [`${A} at 0`, `${B} at 100`, `${A} given up`, `${B} given up`]);
    await assertRejects(() => start([A, B]), RangeError, "enough");
    await assertRejects(() => start([A]), RangeError, "enough");
  });
});

Deno.test("Happy Eyeballs closes a connection that comes too late", async () => {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const listener = network.listen({ hostname: "0.0.0.0", port: 80 });
  const late = Promise.withResolvers<Transport>();
  const racing = raceAddresses([A, B], {
    delayMs: 10,
    timers: new Timers(clock),
    signal: new AbortController().signal,
    // Takes no notice of its signal, and the first address answers last.
    open: async (hostname) => {
      if (hostname === B) return network.connect({ hostname, port: 80 });
      await new Promise<void>((resolve) => clock.setTimer(resolve, 30));
      const transport = await network.connect({ hostname, port: 80 });
      late.resolve(transport);
      return transport;
    },
  });
  await clock.advance(10);
  const winner = await racing;
  await clock.advance(20);
  const loser = await late.promise as MemoryTransport;
  await clock.settle();
  assertEquals([loser.closed, (winner as MemoryTransport).closed], [true, false]);
  winner.close();
  listener.close();
});

Deno.test("one address is no race", async () => {
  await onTrack({ [B]: { refuse: "ECONNREFUSED" } }, async ({ log, start }) => {
    (await start([A])).close();
    assertEquals(log, [`${A} at 0`]);
    const error = await assertRejects(() => start([B]), ConnectError);
    assertEquals([error.code, error.message], [
      "ECONNREFUSED",
      "Cannot connect: connection refused",
    ]);
  });
});
