import { Client, type ClientWebSocketOptions } from "@avx/client";
import { serve, type Server, type ServeTcpOptions } from "@avx/server";
import { upgradeWebSocket, type WebSocketClient, type WebSocketConnection } from "@avx/ws";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";

const TLS = { caCerts: [CA_CERT], serverName: "localhost" };

/** What the server has seen of one connection. */
interface Seen {
  readonly protocol: string;
  readonly headers: Headers;
  readonly socket: WebSocketConnection;
}

interface Stage {
  readonly seen: Seen[];
  /** The server's address, without a scheme. */
  readonly place: string;
  readonly server: Server;
}

/** Runs `body` beside a server that echoes. */
async function echoing(
  options: ServeTcpOptions,
  body: (stage: Stage) => Promise<void>,
): Promise<void> {
  const seen: Seen[] = [];
  const place = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = serve({ ...options, ...place }, (request, info) => {
    if (request.url.endsWith("/plain")) {
      return new Response("plain", {
        headers: { "set-cookie": "a=b", "cache-control": "max-age=9" },
      });
    }
    if (request.url.endsWith("/no")) return new Response("no", { status: 403 });
    if (request.url.endsWith("/there")) return Response.redirect(new URL("/", request.url));
    const { socket, response } = upgradeWebSocket(request, {
      protocols: ["chat"],
      compress: { thresholdBytes: 0 },
    });
    socket.onmessage = ({ data }) => socket.send(data);
    seen.push({ protocol: info.protocol, headers: new Headers(request.headers), socket });
    return response;
  });
  try {
    await body({ seen, place: `127.0.0.1:${server.addr.port}`, server });
  } finally {
    await server.shutdown({ graceMs: 1_000 });
  }
}

/** Sends a message there and back, and closes. */
async function talk(socket: WebSocketClient): Promise<unknown> {
  socket.onopen = () => socket.send("hello");
  const data = await new Promise((resolve, reject) => {
    socket.onmessage = (event) => resolve(event.data);
    socket.onerror = ({ error }) => reject(error);
  });
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close(1000);
  await closed;
  return data;
}

function failure(socket: WebSocketClient): Promise<Error> {
  return new Promise((resolve) => socket.onerror = ({ error }) => resolve(error));
}

Deno.test("a client opens WebSockets in clear text, with its fields and its interceptors", () =>
  echoing({}, async ({ seen, place }) => {
    const client = new Client({
      baseUrl: `http://${place}/v1/`,
      headers: { "x-own": "1", "user-agent": "test" },
    });
    client.use((request, next) => {
      request.headers.set("x-added", "2");
      return next(request);
    });
    const options = { protocols: ["chat"], compress: true, headers: { "x-given": "3" } };
    for (const url of ["room?a=b#c", new URL(`ws://${place}/v1/room?a=b`)]) {
      const socket = client.webSocket(url, options);
      assertEquals(socket.url, `ws://${place}/v1/room?a=b`);
      assertEquals(await talk(socket), "hello");
      assertEquals([socket.protocol, socket.extensions !== ""], ["chat", true]);
    }
    const { protocol, headers } = seen[0];
    assertEquals(protocol, "http/1.1");
    assertEquals(["own", "added", "given"].map((name) => headers.get(`x-${name}`)), [
      "1",
      "2",
      "3",
    ]);
    assertEquals(await talk(client.webSocket("list", ["other", "chat"])), "hello");
    assertEquals(await talk(client.webSocket("one", "chat")), "hello");
    assertEquals(client.stats().requests, 0);
    client.close();
  }));

Deno.test("a WebSocket over TLS is a stream where the client knows that the server takes it", () =>
  echoing(SERVER_PAIR, async ({ seen, place }) => {
    const client = new Client({ tls: TLS });
    const url = `wss://${place}/`;
    const versions = async (options?: ClientWebSocketOptions) => {
      assertEquals(await talk(client.webSocket(url, options)), "hello");
      return seen.at(-1)!.protocol;
    };
    assertEquals(await versions(), "http/1.1");
    const response = await client.request(`https://${place}/plain`);
    assertEquals([response.protocol, await response.body.text()], ["h2", "plain"]);
    assertEquals(await versions(), "h2");
    assertEquals(seen.at(-1)!.headers.get("sec-websocket-key"), null);
    assertEquals(await versions({ over: "http/1.1" }), "http/1.1");
    client.close();
  }));

Deno.test("a WebSocket can ask for HTTP/2 by itself, compressed too, many on a connection", () =>
  echoing(SERVER_PAIR, async ({ seen, place }) => {
    const client = new Client({ tls: TLS });
    const sockets = Array.from({ length: 5 }, (_, index) =>
      client.webSocket(`wss://${place}/`, {
        over: "h2",
        protocols: ["chat"],
        compress: index % 2 === 0 && { thresholdBytes: 0 },
      }));
    assertEquals(await Promise.all(sockets.map(talk)), Array(5).fill("hello"));
    assertEquals(seen.map(({ protocol }) => protocol), Array(5).fill("h2"));
    assertEquals(sockets.map(({ extensions }) => extensions !== ""), [
      true,
      false,
      true,
      false,
      true,
    ]);
    const { idle, active } = client.stats();
    assertEquals([idle, active], [1, 0]);
    client.close();
  }));

Deno.test("a WebSocket goes by HTTP/2 in clear text where the client speaks nothing else", () =>
  echoing({}, async ({ seen, place }) => {
    const client = new Client({ protocol: "h2" });
    assertEquals(await talk(client.webSocket(`ws://${place}/`)), "hello");
    assertEquals(await talk(client.webSocket(`ws://${place}/`, { over: "http/1.1" })), "hello");
    assertEquals(seen.map(({ protocol }) => protocol), ["h2", "http/1.1"]);
    client.close();
  }));

Deno.test("a server that refuses, and one that cannot be reached, are errors", async () => {
  await echoing({}, async ({ place }) => {
    for (const protocol of ["h2", "http/1.1"] as const) {
      const client = new Client({ protocol });
      const { name, message } = await failure(client.webSocket(`ws://${place}/no`));
      assertEquals([name, message], [
        "RemoteProtocolError",
        "Cannot open connection: The server answers with 403",
      ]);
      assertEquals(client.stats().requests, 0);
      client.close();
    }
  });
  const client = new Client();
  assertEquals((await failure(client.webSocket("ws://127.0.0.1:1/"))).name, "ConnectError");
  assertThrows(() => client.webSocket("ftp://a/"), TypeError);
  assertThrows(() => client.webSocket("ws://a/", ["a b"]), TypeError);
  client.close();
});

Deno.test("a client that is closed ends its WebSockets, those of clients it was extended to too", () =>
  echoing({}, async ({ seen, place, server }) => {
    const client = new Client({ baseUrl: `http://${place}/` });
    const child = client.extend({ headers: { "x-child": "1" } });
    const sockets = [client, child, client.extend({})].map((one) => one.webSocket("/"));
    await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.onopen = resolve)));
    assert(seen.some(({ headers }) => headers.has("x-child")));
    const ends = sockets.map((socket) =>
      new Promise((resolve) => socket.onclose = ({ code }) => resolve(code))
    );
    child.close();
    assertEquals([await ends[1], sockets[0].readyState], [1006, 1]);
    client.close();
    assertEquals(await Promise.all(ends), [1006, 1006, 1006]);
    await Promise.all(
      seen.map(({ socket }) =>
        socket.readyState === 3 || new Promise((resolve) => socket.onclose = resolve)
      ),
    );
    assertEquals(server.connections, 0);
    const late = client.webSocket("/");
    assertEquals((await failure(late)).name, "PoolClosedError");
  }));

Deno.test("a WebSocket can be given up while it connects", () =>
  echoing({}, async ({ place }) => {
    const client = new Client();
    const controller = new AbortController();
    const socket = client.webSocket(`ws://${place}/`, { signal: controller.signal });
    controller.abort(new RangeError("enough"));
    assertEquals((await failure(socket)).message, "enough");
    const other = client.webSocket(`ws://${place}/`);
    other.close();
    assertEquals((await failure(other)).name, "NetworkError");
    assertEquals(client.stats().requests, 0);
    client.close();
  }));

Deno.test("a client's policies leave its WebSockets alone, but for its cookies", async () => {
  const policies = {
    cache: true,
    cookies: true,
    decompression: true,
    deduplication: true,
    digests: true,
    redirects: "follow",
    retries: true,
  } as const;
  for (const protocol of ["http/1.1", "h2"] as const) {
    await echoing({}, async ({ seen, place }) => {
      const client = new Client({ ...policies, protocol });
      const response = await client.request(`http://${place}/plain`);
      assertEquals(await response.body.text(), "plain");
      const sockets = Array.from({ length: 3 }, () => client.webSocket(`ws://${place}/`));
      assertEquals(await Promise.all(sockets.map(talk)), Array(3).fill("hello"));
      assertEquals(seen.map(({ headers }) => headers.get("cookie")), Array(3).fill("a=b"));
      // RFC 6455 §4.1 leaves a redirect to the client; the WebSocket standard has it fail.
      const { message } = await failure(client.webSocket(`ws://${place}/there`));
      assertEquals(message, "Cannot open connection: The server answers with 302");
      client.close();
    });
  }
});

for (
  const [upgradeOver, status, version] of [["h2", 200, "h2"], [
    "http/1.1",
    101,
    "http/1.1",
  ]] as const
) {
  Deno.test(`request() asks for an upgrade over ${upgradeOver} where it is told to`, () =>
    echoing({ ...SERVER_PAIR }, async ({ seen, place }) => {
      const client = new Client({ tls: TLS });
      const headers = {
        "sec-websocket-version": "13",
        ...(upgradeOver === "h2" ? {} : { "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==" }),
      };
      const asked = { upgrade: "websocket", upgradeOver, headers };
      const response = await client.request(`https://${place}/`, asked);
      assertEquals([response.status, response.protocol], [status, version]);
      assertEquals(seen.map(({ protocol }) => protocol), [version]);
      const closed = new Promise((resolve) => seen[0].socket.onclose = resolve);
      response.upgrade!.transport.close();
      await closed;
      client.close();
    }));
}
