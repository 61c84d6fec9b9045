import { Http2ClientConnection } from "@avx/http2/client-connection";
import { DEFAULT_LIMITS } from "@avx/http2/limits";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { clock, network } from "@avx/runtime/platform";
import { Timers } from "@avx/runtime/timers";
import { serve, type Server, type TcpAddress } from "@avx/server";
import { upgradeWebSocket, WebSocketClient, type WebSocketConnect } from "@avx/ws";
import { assertEquals } from "../support/assert.ts";

const WAITS = { requestMs: 1e4, headersMs: 1e4, bodyMs: 1e4, idleMs: 1e4, continueMs: 1e3 };

function echo(): Server<TcpAddress> {
  const options = {
    hostname: "127.0.0.1",
    port: 0,
    protocols: ["h2"],
    onListen: () => {},
  } as const;
  return serve(options, (request) => {
    const { socket, response } = upgradeWebSocket(request, {
      compress: { thresholdBytes: 0 },
      protocols: ["chat"],
      binaryType: "uint8array",
    });
    socket.onmessage = ({ data }) => socket.send(data as string | Uint8Array);
    return response;
  });
}

/** One connection to `port`, and a connector that makes streams of it. */
async function h2Connector(port: number, timers: Timers) {
  const transport = await network.connect({ hostname: "127.0.0.1", port });
  const connection = new Http2ClientConnection(transport, {
    limits: DEFAULT_LIMITS,
    timeouts: { ...WAITS, pingIntervalMs: Infinity, pingTimeoutMs: 1e3 },
    timers,
    buffers: new BufferPool(),
  }, { released() {}, resized() {}, closed() {} });
  const connect: WebSocketConnect = (url, headers) =>
    new Promise((resolve, reject) => {
      const lines = ["host", url.host];
      for (let at = 0; at < headers.length; at += 2) {
        // RFC 8441 §5: there is no key.
        if (headers[at] !== "sec-websocket-key") lines.push(headers[at], headers[at + 1]);
      }
      connection.start({
        request: {
          method: "CONNECT",
          protocol: "websocket",
          target: url.pathname,
          lines,
          body: undefined,
          length: undefined,
          expectContinue: false,
        },
        streamId: 0,
        informed() {},
        answered: ({ status }) => reject(new Error(`The server answers with ${status}`)),
        finished() {},
        upgraded: ({ status, fields }, transport, received) =>
          resolve({ head: { status, fields, extendedConnect: true }, transport, received }),
        failed: reject,
      }, timers.now());
    });
  return { connect, connection };
}

Deno.test("WebSocket runs over HTTP/2, many connections on one, compressed and not", async () => {
  const server = echo();
  const timers = new Timers(clock);
  const { connect, connection } = await h2Connector(server.addr.port, timers);
  const messages = ["héllo", "x".repeat(300_000), ""];
  const clients = [false, true, false].map((compress) =>
    new WebSocketClient("ws://example.com/chat", {
      connect,
      compress: compress && { thresholdBytes: 0 },
      protocols: ["chat"],
    })
  );
  await Promise.all(clients.map(async (client, index) => {
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
    assertEquals([client.protocol, client.extensions !== ""], ["chat", index === 1]);
    const closed = new Promise((resolve) =>
      client.onclose = ({ code, wasClean }) => resolve([code, wasClean])
    );
    client.close(4000, "done");
    assertEquals(await closed, [4000, true]);
  }));
  connection.close();
  timers.close();
  await server.shutdown();
});
