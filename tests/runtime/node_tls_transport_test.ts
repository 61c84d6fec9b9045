import { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { isClosedError } from "@avx/runtime/translate-error";
import { NodeTlsTransport, tlsInfoOf } from "../../runtime/platform/node_tls_transport.ts";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { bytesOf, connectedTls, readUpTo } from "../support/transports.ts";

Deno.test("a transport whose handshake is running makes readers and writers wait", async () => {
  const transport = new NodeTlsTransport(new Socket());
  const waiting = [
    transport.read(new Uint8Array(1)),
    transport.write(new Uint8Array(1)),
    transport.closeWrite(),
    transport.handshake(),
  ];
  assertEquals([transport.tls, transport.encrypted], [undefined, true]);
  transport.failed(new Error("alert"));
  for (const each of waiting) await assertRejects(() => each, Error, "alert");
  transport.close();
});

Deno.test("a transport that was closed takes no session any more", async () => {
  const transport = new NodeTlsTransport(new Socket());
  transport.close();
  let destroyed = false;
  transport.secured({ destroy: () => destroyed = true } as unknown as TLSSocket);
  assert(destroyed);
  assert(isClosedError(await assertRejects(() => transport.handshake())));
});

Deno.test("a transport can be read and written before its handshake is awaited", async () => {
  const pair = await connectedTls();
  pair.server.unref();
  pair.server.ref();
  await pair.client.write(bytesOf("hi"));
  assertEquals(await readUpTo(pair.server, 2), bytesOf("hi"));
  pair.close();
});

Deno.test("a session without names and certificates says so", () => {
  const session = { alpnProtocol: false, authorized: true, servername: false };
  assertEquals(tlsInfoOf(session as unknown as TLSSocket), {
    alpnProtocol: undefined,
    serverName: undefined,
    peerCertificate: undefined,
    peerVerified: false,
  });
});
