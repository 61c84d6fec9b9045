import { ManualClock, memoryPair } from "@avx/runtime/memory";
import { errorCode, isClosedError } from "@avx/runtime/translate-error";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { bytesOf, pattern, readToEnd, readUpTo, writeAll } from "../support/transports.ts";

Deno.test("a memory pair carries bytes both ways and ends one half at a time", async () => {
  const [client, server] = memoryPair();
  await client.write(bytesOf("ping"));
  assertEquals(await readUpTo(server, 4), bytesOf("ping"));
  await client.closeWrite();
  assertEquals(await server.read(new Uint8Array(4)), null);
  assertEquals(await server.read(new Uint8Array(4)), null);
  await server.write(bytesOf("pong"));
  assertEquals(await readUpTo(client, 4), bytesOf("pong"));
  assertEquals(errorCode(await assertRejects(() => client.write(bytesOf("x")))), "EPIPE");
  client.close();
  server.close();
});

Deno.test("a memory pair says where its ends are", () => {
  const [first, second] = memoryPair();
  assertEquals(first.localAddr, { transport: "memory", name: "first" });
  assertEquals(first.remoteAddr, second.localAddr);
  assertEquals([first.tls, first.encrypted], [undefined, false]);
  first.unref();
  assertEquals(first.isRef, false);
  first.ref();
  assertEquals(first.isRef, true);
});

Deno.test("a write waits while the peer does not read", async () => {
  const [client, server] = memoryPair({ faults: { capacityBytes: 4 } });
  assertEquals(await client.write(bytesOf("abcdef")), 4);
  let written = false;
  const writing = client.write(bytesOf("ef")).then(() => written = true);
  await new ManualClock().settle();
  assertEquals(written, false);
  assertEquals(await readUpTo(server, 4), bytesOf("abcd"));
  await writing;
  assertEquals(await readUpTo(server, 2), bytesOf("ef"));
});

Deno.test("a bounded pair carries more than it holds", async () => {
  const [client, server] = memoryPair({ faults: { capacityBytes: 1_000, maxReadBytes: 37 } });
  const bytes = pattern(10_000);
  const [read] = await Promise.all([
    readToEnd(server),
    writeAll(client, bytes).then(() => client.closeWrite()),
  ]);
  assertEquals(read, bytes);
});

Deno.test("reads and writes can be kept small", async () => {
  const [client, server] = memoryPair({ forward: { maxWriteBytes: 3, maxReadBytes: 2 } });
  assertEquals(await client.write(bytesOf("abcdef")), 3);
  assertEquals(await server.read(new Uint8Array(8)), 2);
  assertEquals(await server.read(new Uint8Array(8)), 1);
  assertEquals(await server.write(bytesOf("abcdef")), 6);
});

Deno.test("bytes take their time on the clock", async () => {
  const clock = new ManualClock();
  const [client, server] = memoryPair({ clock, faults: { latencyMs: 10, bytesPerSecond: 1_000 } });
  const arrivals: [number | null, number][] = [];
  const reader = (async () => {
    for (;;) {
      const count = await server.read(new Uint8Array(64));
      arrivals.push([count, clock.now()]);
      if (count === null) return;
    }
  })();
  await client.write(new Uint8Array(5));
  await client.write(new Uint8Array(20));
  await client.closeWrite();
  await clock.advance(100);
  await reader;
  assertEquals(arrivals, [[5, 15], [20, 35], [null, 35]]);
  assertEquals(clock.pending, 0);
});

Deno.test("a latency without a clock is refused", () => {
  assertThrows(() => memoryPair({ faults: { latencyMs: 1 } }), TypeError, "need a clock");
});

Deno.test("a scripted reset comes behind the bytes, for both ends", async () => {
  const [client, server] = memoryPair({ forward: { resetAfterBytes: 3 } });
  const reading = client.read(new Uint8Array(8)).catch((error) => error);
  assertEquals(await client.write(bytesOf("abcdef")), 3);
  assertEquals(await readUpTo(server, 3), bytesOf("abc"));
  assertEquals(await code(() => server.read(new Uint8Array(8))), "ECONNRESET");
  assertEquals(await code(() => server.write(new Uint8Array(8))), "ECONNRESET");
  assertEquals(await code(() => client.write(bytesOf("def"))), "ECONNRESET");
  assertEquals(errorCode(await reading), "ECONNRESET");
});

Deno.test("a scripted stall gives the bytes before it and nothing more", async () => {
  const [client, server] = memoryPair({ forward: { stallAfterBytes: 2 } });
  await client.write(bytesOf("abcd"));
  await client.closeWrite();
  assertEquals(await server.read(new Uint8Array(8)), 2);
  let settled = false;
  const reading = server.read(new Uint8Array(8)).catch((error) => error);
  reading.then(() => settled = true);
  await new ManualClock().settle();
  assertEquals(settled, false);
  server.close();
  assert(isClosedError(await reading));
});

Deno.test("a scripted end is the peer's FIN", async () => {
  const [client, server] = memoryPair({ forward: { endAfterBytes: 3 } });
  await client.write(bytesOf("abcdef"));
  assertEquals(await readToEnd(server), bytesOf("abc"));
  assertEquals(await code(() => client.write(bytesOf("def"))), "EPIPE");
});

Deno.test("closing wakes a pending read and a pending write", async () => {
  const [client, server] = memoryPair({ faults: { capacityBytes: 1 } });
  await client.write(bytesOf("a"));
  const reading = client.read(new Uint8Array(8)).catch((error) => error);
  const writing = client.write(bytesOf("b")).catch((error) => error);
  client.close();
  client.close();
  assert(client.closed);
  assert(isClosedError(await reading));
  assert(isClosedError(await writing));
  assert(isClosedError(await assertRejects(() => client.read(new Uint8Array(8)))));
  assert(isClosedError(await assertRejects(() => client.write(new Uint8Array(8)))));
  assert(isClosedError(await assertRejects(() => client.closeWrite())));
  assertEquals(await readToEnd(server), bytesOf("a"));
});

Deno.test("closing with bytes unread resets the peer", async () => {
  const [client, server] = memoryPair();
  await client.write(bytesOf("unread"));
  await server.write(bytesOf("last words"));
  server.close();
  assertEquals(await readUpTo(client, 10), bytesOf("last words"));
  assertEquals(await code(() => client.read(new Uint8Array(8))), "ECONNRESET");
});

Deno.test("writing to a peer that is gone resets", async () => {
  const [client, server] = memoryPair();
  server.close();
  assertEquals(await client.write(bytesOf("x")), 1);
  assertEquals(await code(() => client.write(bytesOf("x"))), "ECONNRESET");
});

Deno.test("a reset breaks both ends at once", async () => {
  const [client, server] = memoryPair();
  const reading = server.read(new Uint8Array(8)).catch((error) => error);
  client.reset();
  client.reset();
  assertEquals(errorCode(await reading), "ECONNRESET");
  assertEquals(await code(() => client.read(new Uint8Array(8))), "ECONNRESET");
});

Deno.test("a second read or write while one is pending is a mistake", async () => {
  const [client] = memoryPair({ faults: { capacityBytes: 1 } });
  const reading = client.read(new Uint8Array(1)).catch(() => {});
  await assertRejects(() => client.read(new Uint8Array(1)), TypeError, "another read");
  await client.write(bytesOf("a"));
  const writing = client.write(bytesOf("b")).catch(() => {});
  await assertRejects(() => client.write(bytesOf("c")), TypeError, "another write");
  client.close();
  await Promise.all([reading, writing]);
});

Deno.test("empty reads and writes are done at once", async () => {
  const [client] = memoryPair();
  assertEquals(await client.read(new Uint8Array(0)), 0);
  assertEquals(await client.write(new Uint8Array(0)), 0);
  await client.handshake();
});

async function code(act: () => Promise<unknown>): Promise<string | undefined> {
  return errorCode(await assertRejects(act));
}
