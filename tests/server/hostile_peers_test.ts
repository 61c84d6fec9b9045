import { serveInMemory } from "./memory_server.ts";
import type { MemoryServer } from "./memory_server.ts";
import { Deferred } from "@avx/runtime/deferred";
import type { ServeTcpOptions } from "@avx/server";
import type { Peer } from "./peer.ts";
import { assert, assertEquals, assertFalse, assertMatch } from "../support/assert.ts";

const hello = () => new Response("hello");
const HEAD = "GET / HTTP/1.1\r\nhost: test\r\n\r\n";
const SECOND = 1_000;

// Every timeout by itself: the others wait for ever, so that none can stand in for it.
const NONE = {
  headers: Infinity,
  body: Infinity,
  minBodyBytesPerSecond: 0,
  handler: Infinity,
  write: Infinity,
  keepAlive: Infinity,
  linger: Infinity,
};

function serveWith(
  timeouts: ServeTcpOptions["timeouts"],
  handler: Parameters<typeof serveInMemory>[1] = hello,
): MemoryServer {
  return serveInMemory({ timeouts: { ...NONE, ...timeouts } }, handler);
}

/** Sends one byte a second. */
async function drip(memory: MemoryServer, peer: Peer, text: string): Promise<void> {
  for (const byte of text) {
    await peer.send(byte).catch(() => {});
    await memory.clock.advance(SECOND);
  }
}

/** Asserts that a fresh connection is served, and ends everything without a trace. */
async function endsClean(memory: MemoryServer): Promise<void> {
  const other = await memory.peer();
  assertEquals((await other.get()).body, "hello");
  other.close();
  await memory.clock.settle();
  assertEquals(memory.server.connections, 0);
  await memory.server.shutdown();
  await memory.clock.settle();
  assertEquals(memory.clock.pending, 0);
}

Deno.test("a head sent one byte a second is ended by its timeout", async () => {
  const memory = serveWith({ headers: 10 * SECOND, linger: 1 });
  const slow = await memory.peer();
  await drip(memory, slow, "GET / HTTP/1.1\r\nhost: slow");
  const rest = await slow.rest();

  assertMatch(rest, /^HTTP\/1\.1 408 /);
  assertMatch(rest, /^connection: close/im);
  slow.close();
  await endsClean(memory);
});

Deno.test("a slow head that is complete in time is served", async () => {
  const memory = serveWith({ headers: 10 * SECOND });
  const slow = await memory.peer();
  await slow.send(HEAD.slice(0, -8));
  await drip(memory, slow, HEAD.slice(-8));

  assertEquals((await slow.response()).body, "hello");
  slow.close();
  await endsClean(memory);
});

Deno.test("a connection that never sends anything is ended", async () => {
  const memory = serveWith({ headers: 10 * SECOND, linger: 1 });
  const silent = await memory.peer();
  await memory.clock.advance(9 * SECOND);
  assertEquals(memory.server.connections, 1);
  await memory.clock.advance(2 * SECOND);
  await silent.rest();

  assertEquals(memory.server.connections, 0);
  silent.close();
  await endsClean(memory);
});

Deno.test("a body that stalls is ended by its timeout", async () => {
  const failures: unknown[] = [];
  const memory = serveWith({ body: 10 * SECOND, linger: 1 }, async (request) => {
    if (request.method === "GET") return hello();
    try {
      await request.text();
      return hello();
    } catch (error) {
      failures.push(error);
      throw error;
    }
  });
  const stalled = await memory.peer();
  await stalled.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 100\r\n\r\npart");
  await memory.clock.advance(9 * SECOND);
  assertEquals(memory.server.connections, 1);
  await memory.clock.advance(2 * SECOND);

  assertMatch(await stalled.rest(), /^HTTP\/1\.1 408 /);
  assertEquals(failures.length, 1);
  stalled.close();
  await endsClean(memory);
});

Deno.test("a body that pauses and goes on in time is read", async () => {
  const memory = serveWith({ body: 10 * SECOND }, async (request) => {
    return new Response(request.method === "GET" ? "hello" : await request.text());
  });
  const slow = await memory.peer();
  await slow.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 6\r\n\r\na");
  for (const part of ["b", "c", "d", "e", "f"]) {
    await memory.clock.advance(9 * SECOND);
    await slow.send(part);
  }

  assertEquals((await slow.response()).body, "abcdef");
  slow.close();
  await endsClean(memory);
});

Deno.test("a body that trickles is ended by the minimum data rate", async () => {
  const memory = serveWith(
    { body: 10 * SECOND, minBodyBytesPerSecond: 100, minBodyRateGrace: 5 * SECOND, linger: 1 },
    async (request) => new Response(request.method === "GET" ? "hello" : await request.text()),
  );
  const slow = await memory.peer();
  await slow.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 1000\r\n\r\n");
  await drip(memory, slow, "x".repeat(12));

  assertMatch(await slow.rest(), /^HTTP\/1\.1 408 /);
  slow.close();
  await endsClean(memory);
});

Deno.test("a body that comes fast enough is not ended by the minimum data rate", async () => {
  const memory = serveWith(
    { minBodyBytesPerSecond: 100, minBodyRateGrace: 5 * SECOND },
    async (request) => new Response(request.method === "GET" ? "hello" : await request.text()),
  );
  const steady = await memory.peer();
  await steady.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 2400\r\n\r\n");
  for (let second = 0; second < 20; second++) {
    await steady.send("x".repeat(120));
    await memory.clock.advance(SECOND);
  }

  assertEquals((await steady.response()).body.length, 2400);
  steady.close();
  await endsClean(memory);
});

Deno.test("a handler that takes too long is answered for, and its signal aborts", async () => {
  const aborted = new Deferred<void>();
  const memory = serveWith({ handler: 10 * SECOND, linger: 1 }, (request) => {
    if (!request.url.endsWith("/never")) return hello();
    request.signal.addEventListener("abort", () => aborted.resolve());
    return new Promise<Response>(() => {});
  });
  const client = await memory.peer();
  await client.send("GET /never HTTP/1.1\r\nhost: test\r\n\r\n");
  await memory.clock.advance(9 * SECOND);
  assertEquals(memory.server.connections, 1);
  await memory.clock.advance(2 * SECOND);

  assertEquals((await client.response()).status, 503);
  await aborted.promise;
  // The handler was late, not the peer: its connection goes on.
  assertEquals((await client.get()).body, "hello");
  client.close();
  await endsClean(memory);
});

Deno.test("a handler that answers in time is not disturbed by its timeout", async () => {
  const answer = new Deferred<Response>();
  const memory = serveWith(
    { handler: 10 * SECOND },
    (request) => request.url.endsWith("/slow") ? answer.promise : hello(),
  );
  const client = await memory.peer();
  const response = client.get("/slow");
  await memory.clock.advance(9 * SECOND);
  answer.resolve(new Response("at last"));
  assertEquals((await response).body, "at last");
  await memory.clock.advance(9 * SECOND);
  assertEquals((await client.get()).body, "hello");
  client.close();
  await endsClean(memory);
});

Deno.test("a peer that never reads is ended by the write timeout, and its source stops", async () => {
  let cancelled = false;
  let pulls = 0;
  const endless = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        pulls++;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
      cancel: () => void (cancelled = true),
    });
  const memory = serveWith({ write: 10 * SECOND }, (request) => {
    return request.url.endsWith("/endless") ? new Response(endless()) : hello();
  });
  const deaf = await memory.peer();
  await deaf.send("GET /endless HTTP/1.1\r\nhost: test\r\n\r\n");
  await memory.clock.advance(9 * SECOND);
  assertEquals(memory.server.connections, 1);
  assert(pulls < 100, "a peer that does not read has to stop the source");
  await memory.clock.advance(2 * SECOND);

  assertEquals(memory.server.connections, 0);
  assert(cancelled);
  deaf.close();
  await endsClean(memory);
});

Deno.test("a peer that reads slowly is not ended by the write timeout", async () => {
  const memory = serveWith({ write: 10 * SECOND }, (request) => {
    return request.url.endsWith("/big") ? new Response("x".repeat(1_000_000)) : hello();
  });
  const transport = await memory.dial();
  const ask = new TextEncoder().encode("GET /big HTTP/1.1\r\nhost: test\r\n\r\n");
  await transport.write(ask);
  let received = 0;
  const into = new Uint8Array(50_000);
  while (received < 1_000_000) {
    await memory.clock.advance(9 * SECOND);
    const length = await transport.read(into);
    if (length === null) break;
    received += length;
  }

  assert(received >= 1_000_000, `only ${received} bytes came`);
  transport.close();
  await endsClean(memory);
});

Deno.test("an idle connection is ended by keepAlive, one in use is not", async () => {
  const memory = serveWith({ keepAlive: 10 * SECOND, linger: 1 });
  const client = await memory.peer();
  for (let turn = 0; turn < 3; turn++) {
    assertEquals((await client.get()).body, "hello");
    await memory.clock.advance(9 * SECOND);
  }
  assertEquals((await client.get()).body, "hello");
  await memory.clock.advance(11 * SECOND);

  assertEquals(await client.rest(), "");
  client.close();
  await endsClean(memory);
});

Deno.test("a peer that does not close is left after the linger time", async () => {
  const memory = serveWith({ linger: 2 * SECOND });
  const client = await memory.peer();
  await client.send("GET / HTTP/1.1\r\nhost : test\r\n\r\n");
  assertEquals((await client.response()).status, 400);
  assertEquals(await client.rest(), "");
  await memory.clock.advance(1 * SECOND);
  assertEquals(memory.server.connections, 1);
  await memory.clock.advance(2 * SECOND);

  assertEquals(memory.server.connections, 0);
  client.close();
  await endsClean(memory);
});

Deno.test("1,000 half-open connections are all ended while others are served", async () => {
  const memory = serveWith({ headers: 10 * SECOND, linger: SECOND });
  const halfOpen: Peer[] = [];
  for (let index = 0; index < 1_000; index++) {
    const peer = await memory.peer();
    // A third says nothing, a third stops in the request line, a third among the fields.
    await peer.send(["", "GET / HT", HEAD.slice(0, -2)][index % 3]);
    halfOpen.push(peer);
  }
  await memory.clock.settle();
  assertEquals(memory.server.connections, 1_000);
  const good = await memory.peer();
  for (let second = 0; second < 12; second++) {
    assertEquals((await good.get()).body, "hello");
    await memory.clock.advance(SECOND);
  }

  assertEquals(memory.server.connections, 1);
  good.close();
  for (const peer of halfOpen) {
    await peer.rest();
    assert(peer.ended);
    peer.close();
  }
  await endsClean(memory);
});

Deno.test("what follows a broken request is not interpreted", async () => {
  let requests = 0;
  const memory = serveInMemory({ timeouts: { linger: 1 } }, () => {
    requests++;
    return hello();
  });
  const client = await memory.peer();
  await client.send(`GET / HTTP/1.1\r\nhost : test\r\n\r\n${HEAD}`);
  const rest = await client.rest();

  assertMatch(rest, /^HTTP\/1\.1 400 /);
  assertFalse(rest.includes("hello"));
  assertEquals(requests, 0);
  client.close();
  await memory.clock.advance(10);
  await endsClean(memory);
});

Deno.test("limits that are set are the connection's limits", async () => {
  const memory = serveInMemory(
    { limits: { maxBodyBytes: 10, maxHeadBytes: 200 }, timeouts: { linger: 1 } },
    async (request) => new Response(request.method === "GET" ? "hello" : await request.text()),
  );
  const post = "POST / HTTP/1.1\r\nhost: test\r\nconnection: close\r\n";
  for (
    const [request, status] of [
      [`${post}content-length: 10\r\n\r\n0123456789`, 200],
      [`${post}content-length: 11\r\n\r\n0123456789x`, 413],
      [`GET / HTTP/1.1\r\nhost: test\r\nx: ${"y".repeat(300)}\r\n\r\n`, 431],
    ] as const
  ) {
    const client = await memory.peer();
    await client.send(request);
    assertEquals((await client.response()).status, status);
    client.close();
    await memory.clock.advance(10);
  }
  await endsClean(memory);
});

Deno.test("a body is collected up to maxBufferedBodyBytes, and streamed beyond", async () => {
  const memory = serveInMemory({ maxBufferedBodyBytes: 10 }, async (request) => {
    if (request.method === "GET") return hello();
    if (request.method === "PUT") return new Response(request.body);
    return new Response(await request.text());
  });
  for (
    const [method, content, status] of [
      ["POST", "0123456789", 200],
      ["POST", "0123456789x", 413],
      ["PUT", "0123456789x", 200],
    ] as const
  ) {
    const client = await memory.peer();
    await client.send(`${method} / HTTP/1.1\r\nhost: test\r\ncontent-length: ${content.length}`);
    await client.send(`\r\n\r\n${content}`);
    assertEquals((await client.response()).status, status);
    client.close();
  }
  await memory.clock.settle();
  await endsClean(memory);
});
