import { serve } from "@avx/server";
import { upgradeWebSocket, WebSocketClient } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { outputOf } from "../support/programs.ts";
import { pythonWith } from "../support/python.ts";

const python = await pythonWith("websockets.asyncio.server");
const ignore = python === "";

function program(file: string): string {
  return new URL(`programs/${file}`, import.meta.url).pathname;
}

/** An echo that closes as it is told to. */
function echo(tls: boolean) {
  const place = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return serve(tls ? { ...place, ...SERVER_PAIR } : place, (request) => {
    const { socket, response } = upgradeWebSocket(request, {
      protocols: ["chat"],
      compress: { thresholdBytes: 0 },
    });
    socket.onmessage = ({ data }) => {
      const [word, code, reason] = String(data).split(" ");
      if (word === "close") socket.close(Number(code), reason);
      else socket.send(data);
    };
    return response;
  });
}

Deno.test("Python's websockets as a client, in clear text and over TLS", { ignore }, async () => {
  const caFile = await Deno.makeTempFile({ suffix: ".pem" });
  await Deno.writeTextFile(caFile, CA_CERT);
  for (const tls of [false, true]) {
    const server = echo(tls);
    const { port } = server.addr;
    const args = tls ? [`wss://localhost:${port}/`, caFile] : [`ws://127.0.0.1:${port}/`];
    await outputOf(python, [program("python_ws_client.py"), ...args], { timeoutMs: 60_000 });
    await server.shutdown();
  }
  await Deno.remove(caFile);
});

Deno.test(
  "a client of ours talks to Python's websockets, compressed and not",
  { ignore },
  async () => {
    const child = new Deno.Command(python, {
      args: [program("python_ws_server.py")],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.getReader();
    const { value } = await reader.read();
    const url = `ws://127.0.0.1:${Number(new TextDecoder().decode(value))}/`;
    const messages = ["", "é", "x".repeat(126), "y".repeat(300_000), new Uint8Array(70_000)];
    for (
      const compress of [false, true, { thresholdBytes: 0, windowBits: 10, peerWindowBits: 9 }]
    ) {
      const client = new WebSocketClient(url, { protocols: ["chat"], compress });
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
      assertEquals([client.protocol, client.extensions !== ""], ["chat", compress !== false]);
      const pong = new Promise((resolve) => client.addEventListener("pong", resolve));
      client.ping(new Uint8Array([1]));
      await pong;
      const closed = new Promise((resolve) =>
        client.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean])
      );
      if (compress === false) client.close(4003, "done");
      else client.send("close 4004 enough");
      const [code, reason] = compress === false ? [4003, "done"] : [4004, "enough"];
      assertEquals(await closed, [code, reason, true]);
    }
    await child.stdin.close();
    await reader.cancel();
    await child.status;
  },
);
