import { MemoryNetwork } from "@avx/runtime/memory";
import type { Address, Transport } from "@avx/runtime/ports/transport";
import { Deferred } from "@avx/runtime/deferred";
import { NetworkError } from "@avx/runtime/errors";
import { upgradeConnection } from "@avx/semantics/web";
import { serve } from "@avx/server";
import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";
import { serveInMemory } from "./memory_server.ts";

const hello = () => new Response("hello");
const never = () => new Promise<Response>(() => {});

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true);
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  return done;
}

Deno.test("server answers request after request on a connection", async () => {
  const { server, peer } = serveInMemory(
    {},
    (request) => new Response(new URL(request.url).pathname),
  );
  const client = await peer();

  assertEquals((await client.get("/a")).body, "/a");
  assertEquals((await client.get("/b")).body, "/b");
  assertEquals(server.connections, 1);
  client.close();
  await server.shutdown();
});

Deno.test("server tells where it listens, once and before serve returns", async () => {
  const told: Address[] = [];
  const { server } = serveInMemory({ onListen: (addr) => told.push(addr) }, hello);

  assertEquals(told.length, 1);
  assertStrictEquals(told[0], server.addr);
  assertEquals(server.addrs, [server.addr]);
  await server.shutdown();
});

Deno.test("server whose onListen throws does not listen", async () => {
  const network = new MemoryNetwork();
  const place = { hostname: "memory", port: 80, network };
  const failure = new Error("no");
  const onListen = () => {
    throw failure;
  };
  assertThrows(() => serve({ ...place, onListen }, hello), Error, "no");
  await assertRejects(() => network.connect(place));
});

Deno.test("server that cannot listen throws a NetworkError", async () => {
  const { server, network } = serveInMemory({}, hello);
  const again = { hostname: "memory", port: 80, network, onListen: () => {} };
  const error = assertThrows(() => serve(again, hello), NetworkError);

  assertEquals(error.code, "EADDRINUSE");
  await server.shutdown();
});

Deno.test("shutdown ends idle connections and waits for a request in flight", async () => {
  const answer = new Deferred<Response>();
  const handler = (request: Request) => request.url.endsWith("/slow") ? answer.promise : hello();
  const { server, clock, peer } = serveInMemory({}, handler);
  const [idle, busy] = [await peer(), await peer()];
  await idle.get("/");
  const response = busy.get("/slow");
  await clock.settle();
  const shutdown = server.shutdown();
  assertEquals(await idle.rest(), "");
  await assertRejects(() => peer(), "a server that shuts down accepted a connection");
  assertFalse(await isSettled(shutdown));

  answer.resolve(new Response("done"));
  const { body, head } = await response;
  assertEquals(body, "done");
  assert(/^connection: close/im.test(head));
  assertEquals(await busy.rest(), "");
  await clock.advance(10_000);
  await shutdown;
  await server.finished;
  assertEquals(server.connections, 0);
  busy.close();
  idle.close();
});

Deno.test("shutdown lets a response's body finish", async () => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({ start: (c) => void (controller = c) });
  const { server, clock, peer } = serveInMemory({}, () => new Response(body));
  const client = await peer();
  const response = client.get();
  const encoder = new TextEncoder();
  controller.enqueue(encoder.encode("first "));
  await clock.settle();
  const shutdown = server.shutdown();
  await clock.advance(5_000);
  controller.enqueue(encoder.encode("second"));
  controller.close();

  assertEquals((await response).body, "first second");
  client.close();
  await clock.advance(5_000);
  await shutdown;
});

Deno.test("shutdown closes at its deadline what has not finished, and not before", async () => {
  const { server, clock, peer } = serveInMemory({}, never);
  const client = await peer();
  await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  await clock.settle();
  const shutdown = server.shutdown({ graceMs: 1_000 });
  await clock.advance(999);
  assertFalse(await isSettled(shutdown));
  assertEquals(server.connections, 1);

  await clock.advance(50);
  await shutdown;
  assertEquals(server.connections, 0);
  assertEquals(await client.rest(), "");
});

Deno.test("shutdown has a deadline where none is asked for", async () => {
  const { server, clock, peer } = serveInMemory({}, never);
  const client = await peer();
  await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  await clock.settle();
  const shutdown = server.shutdown();
  await clock.advance(29_000);
  assertFalse(await isSettled(shutdown));
  await clock.advance(2_000);
  await shutdown;
});

Deno.test("shutdown that is called again can only bring the deadline forward", async () => {
  const { server, clock, peer } = serveInMemory({}, never);
  const client = await peer();
  await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  await clock.settle();
  const first = server.shutdown({ graceMs: 10_000 });
  const second = server.shutdown({ graceMs: 1_000 });
  const third = server.shutdown({ graceMs: Infinity });
  await clock.advance(1_050);
  await Promise.all([first, second, third]);
});

Deno.test("shutdown without grace closes at once", async () => {
  const { server, clock, peer } = serveInMemory({}, never);
  const client = await peer();
  await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  await clock.settle();
  await server.shutdown({ graceMs: 0 });
  assertEquals(clock.pending, 0);
  await server.shutdown();
  client.close();
});

Deno.test("shutdown refuses a grace that is none", async () => {
  const { server } = serveInMemory({}, hello);
  assertThrows(() => server.shutdown({ graceMs: -1 }), RangeError);
  await server.shutdown();
});

Deno.test("close breaks requests in flight off and aborts their signals", async () => {
  const aborted = new Deferred<void>();
  const { server, clock, peer } = serveInMemory({}, (request) => {
    request.signal.addEventListener("abort", () => aborted.resolve());
    return never();
  });
  const client = await peer();
  await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  await clock.settle();
  server.close();
  server.close();

  await aborted.promise;
  await server.finished;
  assertEquals(await client.rest(), "");
  assertEquals(clock.pending, 0);
});

Deno.test("a signal closes the server at once", async () => {
  const controller = new AbortController();
  const { server, clock, peer } = serveInMemory({ signal: controller.signal }, never);
  const client = await peer();
  await client.send("GET / HTTP/1.1\r\nhost: test\r\n\r\n");
  await clock.settle();
  controller.abort();

  await server.finished;
  assertEquals(await client.rest(), "");
});

Deno.test("a signal that is already aborted leaves nothing running", async () => {
  const { server, peer } = serveInMemory({ signal: AbortSignal.abort() }, hello);
  await server.finished;
  await assertRejects(() => peer());
});

Deno.test("a server is disposed of by shutting it down", async () => {
  const { server, peer } = serveInMemory({}, hello);
  const client = await peer();
  await client.get();
  await server[Symbol.asyncDispose]();
  assertEquals(await client.rest(), "");
});

Deno.test("a server accepts no more than maxConnections, the others wait", async () => {
  const { server, clock, peer } = serveInMemory({ maxConnections: 2 }, hello);
  const [first, second, third] = [await peer(), await peer(), await peer()];
  await first.get();
  await second.get();
  const waiting = third.get();
  await clock.settle();
  assertEquals(server.connections, 2);

  first.close();
  assertEquals((await waiting).body, "hello");
  assertEquals(server.connections, 2);
  for (const client of [second, third]) client.close();
  await clock.settle();
  assertEquals(server.connections, 0);
  await server.shutdown();
});

Deno.test("a server answers a handler's failure with onError's response", async () => {
  const errors: unknown[] = [];
  const failure = new Error("secret");
  const onError = (error: unknown) => {
    errors.push(error);
    return new Response("sorry", { status: 503 });
  };
  const { server, peer } = serveInMemory({ onError }, (request) => {
    if (request.url.endsWith("/throw")) throw failure;
    return Promise.reject(failure);
  });
  const client = await peer();
  for (const path of ["/throw", "/reject"]) {
    const { status, body } = await client.get(path);
    assertEquals([status, body], [503, "sorry"]);
  }

  assertEquals(errors, [failure, failure]);
  client.close();
  await server.shutdown();
});

Deno.test("a server without onError answers 500 and writes the error to the console", async () => {
  const { error } = console;
  const errors: unknown[] = [];
  console.error = (first: unknown) => errors.push(first);
  const failure = new Error("secret");
  const { server, peer } = serveInMemory({}, () => {
    throw failure;
  });
  const client = await peer();
  try {
    const { status, body } = await client.get();
    assertEquals([status, body], [500, "Internal Server Error"]);
    assertEquals(errors, [failure]);
  } finally {
    console.error = error;
    client.close();
    await server.shutdown();
  }
});

Deno.test("a server in clear text has no certificate to change", async () => {
  const { server } = serveInMemory({}, hello);
  assertThrows(() => server.setCertificate({ cert: "", key: "" }), TypeError, "certificate");
  await server.shutdown();
});

Deno.test("a server tells its observer of connections and requests", async () => {
  const points: string[] = [];
  const observer = {
    "connection.open": () => points.push("connection.open"),
    "connection.close": () => points.push("connection.close"),
    "request.start": () => points.push("request.start"),
    "request.end": () => points.push("request.end"),
  };
  const { server, peer } = serveInMemory({ observer }, hello);
  const client = await peer();
  await client.get();
  client.close();
  await server.shutdown();

  assertEquals(points, ["connection.open", "request.start", "request.end", "connection.close"]);
});

Deno.test("shutdown under load loses no response", async () => {
  const { server, clock, peer } = serveInMemory({}, async (request) => {
    await Promise.resolve();
    return new Response(await request.text());
  });
  const content = "x".repeat(10_000);
  const post = `POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10000\r\n\r\n`;
  const peers = await Promise.all(Array.from({ length: 50 }, peer));
  for (const client of peers) await client.send(post + content.slice(0, 5_000));
  await clock.settle();
  const shutdown = server.shutdown();
  for (const client of peers) await client.send(content.slice(5_000));
  for (const client of peers) {
    const { status, body, head } = await client.response();
    assertEquals([status, body.length], [200, 10_000]);
    assert(/^connection: close/im.test(head));
    client.close();
  }
  await clock.advance(1_000);
  await shutdown;
});

const UPGRADE = "GET / HTTP/1.1\r\nhost: test\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";

Deno.test("a connection that was upgraded is asked to leave, and has the grace for it", async () => {
  const taken = new Deferred<Transport>();
  const { server, peer } = serveInMemory({}, (request) => {
    const { response, connection } = upgradeConnection(request, { protocol: "echo" });
    connection.then(({ transport }) => taken.resolve(transport));
    return response;
  });
  const client = await peer();
  await client.send(UPGRADE);
  const transport = await taken.promise;
  const shutdown = server.shutdown();
  assertFalse(await isSettled(shutdown));
  assertEquals(server.connections, 1);
  await transport.write(new TextEncoder().encode("goodbye"));
  transport.close();

  assert((await client.rest()).endsWith("\r\n\r\ngoodbye"));
  await shutdown;
  client.close();
});

Deno.test("a connection that was upgraded and does not leave is closed after the grace", async () => {
  const taken = new Deferred<Transport>();
  const { server, peer, clock } = serveInMemory({}, (request) => {
    const { response, connection } = upgradeConnection(request, { protocol: "echo" });
    connection.then(({ transport }) => taken.resolve(transport));
    return response;
  });
  const client = await peer();
  await client.send(UPGRADE);
  await taken.promise;
  const shutdown = server.shutdown({ graceMs: 1_000 });
  assertFalse(await isSettled(shutdown));
  await clock.advance(1_000);
  await shutdown;
  client.close();
});
