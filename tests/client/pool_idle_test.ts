import { Client } from "@avx/client";
import { Deferred } from "@avx/runtime/deferred";
import { network } from "@avx/runtime/platform";
import type { ConnectionClosed } from "@avx/runtime/ports/observer";
import type { Transport } from "@avx/runtime/ports/transport";
import { text } from "@avx/semantics/web";
import { assertEquals } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import { within } from "../support/deadline.ts";
import { serving } from "../support/serving.ts";

const ANSWER = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");

interface Stage {
  readonly client: Client;
  readonly url: string;
  /** The server's end of the connection. */
  readonly transport: Transport;
  /** Waits until the client has dropped it. */
  dropped(): Promise<ConnectionClosed>;
}

/** Runs a test with a client that has an idle connection over TLS, by one back end or the other. */
async function withIdle(
  backend: "deno" | "node",
  run: (stage: Stage) => Promise<void>,
): Promise<void> {
  const { ca, server, client: clientCertificate } = await testCertificates();
  const listener = network.listen({
    hostname: "127.0.0.1",
    port: 0,
    tls: { ...server, alpnProtocols: ["http/1.1"], backend: "node" },
  });
  const { addr } = listener;
  const url = `https://localhost:${"port" in addr ? addr.port : 0}/`;
  const closed = new Deferred<ConnectionClosed>();
  const client = new Client({
    // A certificate of one's own needs `node:tls`.
    tls: { caCerts: [ca], ...backend === "node" && { clientCertificate } },
    observer: { "connection.close": (event) => closed.resolve({ ...event }) },
  });
  const into = new Uint8Array(4096);
  const asked = client.request(url);
  const transport = await listener.accept();
  await transport.read(into);
  await transport.write(ANSWER);
  assertEquals(await (await asked).body.text(), "ok");
  assertEquals(client.stats().idle, 1);
  try {
    await run({ client, url, transport, dropped: () => within(10_000, closed.promise) });
    assertEquals(client.stats().idle, 0);
    const again = client.request(url);
    const fresh = await listener.accept();
    await fresh.read(into);
    await fresh.write(ANSWER);
    const { timings, body } = await again;
    await body.text();
    assertEquals(timings.reused, false);
    client.close();
    await fresh.read(into).catch(() => {});
    fresh.close();
  } finally {
    client.close();
    transport.close();
    listener.close();
  }
}

for (const backend of ["deno", "node"] as const) {
  // RFC 9112 §9.3.1, §9.5
  Deno.test(`an idle connection over TLS (${backend}) that ends is dropped at once`, () =>
    withIdle(backend, async ({ transport, dropped }) => {
      transport.close();
      assertEquals((await dropped()).requests, 1);
    }));

  Deno.test(`an idle connection over TLS (${backend}) that ends its half is dropped at once`, () =>
    withIdle(backend, async ({ transport, dropped }) => {
      await transport.closeWrite();
      assertEquals((await dropped()).error, undefined);
    }));

  Deno.test(`an idle connection over TLS (${backend}) that receives bytes is dropped at once`, () =>
    withIdle(backend, async ({ transport, dropped }) => {
      await transport.write(ANSWER); // nobody has asked
      await dropped();
    }));
}

Deno.test("an idle HTTP/2 connection over TLS answers when asked, and is dropped when it ends", async () => {
  const { ca, server } = await testCertificates();
  const closed = new Deferred<ConnectionClosed>();
  const client = new Client({
    tls: { caCerts: [ca] },
    maxConnectionsPerOrigin: 1,
    observer: { "connection.close": (event) => closed.resolve({ ...event }) },
  });
  await serving(() => text("ok"), async ({ origin }) => {
    const { protocol, body } = await client.request(origin);
    assertEquals([protocol, await body.text()], ["h2", "ok"]);
    assertEquals(client.stats().idle, 1);
    // Its server can be asked whether it is there, and then it is as good as before.
    client.networkChanged();
    const again = await client.request(origin);
    await again.body.text();
    assertEquals([again.timings.reused, client.stats().opened], [true, 1]);
  }, server);
  assertEquals((await within(10_000, closed.promise)).requests, 2);
  assertEquals(client.stats().idle, 0);
  client.close();
});
