import { network } from "@avx/runtime/platform";
import { isClosedError, translateError } from "@avx/runtime/translate-error";
import { startNodeTls } from "../../runtime/platform/node_tls_client.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
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

Deno.test("node:tls client shows its certificate and the server's", async () => {
  const { ca, client: clientCertificate } = await testCertificates();
  const request = { clientCertificate: "require", clientCaCerts: [ca] } as const;
  const pair = await connectedTls(request, { clientCertificate });
  assertEquals(pair.server.tls?.peerVerified, true);
  assertEquals(pair.client.tls?.peerVerified, true);
  assertEquals(pair.client.tls?.serverName, "localhost");
  assert((pair.client.tls?.peerCertificate?.length ?? 0) > 200);
  assertEquals(pair.client.localAddr, pair.server.remoteAddr);
  await pair.client.handshake();
  pair.client.unref();
  pair.client.ref();
  pair.close();
});

Deno.test("node:tls client accepts any certificate where it is told to", async () => {
  const pair = await connectedTls({}, { verify: false, caCerts: [], serverName: "nobody.test" });
  assertEquals(pair.client.tls?.peerVerified, false);
  await pair.client.write(bytesOf("hi"));
  assertEquals(await readUpTo(pair.server, 2), bytesOf("hi"));
  pair.close();
});

Deno.test("node:tls client verifies name, address and authority", async () => {
  const { client: clientCertificate } = await testCertificates();
  const listener = network.listen({ ...LOOPBACK, tls: await serverTls() });
  const attempts = [
    [{ serverName: "example.com" }, false],
    [{ caCerts: [] }, false],
    [{ serverName: "127.0.0.1" }, true],
    [{ serverName: "localhost" }, true],
  ] as const;
  for (const [options, works] of attempts) {
    const clear = await network.connect(target(listener));
    const server = await listener.accept();
    const starting = startNodeTls(clear, await clientTls({ ...options, clientCertificate }));
    if (works) (await starting).close();
    else {
      const error = await assertRejects(() => starting);
      assertEquals(translateError(error, "tls").name, "TlsError");
    }
    server.close();
  }
  listener.close();
});

Deno.test("node:tls client carries large bodies both ways and both ends", async () => {
  const pair = await connectedTls({}, { verify: false });
  const sent = pattern(2_000_000);
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

Deno.test("node:tls client closes what is below it and wakes its read", async () => {
  const pair = await connectedTls({}, { verify: false });
  const reading = pair.client.read(new Uint8Array(8));
  pair.client.close();
  pair.client.close();
  assert(isClosedError(await assertRejects(() => reading)));
  assertEquals(await pair.server.read(new Uint8Array(8)).catch(() => null), null);
  pair.close();
});

Deno.test("node:tls client gives a handshake up with its signal", async () => {
  const listener = network.listen(LOOPBACK); // never answers
  for (const when of ["before", "later"]) {
    const controller = new AbortController();
    const clear = await network.connect(target(listener));
    const server = await listener.accept();
    if (when === "before") controller.abort("enough");
    const options = await clientTls({ verify: false, signal: controller.signal });
    const starting = network.startTls(clear, options).catch((reason) => reason);
    if (when === "later") await server.read(new Uint8Array(1_024));
    controller.abort("enough");
    assertEquals(await starting, "enough");
    await readToEnd(server).catch(() => {});
    server.close();
  }
  listener.close();
});

Deno.test("node:tls client fails where the server does not speak TLS", async () => {
  const listener = network.listen(LOOPBACK);
  const clear = await network.connect(target(listener));
  const server = await listener.accept();
  await server.write(bytesOf("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const options = await clientTls({ verify: false });
  const error = await assertRejects(() => network.startTls(clear, options));
  assertEquals(translateError(error, "tls").name, "TlsError");
  server.close();

  const second = await network.connect(target(listener));
  (await listener.accept()).close();
  await assertRejects(() => network.startTls(second, options));
  listener.close();
});
