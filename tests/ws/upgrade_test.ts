import type { Transport } from "@avx/runtime/ports/transport";
import { TakenConnection } from "@avx/semantics/serving";
import { lazyRequest, takeApart } from "@avx/semantics/web";
import { serve } from "@avx/server";
import { upgradeWebSocket, type UpgradeWebSocketOptions } from "@avx/ws";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";
import { requestSource } from "../support/request_source.ts";

const LINES = [
  ...["Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13"],
  ...["Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="],
];
const ask = (options?: UpgradeWebSocketOptions, lines: string[] = [], method = "GET") =>
  upgradeWebSocket(lazyRequest(requestSource({ method, lines: [...LINES, ...lines] })), options);

Deno.test("a handshake is answered with 101, the accepted key and the caller's fields", () => {
  const { socket, response } = ask({ headers: { "x-a": "1" } });
  assertEquals([response.status, socket.readyState], [101, 0]);
  assertEquals(takeApart(response).lines, [
    "sec-websocket-accept",
    "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
    "x-a",
    "1",
    "upgrade",
    "websocket",
  ]);
});

Deno.test("an extended CONNECT is answered with 200 and no key", () => {
  const lines = ["Sec-WebSocket-Version", "13"];
  const connect = (connectProtocol?: string) =>
    upgradeWebSocket(lazyRequest(requestSource({ method: "CONNECT", connectProtocol, lines })));
  const { response } = connect("websocket");
  assertEquals([response.status, takeApart(response).lines], [200, []]);
  assertEquals(connect("connect-udp").response.status, 501);
  assertEquals(connect().response.status, 501);
});

Deno.test("what is refused has a status and a reason, and the socket fails", async () => {
  const { socket, response } = ask({ origins: ["https://a.example"] }, ["Origin", "https://b"]);
  const events: string[] = [];
  socket.onerror = ({ message }) => events.push(message);
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  assertEquals([response.status, await response.text()], [403, "The origin is not allowed\n"]);
  await closed;
  assertEquals([events, socket.readyState], [["The origin is not allowed"], 3]);
  const old = upgradeWebSocket(new Request("http://localhost/"));
  assertEquals([old.response.status, old.response.headers.get("upgrade")], [426, "websocket"]);
});

Deno.test("origins are a list, in which clients that name none are, or a function", () => {
  const list = { origins: ["https://a.example"] };
  assertEquals(ask(list, ["Origin", "https://a.example"]).response.status, 101);
  assertEquals(ask(list).response.status, 101);
  const strict = { origins: (origin: string | undefined) => origin !== undefined };
  assertEquals(ask(strict).response.status, 403);
  assertEquals(ask(strict, ["Origin", "null"]).response.status, 101);
});

Deno.test("a connection that is lost before the response is out fails the socket", async () => {
  const { socket, response } = ask();
  takeApart(response).upgrade!.fail(new Error("gone"));
  const error = await new Promise<Error>((resolve) => socket.onerror = (e) => resolve(e.error));
  assertEquals([error.message, (error.cause as Error).message], [
    "The connection was lost",
    "gone",
  ]);
});

Deno.test("a socket that was closed before closes the connection that it gets", async () => {
  const { socket, response } = ask();
  socket.close();
  let closed = false;
  const transport = { close: () => closed = true } as unknown as Transport;
  takeApart(response).upgrade!.take(new TakenConnection(transport, new Uint8Array(0)));
  await new Promise<void>((resolve) => socket.onclose = () => resolve());
  assert(closed);
});

Deno.test("a request of another server, and a subprotocol that is no token, are refused", () => {
  const headers = new Headers();
  for (let at = 0; at < LINES.length; at += 2) headers.set(LINES[at], LINES[at + 1]);
  const foreign = new Request("http://localhost/", { headers });
  assertThrows(() => upgradeWebSocket(foreign), TypeError, "not received");
  assertThrows(() => ask({ protocols: ["a b"] }), TypeError, "token");
});

Deno.test("Deno's own client talks to a server of ours", async () => {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = upgradeWebSocket(request, {
      protocols: ["chat"],
      binaryType: "uint8array",
    });
    socket.onopen = () => socket.send("welcome");
    socket.onmessage = ({ data }) => socket.send(data as string | Uint8Array);
    return response;
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.addr.port}/`, ["other", "chat"]);
  client.binaryType = "arraybuffer";
  const messages: unknown[] = [];
  const next = () =>
    new Promise<void>((resolve) =>
      client.onmessage = ({ data }) => {
        messages.push(typeof data === "string" ? data : new Uint8Array(data).length);
        resolve();
      }
    );
  await next();
  for (const message of ["héllo", "x".repeat(100_000), new Uint8Array(70_000)]) {
    client.send(message);
    await next();
  }
  assertEquals(messages, ["welcome", "héllo", "x".repeat(100_000), 70_000]);
  assertEquals(client.protocol, "chat");
  const closed = new Promise<CloseEvent>((resolve) => client.onclose = resolve);
  client.close(4000, "enough");
  const { code, reason, wasClean } = await closed;
  assertEquals([code, reason, wasClean], [4000, "", true]);
  await server.shutdown();
});

Deno.test("Deno's own client is refused by a server of ours", async () => {
  const server = serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    return upgradeWebSocket(request, { origins: () => false }).response;
  });
  const client = new WebSocket(`ws://127.0.0.1:${server.addr.port}/`);
  await assertRejects(() =>
    new Promise((resolve, reject) => {
      client.onopen = resolve;
      client.onerror = () => reject(new Error("refused"));
    })
  );
  await server.shutdown();
});
