import { Timers } from "@avx/runtime/timers";
import { upgradeWebSocket, WebSocketClient, type WebSocketConnection } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { serveInMemory } from "../server/memory_server.ts";
import { connectorOver } from "../ws/connector.ts";

/** A server with one connection to it, and what both ends hear of its end. */
async function connected() {
  const sockets: WebSocketConnection[] = [];
  const log: string[] = [];
  const hear = (name: string, socket: WebSocketConnection) =>
    socket.onclose = ({ code, wasClean }) => log.push(`${name} ${code} ${wasClean}`);
  const { server, clock, network } = serveInMemory({}, (request) => {
    const { socket, response } = upgradeWebSocket(request, { timers });
    sockets.push(socket);
    hear("server", socket);
    return response;
  });
  const timers = new Timers(clock);
  const connect = connectorOver(network);
  const client = new WebSocketClient("ws://memory/", { connect, timers });
  hear("client", client);
  await new Promise((resolve) => client.onopen = resolve);
  return { server, clock, client, sockets, log, timers };
}

Deno.test("a server that shuts down closes its WebSockets with 1001 and waits for them", async () => {
  const { server, client, log } = await connected();
  client.pause(); // what was sent before still arrives
  const shutdown = server.shutdown();
  assertEquals(server.connections, 1);
  client.resume();
  await shutdown;
  assertEquals(log.sort(), ["client 1001 true", "server 1001 true"]);
});

Deno.test("a WebSocket whose peer does not answer is ended after the grace", async () => {
  const { server, clock, client, log } = await connected();
  client.pause();
  const shutdown = server.shutdown({ graceMs: 1_000 });
  await clock.advance(999);
  assertEquals([log, server.connections], [[], 1]);
  await clock.advance(1);
  await shutdown;
  assertEquals(log, ["server 1006 false"]);
  client.terminate();
  await clock.settle();
  assertEquals(log, ["server 1006 false", "client 1006 false"]);
});

Deno.test("a server that is closed ends its WebSockets at once", async () => {
  const { server, clock, log } = await connected();
  server.close();
  await server.finished;
  await clock.settle();
  assertEquals(log.sort(), ["client 1006 false", "server 1006 false"]);
});

Deno.test("a WebSocket that opens while its server shuts down is closed with 1001", async () => {
  const { server, clock, network } = serveInMemory({}, async (request) => {
    await gate;
    const { socket, response } = upgradeWebSocket(request, { timers });
    socket.onopen = () => socket.send("hello");
    return response;
  });
  let open = () => {};
  const gate = new Promise<void>((resolve) => open = resolve);
  const timers = new Timers(clock);
  const connect = connectorOver(network);
  const client = new WebSocketClient("ws://memory/", { connect, timers });
  const log: unknown[] = [];
  client.onmessage = ({ data }) => log.push(data);
  client.onclose = ({ code }) => log.push(code);
  await clock.settle();
  const shutdown = server.shutdown();
  open();
  await shutdown;
  await clock.settle();
  assertEquals(log, ["hello", 1001]);
});
