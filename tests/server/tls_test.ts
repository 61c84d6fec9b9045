import { serve, type Server, type ServeTcpOptions, type TcpAddress } from "@avx/server";
import { connect as connectNodeTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import {
  assertEquals,
  assertFalse,
  assertLess,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "../support/assert.ts";
import { CA_CERT, CLIENT_PAIR, SERVER_PAIR } from "../support/certificates.ts";
import { Peer } from "./peer.ts";

const local = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
const BACKENDS = ["node", "deno"] as const;
// Deno keeps the socket of a handshake that was given up until the peer leaves.
const DROPS_HANDSHAKES: ReadonlySet<string> = new Set(["node"]);

function serveTls(options: ServeTcpOptions = {}): Server<TcpAddress> {
  return serve(
    { ...local, ...SERVER_PAIR, ...options },
    (request, info) => {
      const { tls } = info;
      const who = tls?.peerCertificate === undefined ? "nobody" : "somebody";
      if (request.url.endsWith("/who")) {
        return new Response(`${tls?.serverName}, ${who}, verified ${tls?.peerVerified}`);
      }
      return new Response(`${new URL(request.url).protocol} ${info.encrypted}`);
    },
  );
}

async function connect(server: Server<TcpAddress>): Promise<Peer> {
  const { port } = server.addr;
  return new Peer(await Deno.connectTls({ hostname: "localhost", port, caCerts: [CA_CERT] }));
}

/** What a handshake by node:tls comes to: the certificate's serial number, and the answer. */
function ask(
  server: Server<TcpAddress>,
  options: ConnectionOptions = {},
  path = "/",
): Promise<{ readonly serial: string; readonly answer: string }> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connectNodeTls({
      host: "127.0.0.1",
      port: server.addr.port,
      servername: "localhost",
      ca: CA_CERT,
      ...options,
    }, () => socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`));
    let answer = "";
    let serial = "";
    socket.once("secureConnect", () => serial = socket.getPeerCertificate().serialNumber);
    socket.on("data", (part: Uint8Array) => answer += new TextDecoder().decode(part));
    socket.on("error", reject);
    socket.on("close", () => resolve({ serial, answer }));
  });
}

for (const backend of BACKENDS) {
  Deno.test(`TLS by back end ${backend} serves, and says that it is encrypted`, async () => {
    const server = serveTls({ tls: { backend } });
    const peer = await connect(server);
    assertEquals((await peer.get()).body, "https: true");
    assertEquals((await peer.get()).body, "https: true");
    peer.close();
    await server.shutdown();
  });

  Deno.test(`TLS by back end ${backend} survives peers that do not speak it`, async () => {
    const server = serveTls({ tls: { backend } });
    const plain = new Peer(await Deno.connect(server.addr));
    await plain.send("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assertFalse((await plain.rest()).includes("HTTP/1.1 200"));
    plain.close();
    const distrusting = { hostname: "localhost", port: server.addr.port };
    await assertRejects(async () => {
      const conn = await Deno.connectTls(distrusting);
      await conn.handshake().finally(() => conn.close());
    });

    const peer = await connect(server);
    assertEquals((await peer.get()).body, "https: true");
    peer.close();
    await server.shutdown();
    assertEquals(server.connections, 0);
  });

  Deno.test(`TLS by back end ${backend} ends a handshake that takes too long`, async () => {
    const server = serveTls({ tls: { backend }, timeouts: { tlsHandshake: 500 } });
    const peer = await connect(server);
    const silent = new Peer(await Deno.connect(server.addr));
    while (server.connections < 2) await peer.get();
    while (server.connections > 1) await peer.get();
    if (DROPS_HANDSHAKES.has(backend)) assertEquals(await silent.rest(), "");
    assertEquals((await peer.get()).body, "https: true");
    silent.close();
    peer.close();
    await server.shutdown();
  });

  Deno.test(`TLS by back end ${backend} shuts down in the middle of a handshake`, async () => {
    const server = serveTls({ tls: { backend } });
    const peer = await connect(server);
    const silent = new Peer(await Deno.connect(server.addr));
    while (server.connections < 2) await peer.get();
    await server.shutdown();
    if (DROPS_HANDSHAKES.has(backend)) assertEquals(await silent.rest(), "");
    assertEquals(await peer.rest(), "");
    silent.close();
    peer.close();
  });
}

Deno.test("a certificate is changed without dropping connections", async () => {
  const server = serveTls();
  const before = await ask(server);
  const open = await connect(server);
  assertEquals((await open.get()).body, "https: true");
  server.setCertificate(CLIENT_PAIR);
  const after = await ask(server, { rejectUnauthorized: false });

  assertNotEquals(after.serial, before.serial);
  assertEquals((await open.get()).body, "https: true");
  open.close();
  await server.shutdown();
});

Deno.test("back end deno says that it cannot change its certificate", async () => {
  const server = serveTls({ tls: { backend: "deno" } });
  assertThrows(() => server.setCertificate(CLIENT_PAIR), TypeError);
  await server.shutdown();
});

Deno.test("a certificate that is none throws", () => {
  for (const backend of BACKENDS) {
    assertThrows(() => serveTls({ cert: "x", key: "y", tls: { backend } }), TypeError);
  }
});

Deno.test("the certificate is chosen by the name that is asked for", async () => {
  const asked: string[] = [];
  const server = serveTls({
    tls: {
      resolveCertificate(name) {
        asked.push(name);
        if (name === "broken.test") throw new Error("the resolver failed");
        return name === "client.test" ? Promise.resolve(CLIENT_PAIR) : undefined;
      },
    },
  });
  const anyName = { rejectUnauthorized: false };
  const standard = await ask(server);
  const chosen = await ask(server, { servername: "client.test", ...anyName });

  assertNotEquals(chosen.serial, standard.serial);
  assertEquals(asked, ["localhost", "client.test"]);
  await assertRejects(() => ask(server, { servername: "broken.test", ...anyName }));
  assertEquals((await ask(server)).serial, standard.serial);
  await server.shutdown();
});

Deno.test("clients without a certificate are refused where one is required", async () => {
  const server = serveTls({
    tls: { clientCertificate: "require", clientCaCerts: [CA_CERT] },
  });
  // In TLS 1.3 the client learns of it only after its own handshake.
  const refused = await ask(server).then(({ answer }) => answer, () => "");
  assertEquals(refused, "");
  assertStringIncludes((await ask(server, CLIENT_PAIR)).answer, "https: true");
  await server.shutdown();
});

Deno.test("clients without a certificate are served where one is only requested", async () => {
  const server = serveTls({
    tls: { clientCertificate: "request", clientCaCerts: [CA_CERT] },
  });
  const strangers = await ask(server, {}, "/who");
  assertStringIncludes(strangers.answer, "localhost, nobody, verified false");
  const known = await ask(server, CLIENT_PAIR, "/who");
  assertStringIncludes(known.answer, "localhost, somebody, verified true");
  await server.shutdown();
});

Deno.test("clients below the lowest version are refused", async () => {
  const server = serveTls({ tls: { minVersion: "TLSv1.3" } });
  await assertRejects(() => ask(server, { maxVersion: "TLSv1.2" }));
  assertStringIncludes((await ask(server)).answer, "https: true");
  await server.shutdown();
});

Deno.test("the first response on a fresh connection does not wait for an acknowledgement", async () => {
  const server = serveTls();
  let best = Infinity;
  for (let turn = 0; turn < 20 && best > 35; turn++) {
    const startedAt = performance.now();
    await ask(server);
    best = Math.min(best, performance.now() - startedAt);
  }
  // With the delayed acknowledgement it would be 41 ms every time.
  assertLess(best, 35);
  await server.shutdown();
});
