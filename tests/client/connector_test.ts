import { Client } from "@avx/client";
import { ConnectError, TlsError } from "@avx/runtime/errors";
import { ManualClock, memoryPair } from "@avx/runtime/memory";
import { network } from "@avx/runtime/platform";
import type { Network, TlsListenOptions, Transport } from "@avx/runtime/ports/transport";
import {
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import { assertTimeout, later, onStage, Peer, URL_ROOT } from "./stage.ts";

Deno.test("client says why there is no connection", async () => {
  await onStage(async ({ client }) => {
    const error = await assertRejects(() => client.request(URL_ROOT), ConnectError);
    assertEquals(error.code, "ECONNREFUSED");
    await assertRejects(() => client.request("http://nobody.example/"), ConnectError);
  }, { plan: () => ({ refuse: "ECONNREFUSED" }) });
});

Deno.test("client times out in phase connect", async () => {
  await onStage(async ({ client, clock }) => {
    const asked = later(client.request(URL_ROOT));
    await clock.advance(50);
    assertEquals(client.stats().opening, 1);
    await clock.advance(60);
    await assertTimeout(asked, "connect");
  }, { plan: () => ({ delayMs: Infinity }), timeouts: { connect: 100 } });
});

Deno.test("client times out in phase dns, and asks anew", async () => {
  let asked = 0;
  const dns = {
    resolve: (hostname: string) => {
      asked++;
      assertEquals(hostname, "a.example");
      return asked === 1 ? new Promise<never>(() => {}) : ["192.0.2.1"];
    },
  };
  await onStage(async ({ client, clock, listen }) => {
    const first = later(client.request(URL_ROOT));
    await clock.advance(101);
    await assertTimeout(first, "dns");
    const listener = listen("192.0.2.1");
    const second = client.request(URL_ROOT);
    const peer = new Peer(await listener.accept());
    assertStringIncludes(await peer.head(), "host: a.example\r\n");
    await peer.answer("ok");
    assertEquals(await (await second).body.text(), "ok");
    assertEquals(asked, 2);
  }, { dns, timeouts: { dns: 100 } });
});

Deno.test("client says that a host does not exist", async () => {
  await onStage(async ({ client }) => {
    const error = await assertRejects(() => client.request(URL_ROOT), ConnectError);
    assertEquals(error.code, "ENOTFOUND");
  }, { dns: { resolve: () => [] } });
});

Deno.test("client tries the next address of a host while the first is silent", async () => {
  await onStage(async ({ client, clock, listen }) => {
    const listener = listen("192.0.2.1");
    const asked = client.request(URL_ROOT);
    await clock.advance(250);
    const peer = new Peer(await listener.accept());
    await peer.head();
    await peer.answer("ok");
    const response = await asked;
    assertEquals(await response.body.text(), "ok");
    assertEquals([response.timings.dnsMs, response.timings.connectMs], [0, 250]);
  }, {
    dns: { resolve: () => ["2001:db8::1", "192.0.2.1"] },
    plan: (target) => {
      return "hostname" in target && target.hostname === "2001:db8::1"
        ? { delayMs: Infinity }
        : undefined;
    },
  });
});

const TLS = { cert: "", key: "", alpnProtocols: ["http/1.1"], backend: "node" } as const;

Deno.test("client talks over TLS, and times out in phase tls", async () => {
  await onStage(async ({ client, listen }) => {
    const listener = listen("a.example", 443, TLS);
    const asked = client.request("https://a.example/");
    const peer = new Peer(await listener.accept());
    await peer.head();
    await peer.answer("secret");
    assertEquals(await (await asked).body.text(), "secret");
  });
  for (const handshake of ["stall", "fail"] as const) {
    await onStage(async ({ client, clock, listen }) => {
      const listener = listen("a.example", 443, TLS);
      const asked = later(client.request("https://a.example/"));
      await listener.accept();
      await clock.advance(101);
      if (handshake === "stall") await assertTimeout(asked, "tls");
      else await assertRejects(() => asked, TlsError);
    }, { plan: () => ({ handshake }), timeouts: { tls: 100 } });
  }
});

Deno.test("client goes to a unix socket whatever the URL says", async () => {
  await onStage(async ({ client, network }) => {
    const listener = network.listen({ path: "/run/a.sock" });
    const asked = client.request("http://anything.example/x");
    const peer = new Peer(await listener.accept());
    assertStringIncludes(await peer.head(), "host: anything.example\r\n");
    await peer.answer("ok");
    assertEquals(await (await asked).body.text(), "ok");
    listener.close();
  }, { socketPath: "/run/a.sock" });
});

interface TlsServer {
  readonly port: number;
  close(): void;
}

/** Answers `hello` to every connection, over TLS of the platform, until it is closed. */
async function tlsServer(options: Partial<TlsListenOptions> = {}): Promise<TlsServer> {
  const { server } = await testCertificates();
  const tls = { ...server, alpnProtocols: ["http/1.1"], backend: "node", ...options } as const;
  const listener = network.listen({ hostname: "127.0.0.1", port: 0, tls });
  const serving = async (): Promise<void> => {
    for (;;) {
      const transport = await listener.accept().catch(() => undefined);
      if (transport === undefined) return;
      answerHello(transport).catch(() => transport.close());
    }
  };
  serving();
  const { addr } = listener;
  return { port: "port" in addr ? addr.port : 0, close: () => listener.close() };
}

async function answerHello(transport: Transport): Promise<void> {
  const into = new Uint8Array(4096);
  const answer = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
  while (await transport.read(into) !== null) await transport.write(answer);
  transport.close();
}

async function withTlsServer(
  run: (port: number) => Promise<void>,
  options?: Partial<TlsListenOptions>,
): Promise<void> {
  const server = await tlsServer(options);
  try {
    await run(server.port);
  } finally {
    server.close();
  }
}

Deno.test("connector verifies the server against the given authority", async () => {
  const { ca } = await testCertificates();
  await withTlsServer(async (port) => {
    const client = new Client({ tls: { caCerts: [ca] } });
    for (let turn = 0; turn < 2; turn++) {
      const response = await client.request(`https://localhost:${port}/`);
      assertEquals(await response.body.text(), "hello");
      assertEquals(response.timings.reused, turn === 1);
      if (turn === 1) assertEquals(response.timings.tlsMs, 0);
    }
    client.close();
  });
});

Deno.test("connector refuses a server that it cannot verify", async () => {
  const { ca } = await testCertificates();
  await withTlsServer(async (port) => {
    const stranger = new Client();
    await assertRejects(() => stranger.request(`https://localhost:${port}/`), TlsError);
    stranger.close();
    const misnamed = new Client({ tls: { caCerts: [ca], serverName: "other.example" } });
    await assertRejects(() => misnamed.request(`https://localhost:${port}/`), TlsError);
    misnamed.close();
  });
});

Deno.test("connector shows the client's certificate where it is asked to", async () => {
  const { ca, client: pair } = await testCertificates();
  await withTlsServer(async (port) => {
    const client = new Client({ tls: { caCerts: [ca], clientCertificate: pair } });
    const response = await client.request(`https://localhost:${port}/`);
    assertEquals(await response.body.text(), "hello");
    client.close();
  }, { clientCertificate: "require", clientCaCerts: [ca] });
});

Deno.test("connector gives up a handshake that its caller does not want any more", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = new Client();
  const controller = new AbortController();
  const { signal } = controller;
  const asked = later(client.request(`https://127.0.0.1:${listener.addr.port}/`, { signal }));
  const silent = await listener.accept();
  await silent.read(new Uint8Array(4096)); // the ClientHello, never answered
  controller.abort(new RangeError("enough"));
  await assertRejects(() => asked, RangeError, "enough");
  // Deno 2.9 keeps the socket of a session that is closed within its handshake until the peer goes
  // away, so there is no end to wait for here.
  silent.close();
  client.close();
  listener.close();
});

Deno.test("connector says that nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const client = new Client();
  const refused = await assertRejects(
    () => client.request(`http://127.0.0.1:${port}/`),
    ConnectError,
  );
  assertEquals(refused.code, "ECONNREFUSED");
  await assertRejects(() => client.request("http://does-not-exist.invalid/"), ConnectError);
  client.close();
});

Deno.test("connector reaches a server through a unix socket", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/server.sock`;
  const serving = { path, onListen() {} };
  const server = Deno.serve(serving, (request) => new Response(new URL(request.url).pathname));
  const client = new Client({ socketPath: path });
  const response = await client.fetch("http://localhost/here");
  assertEquals(await response.text(), "/here");
  client.close();
  await server.shutdown();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("connector closes a connection that comes too late", async () => {
  const [ours] = memoryPair();
  const asking = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<Transport>();
  const slow: Network = {
    listen: () => {
      throw new TypeError("nobody listens");
    },
    // Takes no notice of its signal.
    connect: () => {
      asking.resolve();
      return answer.promise;
    },
    startTls: () => Promise.reject(new TypeError("no TLS")),
  };
  const client = new Client({ network: slow });
  const controller = new AbortController();
  const asked = later(client.request("http://a.example/", { signal: controller.signal }));
  await asking.promise;
  controller.abort();
  await assertRejects(() => asked, DOMException);
  answer.resolve(ours);
  await new ManualClock().settle();
  assertEquals(ours.closed, true);
  client.close();
});

for (const code of ["EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNREFUSED"]) {
  Deno.test(`client says that connecting failed with ${code}`, async () => {
    await onStage(async ({ client }) => {
      const error = await assertRejects(() => client.request(URL_ROOT), ConnectError);
      assertEquals(error.code, code);
    }, { plan: () => ({ refuse: code }) });
  });
}

Deno.test("client finds a server of either family behind localhost", async () => {
  const families = Deno.networkInterfaces().map(({ address }) => address);
  for (const hostname of ["127.0.0.1", "::1"]) {
    if (!families.includes(hostname)) continue; // a machine without IPv6
    const server = Deno.serve({ hostname, port: 0, onListen() {} }, () => new Response(hostname));
    const client = new Client();
    const response = await client.request(`http://localhost:${server.addr.port}/`);
    assertEquals(await response.body.text(), hostname);
    assertEquals(response.remoteAddr, {
      transport: "tcp",
      hostname,
      port: server.addr.port,
    });
    client.close();
    await server.shutdown();
  }
});

Deno.test(
  "client connects by name where it may connect to that name alone",
  { permissions: { net: ["localhost"] } },
  async () => {
    const serving = { hostname: "localhost", port: 0, onListen() {} };
    const server = Deno.serve(serving, () => new Response("ok"));
    const client = new Client();
    const response = await client.request(`http://localhost:${server.addr.port}/`);
    assertEquals(await response.body.text(), "ok");
    client.close();
    await server.shutdown();
  },
);

Deno.test("client says that what answers does not speak TLS", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const client = new Client();
  const asked = later(client.request(`https://127.0.0.1:${listener.addr.port}/`));
  const peer = await listener.accept();
  await peer.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const error = await assertRejects(() => asked, TlsError);
  assertEquals(error.code, "TLS_NOT_SPOKEN");
  peer.close();
  client.close();
  listener.close();
});

Deno.test("client resolves with a resolver of its own, once for all", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    return new Response("ok", { headers: { connection: "close" } });
  });
  const asked: string[] = [];
  const client = new Client({
    dns: {
      resolve: (hostname) => {
        asked.push(hostname);
        return { addresses: ["127.0.0.1"], ttlMs: 60_000 };
      },
    },
  });
  for (let turn = 0; turn < 3; turn++) {
    const response = await client.request(`http://a.example:${server.addr.port}/`);
    assertEquals(await response.body.text(), "ok");
  }
  assertEquals(asked, ["a.example"]);
  client.close();
  await server.shutdown();
});

Deno.test("client reads proxies from the environment where it is told to", async () => {
  const names = ["HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy"];
  const before = names.map((name) => Deno.env.get(name));
  for (const name of names) Deno.env.delete(name);
  Deno.env.set("HTTPS_PROXY", "http://proxy.example:3128");
  Deno.env.set("NO_PROXY", "b.example");
  try {
    await onStage(async ({ client, listen }) => {
      const listener = listen("proxy.example", 3128);
      const asked = later(client.request("https://a.example/"));
      const peer = new Peer(await listener.accept());
      assertStringIncludes(await peer.head(), "CONNECT a.example:443 HTTP/1.1\r\n");
      await peer.send("HTTP/1.1 403 No\r\n\r\n");
      await assertRejects(() => asked, ConnectError, "403 No");
      const direct = await assertRejects(() => client.request("https://b.example/"), ConnectError);
      assertEquals(direct.code, "ECONNREFUSED");
    }, { proxy: "environment" });
  } finally {
    names.forEach((name, at) => {
      const value = before[at];
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    });
  }
});

Deno.test("connector shows for one request a certificate that others do not", async () => {
  const { ca, client: pair } = await testCertificates();
  const client = new Client({ tls: { caCerts: [ca] } });
  await withTlsServer(async (port) => {
    const url = `https://localhost:${port}/`;
    const tls = { clientCertificate: pair };
    for (let turn = 0; turn < 2; turn++) {
      const response = await client.request(url, { tls });
      assertEquals(await response.body.text(), "hello");
      assertEquals(response.timings.reused, turn === 1);
    }
    // TLS 1.3: the server's refusal comes once the handshake is complete for the client.
    const refused = await client.request(url).catch((error) => error);
    assertInstanceOf(refused, TlsError);
    assertEquals(refused.code, "TLS_ALERT_CERTIFICATE_REQUIRED");
    await client.request(url, { tls: { ...tls, serverName: "other.example" } }).then(
      () => {
        throw new Error("The name was not verified");
      },
      (error) => assertEquals(error.code, "CERT_NOT_VALID_FOR_NAME"),
    );
  }, { clientCertificate: "require", clientCaCerts: [ca] });
  client.close();
});
