import { Client, type ClientOptions } from "@avx/client";
import { ConnectError } from "@avx/runtime/errors";
import type { Handler } from "@avx/semantics/handler";
import { ProxyError } from "@avx/semantics/errors";
import { upgradeWebSocket } from "@avx/http";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "../support/assert.ts";
import { CA_CERT } from "../support/certificates.ts";
import { type ForwardProxy, HTTP_PROXIES, SOCKS_PROXIES } from "../support/forward_proxies.ts";
import { assertSameBytes, pattern } from "../support/sample_bytes.ts";
import { sampleHandler } from "../support/sample_handler.ts";
import { serving, servingTls } from "../support/serving.ts";

const BODY = pattern(300_000);

/** Runs with a client for each way into the proxy. */
async function throughEach(
  proxy: ForwardProxy,
  run: (client: Client, url: string) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const credentials = proxy.wantsPassword ? { username: "me", password: "secret" } : {};
  await proxy.around(async (urls) => {
    for (const url of urls) {
      const client = new Client({
        tls: { caCerts: [CA_CERT] },
        ...options,
        proxy: { url, ...credentials },
      });
      try {
        await run(client, url);
        const { active, waiting } = client.stats();
        assertEquals([active, waiting], [0, 0]);
      } finally {
        client.close();
      }
    }
  });
}

/** A few requests one after another, and many at once. */
async function useWell(
  client: Client,
  origin: string,
  protocol: string,
  kept = true,
): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    const response = await client.request(`${origin}/bytes/70000`);
    assertSameBytes(await response.body.bytes(), pattern(70_000));
    assertEquals(response.protocol, protocol);
    if (kept) assertEquals(response.timings.reused, turn > 0);
  }
  const echoed = await client.request(`${origin}/echo`, { method: "PUT", body: BODY });
  assertSameBytes(await echoed.body.bytes(), BODY);
  const lengths = await Promise.all(Array.from({ length: 20 }, async (_, index) => {
    return (await (await client.fetch(`${origin}/bytes/${index}`)).bytes()).length;
  }));
  assertEquals(lengths, Array.from({ length: 20 }, (_, index) => index));
}

for (const proxy of [...HTTP_PROXIES, ...SOCKS_PROXIES]) {
  const { name } = proxy;
  const ignore = !proxy.isHere;
  const isHttp = HTTP_PROXIES.includes(proxy);

  Deno.test(`our client through ${name}: servers in clear text`, { ignore }, async () => {
    await serving(sampleHandler, async ({ origin }) => {
      // tinyproxy closes after each answer that it passes on.
      const kept = !name.startsWith("tinyproxy");
      await throughEach(proxy, (client) => useWell(client, origin, "http/1.1", kept));
    });
  });

  Deno.test(`our client through ${name}: servers over TLS, HTTP/2`, { ignore }, async () => {
    await servingTls("node", sampleHandler, async ({ origin }) => {
      await throughEach(proxy, (client) => useWell(client, origin, "h2"));
    });
  });

  Deno.test(`our client through ${name}: servers over TLS, HTTP/1.1`, { ignore }, async () => {
    await servingTls("node", sampleHandler, async ({ origin }) => {
      const options: ClientOptions = { protocol: "http/1.1" };
      await throughEach(proxy, (client) => useWell(client, origin, "http/1.1"), options);
    });
  });

  Deno.test(`our client through ${name}: HTTP/2 by prior knowledge`, { ignore }, async () => {
    await serving(sampleHandler, async ({ origin }) => {
      await throughEach(proxy, (client) => useWell(client, origin, "h2"), { protocol: "h2" });
    });
  });

  Deno.test(`our client through ${name}: nobody listens`, { ignore }, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    await throughEach(proxy, async (client) => {
      const error = await assertRejects(
        () => client.request(`https://127.0.0.1:${port}/`),
        ConnectError,
      );
      assertInstanceOf(error, ProxyError);
      if (isHttp) {
        assertEquals(error.code, "PROXY_REFUSED");
        assert(error.status !== undefined && error.status >= 400);
      } else assert(["ECONNREFUSED", "PROXY_REFUSED"].includes(error.code));
    });
  });

  Deno.test(`our client through ${name}: WebSockets`, { ignore }, async () => {
    const echo: Handler = (request) => {
      const { socket, response } = upgradeWebSocket(request);
      socket.onmessage = ({ data }) => socket.send(data);
      return response;
    };
    for (const around of [serving, servingTls.bind(undefined, "node")]) {
      await around(echo, async ({ origin }) => {
        await throughEach(proxy, async (client) => {
          const socket = client.webSocket(`${origin.replace("http", "ws")}/`);
          const closed = new Promise((resolve) => socket.onclose = resolve);
          await new Promise((resolve, reject) => {
            socket.onopen = resolve;
            socket.onerror = reject;
          });
          const answer = new Promise((resolve) => socket.onmessage = ({ data }) => resolve(data));
          socket.send("there and back");
          assertEquals(await answer, "there and back");
          socket.close();
          await closed;
        });
      });
    }
  });

  if (!proxy.wantsPassword) continue;

  Deno.test(`our client through ${name}: a wrong password`, { ignore }, async () => {
    await serving(sampleHandler, async ({ origin, port }) => {
      await proxy.around(async (urls) => {
        for (const url of urls) {
          const client = new Client({
            tls: { caCerts: [CA_CERT] },
            proxy: { url, username: "me", password: "wrong" },
          });
          const error = await assertRejects(
            () => client.request(`https://127.0.0.1:${port}/`),
            ProxyError,
          );
          // tinyproxy says 401 where it means 407.
          const codes = ["PROXY_AUTHENTICATION_REQUIRED", "PROXY_REFUSED", "PROXY_CLOSED"];
          assert(codes.includes(error.code), error.message);
          if (isHttp) {
            const response = await client.request(`${origin}/`);
            assert([401, 407].includes(response.status));
            await response.body.cancel();
          }
          client.close();
        }
      });
    });
  });
}
