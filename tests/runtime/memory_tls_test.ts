import { type ConnectPlan, MemoryNetwork } from "@avx/runtime/memory";
import { TlsError } from "@avx/runtime/errors";
import { isClosedError, translateError } from "@avx/runtime/translate-error";
import type { Transport } from "@avx/runtime/ports/transport";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "../support/assert.ts";
import { testCertificates } from "../support/certificate.ts";
import { bytesOf, readUpTo } from "../support/transports.ts";

const HOST = { hostname: "localhost", port: 443 } as const;
const CLIENT = { serverName: "localhost", alpnProtocols: ["http/1.1", "h2"] } as const;

Deno.test("a played handshake agrees on what both have", async () => {
  const { client, server, network } = await opened(["h2", "http/1.1"]);
  assertEquals(server.encrypted, true);
  assertEquals(server.tls, undefined);
  const [secure] = await Promise.all([network.startTls(client, CLIENT), server.handshake()]);
  assertEquals(secure.tls?.alpnProtocol, "h2");
  assertEquals([secure.encrypted, secure.tls?.peerVerified], [true, true]);
  assertEquals(server.tls?.serverName, "localhost");
  await secure.write(bytesOf("hi"));
  assertEquals(await readUpTo(server, 2), bytesOf("hi"));
  await server.handshake();
});

Deno.test("a played handshake shows clients the server's certificate, where it is one", async () => {
  const { server } = await testCertificates();
  for (const cert of [server.cert, "", "-----BEGIN CERTIFICATE-----"]) {
    const network = new MemoryNetwork();
    const tls = { cert, key: "", alpnProtocols: [], backend: "node" } as const;
    const listener = network.listen({ ...HOST, tls });
    const client = await network.connect(HOST);
    const accepted = await listener.accept();
    const secure = await network.startTls(client, { ...CLIENT, alpnProtocols: [] });
    assertEquals(secure.tls?.peerCertificate?.[0], cert === server.cert ? 0x30 : undefined);
    assertEquals(accepted.tls?.peerCertificate, undefined);
  }
});

Deno.test("a played handshake without ALPN chooses nothing", async () => {
  const { client, network } = await opened(["h2"]);
  const secure = await network.startTls(client, { ...CLIENT, alpnProtocols: [], verify: false });
  assertEquals(secure.tls?.alpnProtocol, undefined);
  assertEquals(secure.tls?.peerVerified, false);
});

Deno.test("a played handshake without a common protocol fails for both", async () => {
  const { client, server, network } = await opened(["h3"]);
  const error = await assertRejects(() => network.startTls(client, CLIENT));
  assertInstanceOf(translateError(error, "read"), TlsError);
  await assertRejects(() => server.handshake());
});

Deno.test("a played handshake fails where the plan says so", async () => {
  const { client, server, network } = await opened(["h2"], { handshake: "fail" });
  await assertRejects(() => network.startTls(client, CLIENT), Error, "HandshakeFailure");
  await assertRejects(() => server.handshake());
});

Deno.test("a played handshake stalls until somebody gives it up", async () => {
  const { client, server, network } = await opened(["h2"], { handshake: "stall" });
  const controller = new AbortController();
  const starting = network.startTls(client, { ...CLIENT, signal: controller.signal });
  const served = server.handshake();
  controller.abort("enough");
  assertEquals(await starting.catch((reason) => reason), "enough");
  // The client's close is not ours.
  assert(!isClosedError(await assertRejects(() => served)));
});

Deno.test("a server that closes gives its handshake up", async () => {
  const { server } = await opened(["h2"]);
  const served = server.handshake();
  server.close();
  assert(isClosedError(await assertRejects(() => served)));
});

Deno.test("a client cannot start TLS with a server in the clear", async () => {
  const network = new MemoryNetwork();
  network.listen(HOST);
  const client = await network.connect(HOST);
  await assertRejects(() => network.startTls(client, CLIENT), Error, "InvalidContentType");
});

async function opened(
  alpnProtocols: readonly string[],
  plan?: ConnectPlan,
): Promise<{ network: MemoryNetwork; client: Transport; server: Transport }> {
  const network = new MemoryNetwork({ plan: () => plan });
  const tls = { cert: "", key: "", alpnProtocols, backend: "node" } as const;
  const listener = network.listen({ ...HOST, tls });
  const client = await network.connect(HOST);
  return { network, client, server: await listener.accept() };
}
