import { ManualClock, MemoryNetwork, memoryPair } from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
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

/** A server that echoes, and the network it is on. */
function memoryServer() {
  const network = new MemoryNetwork();
  const options = { hostname: "memory", port: 80, network, onListen: () => {} };
  const server = serve(options, (request) => {
    const { socket, response } = upgradeWebSocket(request, { protocols: ["v1"] });
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
  return { network, server };
}

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

Deno.test("a client that is terminated while it connects gives up", async () => {
  let signal: AbortSignal | undefined;
  const client = new WebSocketClient("ws://memory/", {
    connect: (_url, _headers, some) => {
      signal = some;
      return new Promise(() => {});
    },
  });
  client.terminate();
  assertEquals([(await failure(client)).name, signal?.aborted], ["NetworkError", true]);
});

Deno.test("a connection that takes too long to open is given up, one in time is not", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  for (const openMs of [1_000, Infinity]) {
    let signal: AbortSignal | undefined;
    const client = new WebSocketClient("ws://memory/", {
      connect: (_url, _headers, some) => {
        signal = some;
        return new Promise(() => {});
      },
      timers,
      timeouts: { openMs },
    });
    const errors: Error[] = [];
    client.onerror = ({ error }) => errors.push(error);
    await clock.advance(999);
    assertEquals([errors.length, signal?.aborted], [0, false]);
    await clock.advance(1);
    const { name, message } = errors[0] ?? {};
    assertEquals(
      [name, message],
      openMs === Infinity ? [undefined, undefined] : [
        "TimeoutError",
        'Timed out in phase "connect" after 1000 ms',
      ],
    );
    assertEquals(signal?.aborted, openMs !== Infinity);
    client.terminate();
  }
});

Deno.test("a signal gives up connecting, with its reason, before or meanwhile", async () => {
  for (const early of [true, false]) {
    let asked = 0;
    const controller = new AbortController();
    if (early) controller.abort(new RangeError("enough"));
    const client = new WebSocketClient("ws://memory/", {
      connect: (...args) => {
        asked++;
        return never(...args);
      },
      signal: controller.signal,
    });
    controller.abort(new RangeError("enough"));
    assertEquals([(await failure(client)).message, asked], ["enough", early ? 0 : 1]);
    assertEquals(client.readyState, 3);
  }
  const odd = new WebSocketClient("ws://memory/", { signal: AbortSignal.abort("no error") });
  const { name, cause } = await failure(odd);
  assertEquals([name, cause], ["AbortError", "no error"]);
});

Deno.test("a signal that is aborted once the connection is open does nothing", async () => {
  const controller = new AbortController();
  const { server, network } = memoryServer();
  const client = new WebSocketClient("ws://memory/", { network, signal: controller.signal });
  await new Promise((resolve) => client.onopen = resolve);
  controller.abort();
  client.send("hello");
  await new Promise((resolve) => client.onmessage = resolve);
  await server.shutdown();
});

Deno.test("a client needs no connector, and takes subprotocols as the standard's does", async () => {
  const { server, network } = memoryServer();
  for (const protocols of ["v1", ["v0", "v1"]]) {
    const client = new WebSocketClient("ws://memory/", { network, protocols });
    client.onopen = () => client.send("hello");
    await new Promise((resolve) => client.onmessage = resolve);
    assertEquals(client.protocol, "v1");
    const closed = new Promise((resolve) => client.onclose = resolve);
    client.close();
    await closed;
  }
  await server.shutdown();
  const lone = new WebSocketClient("ws://127.0.0.1:1/", ["v1"]);
  assertEquals((await failure(lone)).name, "ConnectError");
  const named = new WebSocketClient("ws://127.0.0.1:1/", "v1");
  assertEquals((await failure(named)).name, "ConnectError");
});

Deno.test("a server that agrees without a transport is refused", async () => {
  const fields = new FieldList([]);
  const client = new WebSocketClient("ws://memory/", {
    connect: () =>
      Promise.resolve({
        head: { status: 200, fields, extendedConnect: true },
        transport: undefined,
        received: new Uint8Array(0),
      }),
  });
  assertEquals(
    (await failure(client)).message,
    "Cannot open connection: There is no transport",
  );
});

Deno.test("a malformed header field and credentials in the URL are the caller's fault", () => {
  const headers = { "x-a": "1\r\nx-b: 2" };
  assertThrows(() => new WebSocketClient("ws://a/", { connect: never, headers }), TypeError);
  assertThrows(() => new WebSocketClient("ws://me:secret@a/"), TypeError, "credentials");
});

Deno.test("http and https count as ws and wss; other schemes do not", () => {
  const options: WebSocketClientOptions = { connect: never, timeouts: { openMs: Infinity } };
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
