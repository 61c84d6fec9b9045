/**
 * Our client and our server over real sockets: what only both together can show.
 *
 * @module
 */

import { Client, type ClientOptions } from "@avx/client";
import type { Transport } from "@avx/runtime/ports/transport";
import { text, upgradeConnection } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { CA_CERT, CLIENT_PAIR, SERVER_PAIR } from "../support/certificates.ts";
import { CountingClock } from "../support/counting_clock.ts";
import { until, within } from "../support/deadline.ts";
import { assertSameBytes, pattern } from "../support/sample_bytes.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

async function withClient(
  options: ClientOptions,
  run: (client: Client) => Promise<void>,
): Promise<void> {
  const client = new Client(options);
  try {
    await run(client);
  } finally {
    client.close();
  }
}

for (const backend of ["node", "deno"] as const) {
  Deno.test(`client and server over TLS, back end ${backend}`, async () => {
    await servingTls(backend, sampleHandler, async ({ origin }) => {
      await withClient({ tls: { caCerts: [CA_CERT] } }, async (client) => {
        for (const size of [0, 1, 65_536, 5 * 1024 * 1024]) {
          const down = await client.request(`${origin}/stream/${size}`);
          assertSameBytes(await down.body.bytes(), pattern(size));
          const up = await client.fetch(`${origin}/echo`, { method: "POST", body: pattern(size) });
          assertSameBytes(await up.bytes(), pattern(size));
        }
      });
      await withClient({}, async (client) => {
        const error = await client.request(origin).catch((error) => error);
        assertEquals(error.name, "TlsError");
      });
    });
  });
}

Deno.test("client with a certificate and a server that requires one", async () => {
  const tls = {
    backend: "node",
    clientCertificate: "require",
    clientCaCerts: [CA_CERT],
  } as const;
  await serving(sampleHandler, async ({ origin }) => {
    const known = { tls: { caCerts: [CA_CERT], clientCertificate: CLIENT_PAIR } };
    await withClient(known, async (client) => {
      assertEquals(await (await client.request(origin)).body.text(), "hello");
    });
    await withClient({ tls: { caCerts: [CA_CERT] } }, async (client) => {
      await assertRejects(async () => await (await client.request(origin)).body.text());
    });
  }, { ...SERVER_PAIR, tls });
});

const ignore = Deno.build.os === "windows";

Deno.test("client and server over a unix socket", { ignore }, async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/avx.sock`;
  const server = serve({ path, onListen: () => {} }, sampleHandler);
  try {
    await withClient({ socketPath: path }, async (client) => {
      const response = await client.request("http://somewhere.test/bytes/100000");
      assertSameBytes(await response.body.bytes(), pattern(100_000));
      const described = await client.request("http://somewhere.test/request");
      const { url } = await described.body.json<{ url: string }>();
      assertEquals(url, "http://somewhere.test/request");
    });
  } finally {
    await within(10_000, server.shutdown({ graceMs: 2_000 }));
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("hints arrive before the response, trailers after it", async () => {
  await serving((_request, info) => {
    info.informational(103, { link: "</style.css>; rel=preload" });
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(pattern(100));
        info.setTrailers({ "x-checksum": "abc" });
        controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body, { headers: { trailer: "x-checksum" } });
  }, async ({ origin }) => {
    await withClient({}, async (client) => {
      const hints: (string | undefined)[] = [];
      const response = await client.request(origin, {
        headers: { te: "trailers" },
        onInformational: ({ headers }) => hints.push(headers.get("link")),
      });
      assertEquals(hints, ["</style.css>; rel=preload"]);
      assertEquals((await response.body.bytes()).length, 100);
      assertEquals(response.trailers?.get("x-checksum"), "abc");
    });
  });
});

Deno.test("a connection is handed over to another protocol on both ends", async () => {
  await serving((request) => {
    const { response, connection } = upgradeConnection(request, { protocol: "echo" });
    connection.then(async ({ transport, received }) => {
      await writeAll(transport, received);
      await echo(transport);
    });
    return response;
  }, async ({ origin, connections }) => {
    await withClient({}, async (client) => {
      const response = await client.request(origin, { upgrade: "echo" });
      assertEquals(response.status, 101);
      const { transport, received } = response.upgrade!;
      assertEquals(received.length, 0);
      for (const size of [1, 1000, 60_000]) {
        const writing = writeAll(transport, pattern(size));
        assertSameBytes(await readExactly(transport, size), pattern(size));
        await writing;
      }
      transport.close();
    });
    await until(() => connections() === 0);
  });
});

Deno.test("100 Continue: a refused upload is not sent", async () => {
  let pulls = 0;
  await serving(sampleHandler, async ({ origin }) => {
    await withClient({ timeouts: { continue: 10_000 } }, async (client) => {
      const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull(controller) {
          pulls++;
          controller.enqueue(pattern(1000));
        },
      }, { highWaterMark: 0 });
      const options = { method: "POST", body, expectContinue: true };
      const response = await client.request(`${origin}/deny`, options);
      assertEquals([response.status, await response.body.text()], [403, "denied"]);
    });
  });
  assertEquals(pulls, 0);
});

Deno.test("aborting a request aborts the handler's signal", async () => {
  const started = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  await serving(async (request) => {
    started.resolve();
    await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    aborted.resolve();
    return text("nobody listens");
  }, async ({ origin }) => {
    await withClient({}, async (client) => {
      const aborter = new AbortController();
      const asked = client.fetch(origin, { signal: aborter.signal });
      await started.promise;
      aborter.abort(new Error("enough"));
      await assertRejects(() => asked, Error, "enough");
      await within(2_000, aborted.promise);
      assertEquals(client.stats().active, 0);
    });
  });
});

Deno.test("shutdown finishes what is in flight and the client notices the end", async () => {
  const release = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async () => {
    started.resolve();
    await release.promise;
    return text("in time");
  });
  await withClient({}, async (client) => {
    const asked = client.request(`http://127.0.0.1:${server.addr.port}/`);
    await started.promise;
    const ended = server.shutdown({ graceMs: 5_000 });
    release.resolve();
    const response = await asked;
    assertEquals(await response.body.text(), "in time");
    assertEquals(response.headers.get("connection"), "close");
    await within(5_000, ended);
    const error = await client.request(`http://127.0.0.1:${server.addr.port}/`).catch((e) => e);
    assertEquals(error.name, "ConnectError");
  });
});

Deno.test("5,000 requests of our client leave no connection and no timer behind", async () => {
  const clocks = [new CountingClock(), new CountingClock()];
  await serving(sampleHandler, async ({ origin, connections }) => {
    await withClient({ clock: clocks[1], maxConnectionsPerOrigin: 8 }, async (client) => {
      await Promise.all(Array.from({ length: 8 }, async () => {
        for (let request = 0; request < 625; request++) {
          const response = await client.request(`${origin}/bytes/${request}`);
          assertEquals((await response.body.bytes()).length, request);
        }
      }));
      const { active, idle, opening, waiting } = client.stats();
      assertEquals([active, opening, waiting], [0, 0, 0]);
      assert(idle <= 8 && connections() <= 8);
    });
    await until(() => connections() === 0);
    await until(() => clocks.every(({ pending }) => pending === 0));
  }, { clock: clocks[0] });
});

async function echo(transport: Transport): Promise<void> {
  const buffer = new Uint8Array(16 * 1024);
  for (;;) {
    const length = await transport.read(buffer);
    if (length === null) break;
    await writeAll(transport, buffer.subarray(0, length));
  }
  transport.close();
}

async function writeAll(transport: Transport, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) written += await transport.write(bytes.subarray(written));
}

async function readExactly(transport: Transport, size: number): Promise<Uint8Array> {
  const all = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const length = await transport.read(all.subarray(at));
    if (length === null) throw new Error(`The stream ended after ${at} of ${size} bytes`);
    at += length;
  }
  return all;
}
