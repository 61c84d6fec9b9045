import type { Handler } from "@avx/semantics/handler";
import { Client } from "@avx/client";
import { upgradeWebSocket, WebSocketClient } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";
import { outputOf } from "../support/programs.ts";
import { serving } from "../support/serving.ts";

const PROGRAM = new URL("programs/deno_ws_client.ts", import.meta.url).pathname;

const CASES = [
  ["in clear text", {}, "http/1.1"],
  ["over TLS, HTTP/1.1", { ...SERVER_PAIR, protocols: ["http/1.1"] }, "http/1.1"],
  ["over TLS, where there is HTTP/2 and HTTP/1.1", SERVER_PAIR, "http/1.1"],
  ["over TLS, HTTP/2", { ...SERVER_PAIR, protocols: ["h2"] }, "h2"],
] as const;

for (const [how, options, version] of CASES) {
  Deno.test(`Deno's WebSocket talks to a server of ours ${how}`, async () => {
    const seen: string[] = [];
    const handler: Handler = (request, info) => {
      seen.push(`${request.method} ${info.protocol}`);
      const { socket, response } = upgradeWebSocket(request, {
        protocols: ["chat"],
        binaryType: "uint8array",
      });
      socket.onmessage = ({ data }) => {
        if (data === "close 4002 enough") socket.close(4002, "enough");
        else socket.send(data);
      };
      return response;
    };
    const caFile = await Deno.makeTempFile({ suffix: ".pem" });
    await Deno.writeTextFile(caFile, CA_CERT);
    await serving(handler, async ({ origin }) => {
      const args = ["run", "-A", "--no-check", "--cert", caFile, PROGRAM];
      const output = await outputOf(Deno.execPath(), [...args, origin.replace("http", "ws")]);
      assertEquals(JSON.parse(output), {
        protocol: "chat",
        sizes: [5, 200_000, 70_000],
        code: 4002,
        reason: "enough",
        wasClean: true,
      });
    }, options);
    await Deno.remove(caFile);
    assertEquals(seen, [`${version === "h2" ? "CONNECT" : "GET"} ${version}`]);
  });
}

Deno.test("clients of ours talk to Deno.upgradeWebSocket", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "chat" });
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (data === "close") socket.close(4002, "enough");
      else socket.send(data);
    };
    return response;
  });
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  const client = new Client();
  const ways = [() => new WebSocketClient(url, "chat"), () => client.webSocket(url, "chat")];
  for (const open of ways) {
    const socket = open();
    socket.binaryType = "uint8array";
    const messages = ["héllo", "x".repeat(200_000), new Uint8Array(70_000)];
    const seen: unknown[] = [];
    socket.onopen = () => messages.forEach((message) => socket.send(message));
    await new Promise<void>((resolve, reject) => {
      socket.onerror = ({ error }) => reject(error);
      socket.onmessage = ({ data }) => {
        seen.push(data);
        if (seen.length === messages.length) resolve();
      };
    });
    assertEquals(seen, messages);
    assertEquals(socket.protocol, "chat");
    const closed = new Promise((resolve) =>
      socket.onclose = ({ code, reason, wasClean }) => resolve([code, reason, wasClean])
    );
    socket.send("close");
    assertEquals(await closed, [4002, "enough", true]);
  }
  client.close();
  await server.shutdown();
});
