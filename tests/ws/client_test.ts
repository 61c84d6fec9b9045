import { MemoryNetwork, memoryPair } from "@avx/runtime/memory";
import { FieldList } from "@avx/semantics/field-lines";
import { serve } from "@avx/server";
import {
  upgradeWebSocket,
  WebSocketClient,
  type WebSocketClientOptions,
  type WebSocketConnect,
} from "@avx/ws";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { connectorOver } from "./connector.ts";

const never: WebSocketConnect = () => new Promise(() => {});

function failure(client: WebSocketClient): Promise<Error> {
  return new Promise((resolve) => client.onerror = ({ error }) => resolve(error));
}

Deno.test("a client of ours talks to a server of ours, compressed and not", async () => {
  const network = new MemoryNetwork();
  const options = { hostname: "memory", port: 80, network, onListen: () => {} };
  const server = serve(options, (request) => {
    assertEquals(request.headers.get("authorization"), "Bearer x");
    const { socket, response } = upgradeWebSocket(request, {
      compress: { thresholdBytes: 0 },
      protocols: ["v2", "v1"],
    });
    socket.onmessage = ({ data }) => socket.send(`${data} back`);
    return response;
  });
  for (const compress of [false, true]) {
    const client = new WebSocketClient("ws://memory/chat?a=1#b", {
      connect: connectorOver(network),
      headers: { authorization: "Bearer x" },
      protocols: ["v1", "v2"],
      compress,
    });
    assertEquals([client.url, client.readyState], ["ws://memory/chat?a=1", 0]);
    client.onopen = () => client.send("hello");
    const message = await new Promise((resolve) =>
      client.onmessage = ({ data, origin }) => resolve([data, origin])
    );
    assertEquals(message, ["hello back", "ws://memory"]);
    assertEquals([client.protocol, client.extensions !== ""], ["v2", compress]);
    const closed = new Promise((resolve) => client.onclose = resolve);
    client.close(1000);
    await closed;
  }
  await server.shutdown();
});

Deno.test("a server that refuses, or cannot be reached, is an error", async () => {
  const [transport] = memoryPair();
  const refused = new WebSocketClient("wss://memory/", {
    connect: () =>
      Promise.resolve({
        head: { status: 200, fields: new FieldList([]) },
        transport,
        received: new Uint8Array(0),
      }),
  });
  assertEquals(
    (await failure(refused)).message,
    "Cannot open connection: The server answers with 200",
  );
  assert(transport.closed);
  const lost = new WebSocketClient("ws://memory/", {
    connect: () => Promise.reject(new Error("no such host")),
  });
  assertEquals((await failure(lost)).message, "no such host");
});

Deno.test("closing while connecting gives up, and the connector hears of it", async () => {
  let signal: AbortSignal | undefined;
  const client = new WebSocketClient("ws://memory/", {
    connect: (url, headers, some) => {
      signal = some;
      return never(url, headers, some);
    },
  });
  const closed = new Promise((resolve) => client.onclose = resolve);
  client.close();
  assertEquals(signal?.aborted, true);
  await closed;
});

Deno.test("http and https count as ws and wss; other schemes do not", () => {
  const options: WebSocketClientOptions = { connect: never };
  assertEquals(new WebSocketClient("http://a/", options).url, "ws://a/");
  assertEquals(new WebSocketClient(new URL("https://a/#x"), options).url, "wss://a/");
  assertThrows(() => new WebSocketClient("ftp://a/", options), TypeError, '"ftp"');
  assertThrows(() => new WebSocketClient("nowhere", options), TypeError);
  assertThrows(
    () => new WebSocketClient("ws://a/", { ...options, protocols: ["a", "a"] }),
    TypeError,
    "twice",
  );
});
