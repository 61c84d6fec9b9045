import { errorCode } from "@avx/runtime/translate-error";
import { connectTcp, listenTcp, probeTcp } from "../../runtime/platform/deno_tcp.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { bytesOf, LOOPBACK, readUpTo, target } from "../support/transports.ts";

Deno.test("TCP listens where it is told to and says on which port", async () => {
  const listener = listenTcp({ ...LOOPBACK, backlog: 16 });
  const { hostname, port } = target(listener) as { hostname: string; port: number };
  assertEquals(hostname, "127.0.0.1");
  assert(port > 0);
  const [client, server] = await Promise.all([connectTcp({ hostname, port }), listener.accept()]);
  assertEquals(server.localAddr, listener.addr);
  for (const end of [client, server, listener]) end.close();
});

Deno.test("small writes of both ends leave without waiting for each other", async () => {
  const listener = listenTcp(LOOPBACK);
  const where = target(listener) as { hostname: string; port: number };
  const [client, server] = await Promise.all([connectTcp(where), listener.accept()]);
  const start = performance.now();
  for (let round = 0; round < 5; round++) {
    for (const [from, to] of [[client, server], [server, client]]) {
      await from.write(bytesOf("a"));
      await from.write(bytesOf("b"));
      await readUpTo(to, 2);
    }
  }
  // Each of the ten would wait 40 ms for a delayed acknowledgement.
  assert(performance.now() - start < 300);
  for (const end of [client, server, listener]) end.close();
});

Deno.test("TCP tells what stands in the way", async () => {
  const listener = listenTcp(LOOPBACK);
  const where = target(listener) as { hostname: string; port: number };
  assertEquals(errorCode(assertThrows(() => listenTcp(where))), "EADDRINUSE");
  assertEquals(errorCode(assertThrows(() => probeTcp(where))), "EADDRINUSE");
  listener.close();
  assertEquals(errorCode(await assertRejects(() => connectTcp(where))), "ECONNREFUSED");
});

Deno.test("an attempt to connect is given up by its signal", async () => {
  const signal = AbortSignal.abort("enough");
  const listener = listenTcp(LOOPBACK);
  const where = target(listener) as { hostname: string; port: number };
  assertEquals(await connectTcp({ ...where, signal }).catch((it) => it), "enough");
  listener.close();
});

Deno.test("a peer that has reset before it was accepted is no error", async () => {
  const listener = listenTcp(LOOPBACK);
  const client = await connectTcp(target(listener) as { hostname: string; port: number });
  client.close();
  const server = await listener.accept();
  assertEquals(await server.read(new Uint8Array(8)).catch(() => null), null);
  server.close();
  listener.close();
});

Deno.test("listeners share a port where they are told to", async () => {
  const { port } = probeTcp(LOOPBACK);
  const first = listenTcp({ ...LOOPBACK, port, reusePort: true });
  const second = listenTcp({ ...LOOPBACK, port, reusePort: true });
  assertEquals(first.addr, second.addr);
  const accepts = [first.accept(), second.accept()].map((it) => it.catch(() => undefined));
  const client = await connectTcp({ hostname: "127.0.0.1", port });
  const server = await Promise.race(accepts);
  for (const end of [client, server, first, second]) end?.close();
  for (const transport of await Promise.all(accepts)) transport?.close();
});

Deno.test("a probe finds a free port and leaves it free", () => {
  const { address, port, reusePort } = probeTcp({ hostname: "localhost", port: 0 });
  assert(["127.0.0.1", "::1"].includes(address));
  assertEquals(reusePort, false);
  listenTcp({ hostname: address, port }).close();
  assertEquals(probeTcp({ ...LOOPBACK, port: 7, reusePort: true }).port, 7);
});
