import { network } from "@avx/runtime/platform";
import type { TlsListener } from "@avx/runtime/ports/transport";
import { errorCode, isClosedError } from "@avx/runtime/translate-error";
import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertThrows,
} from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import { within } from "../support/deadline.ts";
import {
  bytesOf,
  clientTls,
  connectedTls,
  LOOPBACK,
  pattern,
  readToEnd,
  readUpTo,
  serverTls,
  target,
  writeAll,
} from "../support/transports.ts";

Deno.test("node:tls back end tells ALPN, server name and addresses", async () => {
  const pair = await connectedTls({ alpnProtocols: ["h2", "http/1.1"] });
  assertEquals(pair.server.tls?.alpnProtocol, "http/1.1");
  assertEquals(pair.server.tls?.serverName, "localhost");
  assertEquals(pair.server.tls?.peerCertificate, undefined);
  assertEquals(pair.server.tls?.peerVerified, false);
  assertEquals(pair.server.encrypted, true);
  assertEquals(pair.server.remoteAddr, pair.client.localAddr);
  assertEquals(pair.server.localAddr, pair.listener.addr);
  pair.close();
});

Deno.test("node:tls back end chooses the protocol that the server likes best", async () => {
  const alpnProtocols = ["http/1.1", "h2"];
  const pair = await connectedTls({ alpnProtocols: ["h2", "http/1.1"] }, { alpnProtocols });
  assertEquals(pair.client.tls?.alpnProtocol, "h2");
  pair.close();
});

Deno.test("node:tls back end serves a client that offers no protocol", async () => {
  const pair = await connectedTls({}, { alpnProtocols: [] });
  assertEquals(pair.server.tls?.alpnProtocol, undefined);
  pair.close();
});

Deno.test("node:tls back end carries large bodies both ways at once", async () => {
  const pair = await connectedTls();
  const sent = pattern(3_000_000);
  const [, , atServer, atClient] = await Promise.all([
    writeAll(pair.client, sent).then(() => pair.client.closeWrite()),
    writeAll(pair.server, sent).then(() => pair.server.closeWrite()),
    readToEnd(pair.server),
    readToEnd(pair.client),
  ]);
  assertEquals(atServer, sent);
  assertEquals(atClient, sent);
  pair.close();
});

Deno.test("node:tls back end stops a client whose bytes nobody reads", async () => {
  const pair = await connectedTls();
  const chunk = pattern(256 * 1024);
  let written = 0;
  let writing = true;
  const writer = (async () => {
    while (writing) written += await pair.client.write(chunk);
  })().catch(() => {});
  const settled = await stable(() => written);
  assert(settled < 32 * 1024 * 1024, `the client wrote ${settled} bytes`);
  // And reading goes on where it stopped.
  const read = await within(5_000, readUpTo(pair.server, 1_000_000));
  assertEquals(read.length, 1_000_000);
  assertEquals(read.subarray(0, 1_000), chunk.subarray(0, 1_000));
  writing = false;
  pair.close();
  await writer;
});

Deno.test("node:tls back end stops a writer whose peer does not read", async () => {
  const pair = await connectedTls();
  const chunk = pattern(256 * 1024);
  let written = 0;
  const writer = (async () => {
    for (;;) written += await pair.server.write(chunk);
  })();
  const settled = await stable(() => written);
  assert(settled < 32 * 1024 * 1024, `the server wrote ${settled} bytes`);
  pair.close();
  await assertRejects(() => writer);
});

Deno.test("node:tls back end ends one half and goes on with the other", async () => {
  const pair = await connectedTls();
  await pair.server.closeWrite();
  assertEquals(await pair.client.read(new Uint8Array(8)), null);
  await pair.client.write(bytesOf("still here"));
  assertEquals(await readUpTo(pair.server, 10), bytesOf("still here"));
  await pair.client.closeWrite();
  assertEquals(await pair.server.read(new Uint8Array(8)), null);
  await pair.server.closeWrite(); // again
  pair.close();
});

Deno.test("node:tls back end says goodbye when it closes", async () => {
  const pair = await connectedTls();
  await pair.server.write(bytesOf("bye"));
  pair.server.close();
  // A bare FIN would be an UnexpectedEof here.
  assertEquals(await readToEnd(pair.client), bytesOf("bye"));
  pair.close();
});

Deno.test("node:tls back end wakes a pending read when it closes", async () => {
  const pair = await connectedTls();
  const reading = pair.server.read(new Uint8Array(8));
  pair.server.close();
  pair.server.close();
  assert(isClosedError(await assertRejects(() => reading)));
  assert(isClosedError(await assertRejects(() => pair.server.read(new Uint8Array(8)))));
  assert(isClosedError(await assertRejects(() => pair.server.write(new Uint8Array(8)))));
  pair.close();
});

Deno.test("node:tls back end survives handshakes that fail", async () => {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls() });
  const where = target(listener) as Deno.ConnectOptions;

  const plain = await Deno.connect(where);
  const first = await listener.accept();
  await plain.write(bytesOf("GET / HTTP/1.1\r\n\r\n"));
  await assertRejects(() => first.handshake());
  await assertRejects(() => first.read(new Uint8Array(8)));
  await assertRejects(() => first.write(new Uint8Array(8)));
  plain.close();

  const silent = await Deno.connect(where);
  const second = await listener.accept();
  silent.close();
  assertFalse(isClosedError(await assertRejects(() => second.handshake())));

  const stranger = await network.connect(target(listener));
  const third = await listener.accept();
  await assertRejects(() =>
    network.startTls(stranger, { serverName: "localhost", alpnProtocols: [] })
  );
  await assertRejects(() => third.handshake());

  const mute = await Deno.connect(where);
  const fourth = await listener.accept();
  fourth.close();
  assert(isClosedError(await assertRejects(() => fourth.handshake())));
  assertEquals(await mute.read(new Uint8Array(8)), null);
  mute.close();

  const good = await network.connect(target(listener));
  const fifth = await listener.accept();
  const client = await network.startTls(good, await clientTls());
  await client.write(bytesOf("hello"));
  assertEquals(await readUpTo(fifth, 5), bytesOf("hello"));
  for (const end of [client, first, second, third, fifth, listener]) end.close();
});

Deno.test("node:tls back end refuses a client without a common protocol", async () => {
  await assertRejects(() => connectedTlsAndClose({}, { alpnProtocols: ["h3"] }));
});

Deno.test("node:tls back end asks a client for its certificate", async () => {
  const { ca, client, strangeClient } = await testCertificates();
  const request = { clientCertificate: "request", clientCaCerts: [ca] } as const;

  const known = await connectedTls(request, { clientCertificate: client });
  assertEquals(known.server.tls?.peerVerified, true);
  assert((known.server.tls?.peerCertificate?.length ?? 0) > 200);
  known.close();

  const unknown = await connectedTls(request);
  assertEquals(unknown.server.tls?.peerVerified, false);
  assertEquals(unknown.server.tls?.peerCertificate, undefined);
  unknown.close();

  const strange = await connectedTls(request, { clientCertificate: strangeClient });
  assertEquals(strange.server.tls?.peerVerified, false);
  strange.close();
});

Deno.test("node:tls back end requires a client's certificate where it is told to", async () => {
  const { ca, client, strangeClient } = await testCertificates();
  const require = { clientCertificate: "require", clientCaCerts: [ca] } as const;
  const known = await connectedTls(require, { clientCertificate: client });
  assertEquals(known.server.tls?.peerVerified, true);
  known.close();
  await assertRejects(() => connectedTlsAndClose(require));
  await assertRejects(() => connectedTlsAndClose(require, { clientCertificate: strangeClient }));
});

Deno.test("node:tls back end uses a new certificate for new connections only", async () => {
  const { otherServer } = await testCertificates();
  const pair = await connectedTls();
  const listener = pair.listener as TlsListener;
  assertEquals(await nameShown(listener, "other.test"), undefined);
  listener.setCertificate(otherServer);
  assertEquals(await nameShown(listener, "other.test"), "other.test");
  assertThrows(() => listener.setCertificate({ cert: "", key: "" }), TypeError, "certificate");
  assertEquals(await nameShown(listener, "other.test"), "other.test");
  await pair.client.write(bytesOf("old"));
  assertEquals(await readUpTo(pair.server, 3), bytesOf("old"));
  pair.close();
});

Deno.test("node:tls back end chooses a certificate by name, in its own time", async () => {
  const { otherServer } = await testCertificates();
  const asked: string[] = [];
  const listener = network.listen({
    ...LOOPBACK,
    tls: await serverTls({
      resolveCertificate: (serverName) => {
        asked.push(serverName);
        if (serverName === "broken.test") return Promise.reject(new Error("no database"));
        return Promise.resolve(serverName === "other.test" ? otherServer : undefined);
      },
    }),
  }) as TlsListener;
  assertEquals(await nameShown(listener, "other.test"), "other.test");
  assertEquals(await nameShown(listener, "other.test"), "other.test");
  assertEquals(await nameShown(listener, "localhost"), "localhost");
  assertEquals(await nameShown(listener, "broken.test"), undefined);
  assertEquals(await nameShown(listener, "127.0.0.1"), "127.0.0.1"); // sends no name
  assertEquals(asked, ["other.test", "other.test", "localhost", "broken.test"]);
  listener.close();
});

for (const kind of ["at once", "after a certificate was chosen", "after the client's"]) {
  Deno.test(`node:tls back end reads what comes with the end of a handshake ${kind}`, async () => {
    const { server } = await testCertificates();
    const listener = network.listen({
      ...LOOPBACK,
      tls: await serverTls({
        ...kind === "after a certificate was chosen" && {
          resolveCertificate: () => Promise.resolve(server),
        },
        ...kind === "after the client's" && { clientCertificate: "request" },
      }),
    });
    const { port } = target(listener) as { port: number };
    const { connect } = await import("node:tls");
    const client = connect({
      host: "127.0.0.1",
      port,
      servername: "localhost",
      rejectUnauthorized: false,
    });
    const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
    client.write("first, ");
    const accepted = await listener.accept();
    assertEquals(await within(5_000, readUpTo(accepted, 7)), bytesOf("first, "));
    client.write(pattern(200_000));
    client.end();
    assertEquals(await within(5_000, readToEnd(accepted)), pattern(200_000));
    accepted.close();
    client.destroy();
    listener.close();
    await closed;
  });
}

Deno.test("node:tls back end speaks no version below the lowest", async () => {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls({ minVersion: "TLSv1.3" }) });
  const { port } = target(listener) as { port: number };
  const { connect } = await import("node:tls");
  const { ca } = await testCertificates();
  for (const [maxVersion, works] of [["TLSv1.2", false], ["TLSv1.3", true]] as const) {
    const accepted = listener.accept();
    const event = await new Promise<string>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", ca, maxVersion, servername: "localhost" });
      socket.once("error", () => resolve("error"));
      socket.once("secureConnect", () => resolve("secureConnect"));
      socket.once("error", () => socket.destroy());
      socket.once("secureConnect", () => socket.destroy());
    });
    assertEquals(event, works ? "secureConnect" : "error", maxVersion);
    (await accepted).close();
  }
  listener.close();
});

Deno.test("node:tls back end listens on a unix socket", { ignore: isWindows() }, async () => {
  const path = `${await Deno.makeTempDir()}/tls.sock`;
  const listener = network.listen({ path, tls: await serverTls() });
  assertEquals(listener.addr, { transport: "unix", path });
  const [clear, server] = await Promise.all([network.connect({ path }), listener.accept()]);
  const client = await network.startTls(clear, await clientTls());
  await client.write(bytesOf("hello"));
  assertEquals(await readUpTo(server, 5), bytesOf("hello"));
  assertEquals(server.remoteAddr, { transport: "unix", path: "" });
  for (const end of [client, server, listener]) end.close();
  await Deno.remove(path.slice(0, -9), { recursive: true });
});

Deno.test("node:tls back end tells at once that an address is taken", async () => {
  const first = network.listen({ ...LOOPBACK, tls: await serverTls() });
  const { port } = target(first) as { port: number };
  const tls = await serverTls();
  for (const reusePort of [false, true]) {
    const error = assertThrows(() => network.listen({ ...LOOPBACK, port, tls, reusePort }));
    assertEquals(errorCode(error), "EADDRINUSE");
  }
  first.close();
});

Deno.test("node:tls back end refuses a certificate that it cannot use", async () => {
  const { otherServer } = await testCertificates();
  const bad = await serverTls({ cert: "no certificate" });
  assertThrows(() => network.listen({ ...LOOPBACK, tls: bad }), TypeError, "the certificate");
  const other = await serverTls({ key: otherServer.key });
  assertThrows(() => network.listen({ ...LOOPBACK, tls: other }), TypeError, "another one");
});

Deno.test("node:tls listener that is closed wakes the pending accept", async () => {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls() });
  const accepting = listener.accept();
  await assertRejects(() => listener.accept(), TypeError, "another accept is pending");
  listener.close();
  listener.close();
  assert(isClosedError(await assertRejects(() => accepting)));
  assert(isClosedError(await assertRejects(() => listener.accept())));
});

Deno.test("node:tls listener that is closed drops what nobody accepted", async () => {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls() });
  const client = await network.connect(target(listener));
  await network.connect(target(listener)).then((other) => other.close());
  (await listener.accept()).close();
  listener.close();
  assertEquals(await client.read(new Uint8Array(8)).catch(() => null), null);
  client.close();
});

Deno.test("node:tls listener holds no more connections than its backlog", async () => {
  const listener = network.listen({ ...LOOPBACK, backlog: 1, tls: await serverTls() });
  listener.unref();
  listener.ref();
  const first = await network.connect(target(listener));
  const second = await network.connect(target(listener));
  const refused = second.read(new Uint8Array(1)).catch(() => null);
  assertEquals(await within(5_000, refused), null);
  const server = await listener.accept();
  assertEquals(server.remoteAddr, first.localAddr);
  for (const end of [first, second, server, listener]) end.close();
});

async function connectedTlsAndClose(
  ...options: Parameters<typeof connectedTls>
): Promise<void> {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls(options[0]) });
  const clear = await network.connect(target(listener));
  const server = await listener.accept();
  const client = network.startTls(clear, await clientTls(options[1]));
  try {
    // With TLS 1.3 a client has finished before the server has looked at its certificate.
    await Promise.all([client.then((it) => it.read(new Uint8Array(8))), server.handshake()]);
  } finally {
    await client.then((it) => it.close(), () => {});
    server.close();
    listener.close();
  }
}

/** The name, if a client that wants it accepts the certificate shown. */
async function nameShown(listener: TlsListener, name: string): Promise<string | undefined> {
  const accepted = listener.accept();
  const clear = await network.connect(target(listener));
  try {
    (await network.startTls(clear, await clientTls({ serverName: name }))).close();
    return name;
  } catch {
    return undefined;
  } finally {
    (await accepted).close();
  }
}

/** The value once it has not changed for a while, or is far too large. */
async function stable(read: () => number): Promise<number> {
  for (let last = -1, same = 0;;) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = read() === last ? same + 1 : 0;
    last = read();
    if (same === 10 || last > 64 * 1024 * 1024) return last;
  }
}

function isWindows(): boolean {
  return Deno.build.os === "windows";
}
