import { TlsError } from "@avx/runtime/errors";
import { ManualClock, MemoryNetwork, type MemoryTransport } from "@avx/runtime/memory";
import type { Observer } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import { startTls, type TlsStartOptions } from "../../../client/connecting/tls_start.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

const TLS = { cert: "", key: "", alpnProtocols: ["h2"], backend: "node" } as const;
const HOST = { hostname: "a.example", port: 443 };
const IDENTITY = {
  caCerts: undefined,
  clientCertificate: undefined,
  serverName: undefined,
  verify: true,
  key: "",
};

type Play = (
  plain: MemoryTransport,
  options: TlsStartOptions,
  log: readonly string[],
) => Promise<void>;

async function onStage(handshake: "complete" | "fail" | "stall", play: Play): Promise<void> {
  const network = new MemoryNetwork({ plan: () => ({ handshake }) });
  const listener = network.listen({ ...HOST, tls: TLS });
  const log: string[] = [];
  const observer: Observer = {
    "tls.start": ({ serverName }) => log.push(`> ${serverName}`),
    "tls.end": ({ alpnProtocol, error }) => log.push(`< ${alpnProtocol} ${error?.name}`),
  };
  const plain = await network.connect(HOST);
  await play(plain, {
    network,
    tls: IDENTITY,
    hostname: "a.example",
    alpnProtocols: ["h2", "http/1.1"],
    signal: new AbortController().signal,
    timers: new Timers(new ManualClock()),
    observer,
  }, log);
  plain.close();
  listener.close();
}

Deno.test("TLS starts under the host's name, or the one that was asked for", async () => {
  await onStage("complete", async (plain, options, log) => {
    const transport = await startTls(plain, options);
    assertEquals(transport.tls?.serverName, "a.example");
    assertEquals(log, ["> a.example", "< h2 undefined"]);
  });
  await onStage("complete", async (plain, options) => {
    const tls = { ...IDENTITY, serverName: "b.example" };
    const transport = await startTls(plain, { ...options, tls, observer: undefined });
    assertEquals(transport.tls?.serverName, "b.example");
  });
});

Deno.test("a handshake that fails closes the connection", async () => {
  await onStage("fail", async (plain, options, log) => {
    await assertRejects(() => startTls(plain, options), TlsError);
    assertEquals([plain.closed, log.at(-1)], [true, "< undefined TlsError"]);
  });
});

Deno.test("a handshake ends with its signal", async () => {
  await onStage("stall", async (plain, options) => {
    const controller = new AbortController();
    const starting = startTls(plain, { ...options, signal: controller.signal });
    starting.catch(() => {});
    controller.abort(new RangeError("enough"));
    await assertRejects(() => starting, RangeError, "enough");
    assertEquals(plain.closed, true);
  });
});
