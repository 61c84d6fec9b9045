import { ConnectError } from "@avx/runtime/errors";
import { type ConnectPlan, ManualClock, MemoryNetwork } from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import { Dialer } from "../../../client/connecting/dialer.ts";
import { type DnsOptions, parseDnsOptions } from "../../../client/connecting/dns_options.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const A = "2001:db8::1", B = "192.0.2.1";
const HOST = { hostname: "a.example", port: 80 };

interface Stage {
  readonly dialer: Dialer;
  readonly network: MemoryNetwork;
  readonly clock: ManualClock;
  readonly log: string[];
}

function stage(
  plans: Readonly<Record<string, ConnectPlan>> = {},
  dns: DnsOptions = {},
  observed = true,
): Stage {
  const clock = new ManualClock();
  const log: string[] = [];
  const network = new MemoryNetwork({
    clock,
    names: { "a.example": [A, B] },
    plan: (target) => "hostname" in target ? plans[target.hostname] : undefined,
  });
  const observer: Observer = {
    "dns.start": ({ hostname }) => log.push(`? ${hostname}`),
    "dns.end": ({ addresses, error }) => log.push(`= ${error?.message ?? addresses}`),
    "connect.start": ({ hostname, address, port }) => log.push(`> ${hostname} ${address} ${port}`),
    "connect.end": ({ address, durationMs, error }) =>
      log.push(`< ${address} ${durationMs} ${error && "code" in error ? error.code : error}`),
  };
  const dialer = new Dialer({
    network,
    dns: parseDnsOptions(dns),
    attemptDelayMs: 250,
    preferredFamily: undefined,
    timers: new Timers(clock),
    observer: observed ? observer : undefined,
  });
  return { dialer, network, clock, log };
}

const { signal } = new AbortController();

Deno.test("a dialer asks for a name once, and connects to its addresses", async () => {
  const { dialer, network, log } = stage({ [A]: { refuse: "ENETUNREACH" } });
  const listener = network.listen({ hostname: B, port: 80 });
  assertEquals(dialer.known("a.example"), undefined);
  const addresses = await dialer.resolve("a.example", signal);
  assertEquals(dialer.known("a.example"), [A, B]);
  const transport = await dialer.dial(HOST, addresses, signal);
  assertEquals(log, [
    "? a.example",
    `= ${A},${B}`,
    `> a.example ${A} 80`,
    `< ${A} 0 ENETUNREACH`,
    `> a.example ${B} 80`,
    `< ${B} 0 undefined`,
  ]);
  transport.close();
  listener.close();
});

Deno.test("a dialer says of an address that lost why it ended", async () => {
  const { dialer, network, clock, log } = stage({ [A]: { delayMs: Infinity } });
  const listener = network.listen({ hostname: B, port: 80 });
  const dialing = dialer.dial(HOST, [A, B], signal);
  await clock.advance(250);
  (await dialing).close();
  assertEquals(log.length, 4);
  assertEquals(log.at(-1)?.startsWith(`< ${A} 250`), true);
  listener.close();
});

Deno.test("a dialer forgets addresses that led nowhere", async () => {
  const { dialer } = stage();
  const addresses = await dialer.resolve("a.example", signal);
  await assertRejects(() => dialer.dial(HOST, addresses, signal), ConnectError);
  assertEquals(dialer.known("a.example"), undefined);
});

Deno.test("a dialer gives names to networks that take names", async () => {
  const { dialer, network } = stage({}, {}, false);
  const listener = network.listen({ hostname: "a.example", port: 80 });
  (await dialer.dial(HOST, undefined, signal)).close();
  listener.close();
});

Deno.test("a dialer reaches unix sockets", async () => {
  const { dialer, network, log } = stage();
  const listener = network.listen({ path: "/run/a.sock" });
  (await dialer.dialPath("/run/a.sock", signal)).close();
  assertEquals(log[0], "> /run/a.sock /run/a.sock 0");
  listener.close();
  await assertRejects(() => dialer.dialPath("/run/b.sock", signal));
});

Deno.test("a dialer says that a name leads nowhere", async () => {
  const { dialer, log } = stage();
  await assertRejects(async () => await dialer.resolve("b.example", signal), ConnectError);
  assertEquals(log[1], '= Cannot connect: host name not found: "b.example"');
});

Deno.test("a dialer begins with the address that answered first the last time", async () => {
  const { dialer, network, clock, log } = stage({ [A]: { delayMs: Infinity } });
  const listener = network.listen({ hostname: B, port: 80 });
  const addresses = await dialer.resolve("a.example", signal);
  const dialing = dialer.dial(HOST, addresses, signal);
  await clock.advance(250);
  (await dialing).close();
  log.length = 0;
  (await dialer.dial(HOST, dialer.known("a.example"), signal)).close();
  assertEquals(log, [`> a.example ${B} 80`, `< ${B} 0 undefined`]);
  listener.close();
});
