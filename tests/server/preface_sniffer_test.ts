import { encodeUtf8 } from "@avx/runtime/ascii";
import { ByteWriter } from "@avx/runtime/byte-writer";
import type { Transport } from "@avx/runtime/ports/transport";
import { Peer as FramePeer } from "../http2/cores.ts";
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

/** Everything that is sent until the server ends the connection. */
async function rest(transport: Transport): Promise<Uint8Array> {
  const all = new ByteWriter();
  const into = new Uint8Array(4096);
  for (let count; (count = await transport.read(into)) !== null;) {
    all.bytes(into.subarray(0, count));
  }
  return all.view();
}

Deno.test("what goes wrong behind the first line of the preface is an error of HTTP/2", async () => {
  for (const wrong of ["XX\r\n\r\n", "SM\r\n\rX", "host: a\r\n\r\n"]) {
    const memory = serveInMemory({}, protocolOf);
    const transport = await memory.dial();
    await transport.write(encodeUtf8(`PRI * HTTP/2.0\r\n\r\n${wrong}`));
    await transport.closeWrite();
    const frames = new FramePeer().read(await rest(transport));
    assertEquals(frames.filter((line) => !/^(SETTINGS|WINDOW_UPDATE)/.test(line)), [
      "GOAWAY 0 0 PROTOCOL_ERROR",
    ]);
    transport.close();
    await memory.server.shutdown({ graceMs: 0 });
  }
});

Deno.test("what only begins like the preface is HTTP/1.1's to refuse", async () => {
  for (const line of ["INVALID CONNECTION PREFACE", "PRI * HTTP/2.1", "PRI /", "PRI * HTTP/2.0 "]) {
    const memory = serveInMemory({}, protocolOf);
    const peer = await memory.peer();
    await peer.send(`${line}\r\n\r\n`);
    assertMatch(await peer.rest(), /^HTTP\/1\.1 (400|505) /);
    assertEquals(peer.ended, true);
    peer.close();
    await memory.server.shutdown({ graceMs: 0 });
  }
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
