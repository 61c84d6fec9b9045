import { network } from "@avx/runtime/platform";
import type { TlsListenOptions } from "@avx/runtime/ports/transport";
import { errorCode, translateError } from "@avx/runtime/translate-error";
import { certificateNames } from "@avx/semantics/certificate-names";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
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

const DENO = { backend: "deno" } as const;

Deno.test("Deno's TLS back end carries bytes and tells ALPN", async () => {
  const pair = await connectedTls({ ...DENO, alpnProtocols: ["h2", "http/1.1"] });
  assertEquals(pair.server.tls?.alpnProtocol, "http/1.1");
  assertEquals([pair.server.encrypted, pair.client.encrypted], [true, true]);
  assertEquals(pair.server.remoteAddr, pair.client.localAddr);
  const sent = pattern(1_000_000);
  const [read] = await Promise.all([
    readToEnd(pair.server),
    writeAll(pair.client, sent).then(() => pair.client.closeWrite()),
  ]);
  assertEquals(read, sent);
  await pair.server.write(bytesOf("answer"));
  assertEquals(await readUpTo(pair.client, 6), bytesOf("answer"));
  await pair.server.handshake(); // again
  pair.server.unref();
  pair.server.ref();
  pair.close();
});

Deno.test("Deno's TLS back end survives handshakes that fail", async () => {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls(DENO) });
  const plain = await network.connect(target(listener));
  const first = await listener.accept();
  await plain.write(bytesOf("GET / HTTP/1.1\r\n\r\n"));
  const error = await assertRejects(() => first.handshake());
  assertEquals(translateError(error, "tls").name, "TlsError");
  const good = await network.connect(target(listener));
  const [client, second] = await Promise.all([
    network.startTls(good, await clientTls()),
    listener.accept().then(async (it) => {
      await it.handshake();
      return it;
    }),
  ]);
  for (const end of [plain, first, client, second, listener]) end.close();
});

Deno.test("Deno's TLS back end says what it has not", async () => {
  const { ca } = await testCertificates();
  const missing: [Partial<TlsListenOptions>, string][] = [
    [{ clientCertificate: "request", clientCaCerts: [ca] }, "clientCertificate"],
    [{ minVersion: "TLSv1.3" }, "minVersion"],
    [{ resolveCertificate: () => undefined }, "resolveCertificate"],
  ];
  for (const [options, name] of missing) {
    const tls = await serverTls({ ...DENO, ...options });
    assertThrows(() => network.listen({ ...LOOPBACK, tls }), TypeError, name);
  }
  const tls = await serverTls(DENO);
  assertThrows(
    () => network.listen({ ...LOOPBACK, reusePort: true, tls }),
    TypeError,
    "reusePort",
  );
});

Deno.test("a client of Deno's TLS back end knows the server's certificate, a server none", async () => {
  const pair = await connectedTls(DENO);
  const certificate = pair.client.tls?.peerCertificate;
  assertEquals(certificateNames(certificate!)?.dnsNames, ["localhost"]);
  assert(pair.client.tls?.peerCertificate === certificate, "is looked for once");
  assertEquals(pair.server.tls?.peerCertificate, undefined);
  pair.close();
  const late = await connectedTls(DENO);
  late.close();
  assertEquals(late.client.tls?.peerCertificate, undefined);
});

Deno.test("a client verifies the server's name and authority", async () => {
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls(DENO) });
  const attempts = [
    { options: await clientTls({ caCerts: [] }), code: "CERT_UNKNOWN_ISSUER" },
    { options: await clientTls({ serverName: "example.com" }), code: "CERT_NOT_VALID_FOR_NAME" },
  ];
  for (const { options, code } of attempts) {
    const clear = await network.connect(target(listener));
    const server = await listener.accept();
    const [error] = await Promise.all([
      assertRejects(() => network.startTls(clear, options)),
      assertRejects(() => server.handshake()),
    ]);
    assertEquals(errorCode(error), code);
    assertEquals(translateError(error, "tls").name, "TlsError");
    server.close();
  }
  const byAddress = await network.connect(target(listener));
  const server = await listener.accept();
  const [client] = await Promise.all([
    network.startTls(byAddress, await clientTls({ serverName: "127.0.0.1" })),
    server.handshake(),
  ]);
  assertEquals(client.tls?.peerVerified, true);
  for (const end of [client, server, listener]) end.close();
});

Deno.test("a handshake is given up by its signal", async () => {
  const listener = network.listen(LOOPBACK); // never answers
  for (const when of ["before", "at once", "later"]) {
    const controller = new AbortController();
    const clear = await network.connect(target(listener));
    const server = await listener.accept();
    if (when === "before") controller.abort("enough");
    const starting = network.startTls(clear, await clientTls({ signal: controller.signal }))
      .catch((reason) => reason);
    if (when === "later") assert(await server.read(new Uint8Array(1_024))); // its hello
    controller.abort("enough");
    assertEquals(await starting, "enough");
    server.close();
  }
  listener.close();
});

Deno.test("a connection is not left open by a name that no certificate can have, nor by a bad one", async () => {
  for (const [serverName, caCerts] of [["a-.example", []], ["a.example", [BAD_PEM]]] as const) {
    const listener = network.listen(LOOPBACK);
    const accepting = listener.accept();
    const plain = await network.connect(target(listener));
    const peer = await accepting;
    const options = { serverName, caCerts, alpnProtocols: [] };
    await assertRejects(() => network.startTls(plain, options));
    assertEquals(await peer.read(new Uint8Array(1)), null);
    peer.close();
    listener.close();
  }
});

const BAD_PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
