import type { Handler } from "@avx/semantics/handler";
import { upgradeWebSocket, WebSocketClient } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { findProgram, outputOf } from "../support/programs.ts";
import { serving } from "../support/serving.ts";

const bun = findProgram("bun") ?? "";
const ignore = bun === "";
const PROGRAM = new URL("programs/bun_ws.mjs", import.meta.url).pathname;

Deno.test("Bun's WebSocket talks to a server of ours", { ignore }, async () => {
  const handler: Handler = (request) => {
    const { socket, response } = upgradeWebSocket(request, {
      protocols: ["chat"],
      compress: { thresholdBytes: 100 },
    });
    socket.onmessage = ({ data }) => {
      if (data === "close") socket.close(4002, "enough");
      else socket.send(data);
    };
    return response;
  };
  await serving(handler, async ({ origin }) => {
    const output = await outputOf(bun, [PROGRAM, "client", origin.replace("http", "ws")]);
    assertEquals(JSON.parse(output), {
      protocol: "chat",
      sizes: [5, 200_000, 70_000],
      code: 4002,
      reason: "enough",
      wasClean: true,
    });
  });
});

Deno.test("a client of ours talks to Bun's, compressed and not", { ignore }, async () => {
  const child = new Deno.Command(bun, {
    args: [PROGRAM, "server"],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const url = `ws://127.0.0.1:${Number(new TextDecoder().decode(value))}/`;
  const messages = ["", "héllo", "x".repeat(200_000), new Uint8Array(70_000)];
  for (const compress of [false, true]) {
    const client = new WebSocketClient(url, { protocols: "chat", compress });
    client.binaryType = "uint8array";
    const seen: unknown[] = [];
    client.onopen = () => messages.forEach((message) => client.send(message));
    await new Promise<void>((resolve, reject) => {
      client.onerror = ({ error }) => reject(error);
      client.onmessage = ({ data }) => {
        seen.push(data);
        if (seen.length === messages.length) resolve();
      };
    });
    assertEquals(seen, messages);
    assertEquals([client.protocol, client.extensions !== ""], ["chat", compress]);
    const closed = new Promise((resolve) =>
      client.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean])
    );
    client.send("close");
    assertEquals(await closed, [4002, "enough", true]);
  }
  await child.stdin.close();
  await reader.cancel();
  await child.status;
});
