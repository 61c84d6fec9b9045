import { Client } from "@avx/client";
import { Timers } from "@avx/runtime/timers";
import { upgradeWebSocket, type WebSocketConnection, WebSocketStreams } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { serveInMemory } from "../server/memory_server.ts";

const PROTOCOLS = ["http/1.1", "h2"] as const;

/** A server with one connection to it, and what both ends hear of its end. */
async function connected(protocol: "http/1.1" | "h2") {
  const log: string[] = [];
  const hear = (name: string, socket: WebSocketConnection) =>
    socket.onclose = ({ code, wasClean }) => log.push(`${name} ${code} ${wasClean}`);
  const { server, clock, network } = serveInMemory({}, (request) => {
    const { socket, response } = upgradeWebSocket(request, { timers });
    hear("server", socket);
    return response;
  });
  const timers = new Timers(clock);
  const client = new Client({ network, clock, protocol });
  const socket = client.webSocket("ws://memory:80/");
  hear("client", socket);
  await new Promise((resolve) => socket.onopen = resolve);
  return { server, clock, client, socket, log, timers };
}

for (const protocol of PROTOCOLS) {
  Deno.test(`a server that shuts down closes its WebSockets with 1001 over ${protocol}`, async () => {
    const { server, client, log } = await connected(protocol);
    const shutdown = server.shutdown();
    assertEquals(server.connections, 1);
    await shutdown;
    assertEquals(log.sort(), ["client 1001 true", "server 1001 true"]);
    client.close();
  });

  Deno.test(`a WebSocket over ${protocol} that does not answer is ended after the grace`, async () => {
    const { server, clock, client, socket, log } = await connected(protocol);
    socket.pause();
    const shutdown = server.shutdown({ graceMs: 1_000 });
    await clock.advance(999);
    assertEquals([log, server.connections], [[], 1]);
    await clock.advance(1);
    await shutdown;
    assertEquals(log[0], "server 1006 false");
    socket.terminate();
    await clock.settle();
    assertEquals(log, ["server 1006 false", "client 1006 false"]);
    client.close();
  });

  Deno.test(`a server that is closed ends its WebSockets over ${protocol} at once`, async () => {
    const { server, clock, client, log } = await connected(protocol);
    server.close();
    await server.finished;
    await clock.settle();
    assertEquals(log.sort(), ["client 1006 false", "server 1006 false"]);
    client.close();
  });

  Deno.test(`a WebSocket that opens while its server shuts down is closed over ${protocol}`, async () => {
    let open = () => {};
    const gate = new Promise<void>((resolve) => open = resolve);
    const { server, clock, network } = serveInMemory({}, async (request) => {
      await gate;
      const { socket, response } = upgradeWebSocket(request, { timers });
      socket.onopen = () => socket.send("hello");
      return response;
    });
    const timers = new Timers(clock);
    const client = new Client({ network, clock, protocol });
    const socket = client.webSocket("ws://memory:80/");
    const log: unknown[] = [];
    socket.onmessage = ({ data }) => log.push(data);
    socket.onclose = ({ code }) => log.push(code);
    await clock.settle();
    const shutdown = server.shutdown();
    open();
    await shutdown;
    await clock.settle();
    assertEquals(log, ["hello", 1001]);
    client.close();
  });

  Deno.test(`what was sent before a shutdown arrives before the end over ${protocol}`, async () => {
    const { server, clock, network } = serveInMemory({}, (request) => {
      const { socket, response } = upgradeWebSocket(request, { timers });
      socket.onopen = () => {
        for (let count = 0; count < 3; count++) socket.send(new Uint8Array(200_000));
        server.shutdown();
      };
      return response;
    });
    const timers = new Timers(clock);
    const client = new Client({ network, clock, protocol });
    const streams = new WebSocketStreams(client.webSocket("ws://memory:80/"));
    const { readable } = await streams.opened;
    let bytes = 0;
    for await (const message of readable) bytes += message.length;
    assertEquals(bytes, 600_000);
    assertEquals(await streams.closed, { closeCode: 1001, reason: "" });
    await server.finished;
    client.close();
  });

  Deno.test(`a second shutdown brings the end of a WebSocket over ${protocol} forward`, async () => {
    const { server, clock, client, socket, log } = await connected(protocol);
    socket.pause();
    const first = server.shutdown({ graceMs: 60_000 });
    await clock.advance(500);
    const second = server.shutdown({ graceMs: 1_000 });
    server.shutdown({ graceMs: 30_000 }); // which cannot put it off
    await clock.advance(1_000);
    await Promise.all([first, second]);
    assertEquals(log, ["server 1006 false"]);
    socket.terminate();
    await clock.settle();
    client.close();
  });

  Deno.test(`a server is closed while its WebSocket over ${protocol} says goodbye`, async () => {
    const { server, clock, client, socket, log } = await connected(protocol);
    socket.pause();
    const ended = server.shutdown();
    await clock.settle();
    server.close();
    await ended;
    assertEquals([log, server.connections], [["server 1006 false"], 0]);
    socket.terminate();
    await clock.settle();
    client.close();
  });

  Deno.test(`a shutdown leaves a WebSocket over ${protocol} its own goodbye`, async () => {
    const { server, client, socket, log } = await connected(protocol);
    socket.close(4_000, "mine");
    const ended = server.shutdown();
    await ended;
    assertEquals(log.map((line) => line.replace(/^server (4000|1001).*/, "server")).sort(), [
      log.find((line) => line.startsWith("client"))!,
      "server",
    ]);
    client.close();
  });

  for (const moment of ["the handler", "open", "message", "close"] as const) {
    Deno.test(`a server is shut down, or closed, in ${moment} of a WebSocket over ${protocol}`, async () => {
      for (const end of ["shutdown", "close"] as const) {
        const act = (at: string): void => {
          if (at === moment) server[end]();
        };
        const codes: number[] = [];
        const { server, clock, network } = serveInMemory({}, (request) => {
          const { socket, response } = upgradeWebSocket(request, { timers });
          socket.onopen = () => act("open");
          socket.onmessage = () => act("message");
          socket.onclose = ({ code }) => {
            codes.push(code);
            act("close");
          };
          act("the handler");
          return response;
        });
        const timers = new Timers(clock);
        const client = new Client({ network, clock, protocol });
        const socket = client.webSocket("ws://memory:80/");
        const over = new Promise<number>((resolve) => socket.onclose = (it) => resolve(it.code));
        socket.onopen = () => {
          socket.send("hello");
          if (moment === "close") socket.close(1000);
        };
        await server.finished;
        await over;
        await clock.settle();
        assertEquals(codes.length, 1);
        assertEquals(server.connections, 0);
        client.close();
        await clock.settle();
        assertEquals(timers.size, 0);
      }
    });
  }
}
