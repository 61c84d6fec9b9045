import { serve, type ServeTcpOptions } from "@avx/server";
import { connect as connectNodeTls } from "node:tls";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { askHttp2 } from "./http2_peer.ts";
import { serveInMemory } from "./memory_server.ts";

const protocolOf = (_request: Request, info: { protocol: string }) => new Response(info.protocol);

Deno.test("one clear-text port serves HTTP/1.1 and HTTP/2", async () => {
  const memory = serveInMemory({}, protocolOf);
  const old = await memory.peer();
  assertEquals((await old.get()).body, "http/1.1");
  old.close();
  const transport = await memory.dial();
  assertEquals(await askHttp2(transport), "h2");
  transport.close();
  await memory.server.shutdown({ graceMs: 0 });
});

Deno.test("a protocol that is not served is not spoken", async () => {
  const only1 = serveInMemory({ protocols: ["http/1.1"] }, protocolOf);
  const peer = await only1.peer();
  await peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  assertMatch(await peer.rest(), /^HTTP\/1\.1 (400|505) /);
  peer.close();
  await only1.server.shutdown({ graceMs: 0 });
  const only2 = serveInMemory({ protocols: ["h2"] }, protocolOf);
  const transport = await only2.dial();
  assertEquals(await askHttp2(transport), "h2");
  transport.close();
  const other = await only2.peer();
  await other.send("GET / HTTP/1.1\r\nhost: h\r\n\r\n");
  assertEquals((await other.rest()).includes("HTTP/1.1"), false);
  other.close();
  await only2.server.shutdown({ graceMs: 0 });
});

Deno.test("over TLS the client chooses", async () => {
  for (const backend of ["node", "deno"] as const) {
    const options: ServeTcpOptions = {
      ...SERVER_PAIR,
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      tls: { backend },
    };
    const server = serve(options, protocolOf);
    const client = Deno.createHttpClient({ caCerts: [CA_CERT], http1: false, http2: true });
    const url = `https://localhost:${server.addr.port}/`;
    assertEquals(await (await fetch(url, { client })).text(), "h2");
    client.close();
    const old = Deno.createHttpClient({ caCerts: [CA_CERT], http1: true, http2: false });
    assertEquals(await (await fetch(url, { client: old })).text(), "http/1.1");
    old.close();
    await server.shutdown({ graceMs: 1_000 });
  }
});

Deno.test("a client that offers nothing by ALPN gets HTTP/1.1", async () => {
  const options = { ...SERVER_PAIR, hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = serve(options, protocolOf);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connectNodeTls({ port: server.addr.port, host: "127.0.0.1", ca: CA_CERT });
    socket.setEncoding("latin1").on("error", reject).on("end", () => resolve(text));
    socket.on("data", (chunk) => text += chunk).on("secureConnect", () => {
      socket.write("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    });
  });
  assertMatch(answer, /http\/1\.1$/);
  await server.shutdown({ graceMs: 1_000 });
});
