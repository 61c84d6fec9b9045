import { Client } from "@avx/client";
import { Timers } from "@avx/runtime/timers";
import { upgradeWebSocket, type WebSocketTimeouts } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { serveInMemory } from "../server/memory_server.ts";

const SILENT = { pingMs: Infinity };

/** Leaves a WebSocket alone for an hour, then has a message echoed. */
async function leftAlone(
  protocol: "http/1.1" | "h2",
  timeouts: Partial<WebSocketTimeouts>,
): Promise<unknown[]> {
  const { server, clock, network } = serveInMemory({}, (request) => {
    const { socket, response } = upgradeWebSocket(request, { timers, timeouts });
    socket.onmessage = ({ data }) => socket.send(data);
    socket.onclose = ({ code }) => seen.push(`server ${code}`);
    return response;
  });
  const seen: unknown[] = [];
  const timers = new Timers(clock);
  const client = new Client({ network, clock, protocol });
  const socket = client.webSocket("ws://memory:80/", { timeouts: SILENT });
  socket.onmessage = ({ data }) => seen.push(data);
  socket.onclose = ({ code, reason }) => seen.push(`client ${code} ${reason}`);
  await new Promise((resolve) => socket.onopen = resolve);
  for (let minute = 0; minute < 60; minute++) await clock.advance(60_000);
  if (socket.readyState === 1) socket.send("still here");
  await clock.settle();
  const result = [...seen];
  client.close();
  await server.shutdown({ graceMs: 0 });
  return result;
}

for (const protocol of ["http/1.1", "h2"] as const) {
  Deno.test(`a WebSocket may be silent for an hour over ${protocol}, with pings or without`, async () => {
    assertEquals(await leftAlone(protocol, SILENT), ["still here"]);
    assertEquals(await leftAlone(protocol, { pingMs: 30_000, pongMs: 10_000 }), ["still here"]);
  });

  Deno.test(`a WebSocket that is idle for too long is closed with 1001 over ${protocol}`, async () => {
    assertEquals(await leftAlone(protocol, { ...SILENT, idleMs: 600_000 }), [
      "client 1001 Idle",
      "server 1001",
    ]);
  });
}
