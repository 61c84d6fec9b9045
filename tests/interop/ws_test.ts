import { serve } from "@avx/server";
import { upgradeWebSocket, WebSocketClient } from "@avx/ws";
import { WebSocket as WsClient, WebSocketServer } from "ws";
import { assertEquals } from "../support/assert.ts";

const MESSAGES = ["héllo", "x".repeat(200_000), "", "a".repeat(126)];

Deno.test("npm ws as a client talks to a server of ours, compressed and not", async () => {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = upgradeWebSocket(request, {
      protocols: ["chat"],
      compress: { thresholdBytes: 100 },
    });
    socket.onmessage = ({ data }) => socket.send(data as string);
    return response;
  });
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  for (const perMessageDeflate of [false, true]) {
    const client = new WsClient(url, ["chat"], { perMessageDeflate });
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      client.on("error", reject);
      client.on("open", () => MESSAGES.forEach((message) => client.send(message)));
      client.on("message", (data: Uint8Array) => {
        seen.push(new TextDecoder().decode(data));
        if (seen.length === MESSAGES.length) resolve();
      });
    });
    assertEquals(seen, MESSAGES);
    assertEquals([client.protocol, client.extensions !== ""], ["chat", perMessageDeflate]);
    const pong = new Promise<void>((resolve) => client.on("pong", () => resolve()));
    client.ping("x");
    await pong;
    const closed = new Promise((resolve) => client.on("close", (code: number) => resolve(code)));
    client.close(4001, "done");
    assertEquals(await closed, 4001);
  }
  await server.shutdown();
});

Deno.test("a client of ours talks to a server of npm ws, compressed and not", async () => {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    perMessageDeflate: { threshold: 100 },
  });
  server.on("connection", (socket: WsClient) => {
    socket.on(
      "message",
      (data: Uint8Array, isBinary: boolean) => socket.send(data, { binary: isBinary }),
    );
    socket.on("close", (code: number) => closedWith.push(code));
  });
  const closedWith: number[] = [];
  await new Promise<void>((resolve) => server.on("listening", resolve));
  const { port } = server.address() as { port: number };
  for (const compress of [false, { thresholdBytes: 100 }]) {
    const client = new WebSocketClient(`ws://127.0.0.1:${port}/`, { compress });
    const seen: unknown[] = [];
    client.onopen = () => MESSAGES.forEach((message) => client.send(message));
    await new Promise<void>((resolve) =>
      client.onmessage = ({ data }) => {
        seen.push(data);
        if (seen.length === MESSAGES.length) resolve();
      }
    );
    assertEquals(seen, MESSAGES);
    assertEquals(client.extensions !== "", compress !== false);
    const closed = new Promise<boolean>((resolve) => client.onclose = (e) => resolve(e.wasClean));
    client.close(4002);
    assertEquals(await closed, true);
  }
  await new Promise((resolve) => server.close(resolve));
  assertEquals(closedWith, [4002, 4002]);
});
