import type { Transport } from "@avx/runtime/ports/transport";
import { assertEquals, assertMatch } from "../support/assert.ts";
import { askHttp2 } from "./http2_peer.ts";
import { serveInMemory } from "./memory_server.ts";

const protocolOf = (_request: Request, info: { protocol: string }) => new Response(info.protocol);

Deno.test("a preface that comes a byte at a time is HTTP/2", async () => {
  const memory = serveInMemory({}, protocolOf);
  const transport = await memory.dial();
  const slow: Transport = Object.assign(Object.create(transport), {
    write: (bytes: Uint8Array) => transport.write(bytes.subarray(0, 1)),
    read: (into: Uint8Array) => transport.read(into),
  });
  assertEquals(await askHttp2(slow), "h2");
  transport.close();
  await memory.server.shutdown({ graceMs: 0 });
});

Deno.test("what begins like the preface and is none is HTTP/1.1's to refuse", async () => {
  const memory = serveInMemory({}, protocolOf);
  const peer = await memory.peer();
  await peer.send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
  assertMatch(await peer.rest(), /^HTTP\/1\.1 (400|505) /);
  peer.close();
  await memory.server.shutdown({ graceMs: 0 });
});

Deno.test("a connection that ends before it is certain is closed, silent ones by their timeout", async () => {
  const memory = serveInMemory({ timeouts: { headers: 1_000 } }, protocolOf);
  const silent = await memory.dial();
  const leaver = await memory.dial();
  await leaver.closeWrite();
  await memory.clock.settle();
  assertEquals(memory.server.connections, 1);
  await memory.clock.advance(1_100);
  assertEquals(memory.server.connections, 0);
  silent.close();
  leaver.close();
  const broken = await memory.peer();
  await memory.clock.settle();
  broken.close();
  await memory.clock.settle();
  assertEquals(memory.server.connections, 0);
  await memory.server.shutdown();
});

Deno.test("an undecided connection is closed by shutdown and by close", async () => {
  for (const graceMs of [0, 1_000]) {
    const memory = serveInMemory({}, protocolOf);
    const transport = await memory.dial();
    await memory.clock.settle();
    assertEquals(memory.server.connections, 1);
    await memory.server.shutdown({ graceMs });
    transport.close();
  }
});

Deno.test("a decided connection is drained by shutdown, ended by close", async () => {
  for (const graceMs of [0, 1_000]) {
    const memory = serveInMemory({}, protocolOf);
    const peer = await memory.peer();
    assertEquals((await peer.get()).status, 200);
    await memory.server.shutdown({ graceMs });
    peer.close();
  }
});
