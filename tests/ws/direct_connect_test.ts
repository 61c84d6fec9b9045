import { MemoryNetwork } from "@avx/runtime/memory";
import { network as platformNetwork } from "@avx/runtime/platform";
import type { Network, Transport } from "@avx/runtime/ports/transport";
import { decodeUtf8, encodeUtf8 } from "@avx/runtime/utf8";
import { serve } from "@avx/server";
import { directConnect, upgradeWebSocket, WebSocketClient } from "@avx/ws";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { CA_CERT, SERVER_PAIR } from "../support/certificates.ts";

const never = new AbortController().signal;

function connector(network: Network, maxHandshakeBytes = 1024) {
  return directConnect({ network, tls: {}, maxHandshakeBytes });
}

/** A network on which a server says `text` to whoever connects, and what it was asked. */
function answering(text: string | undefined, end = false) {
  const network = new MemoryNetwork();
  const listener = network.listen({ hostname: "memory", port: 80 });
  const asked = listener.accept().then(async (transport) => {
    listener.close();
    const into = new Uint8Array(4096);
    const count = await transport.read(into);
    if (text !== undefined) await transport.write(encodeUtf8(text));
    if (end) await transport.closeWrite();
    return { transport, request: decodeUtf8(into.subarray(0, count ?? 0)) };
  });
  return { network, asked };
}

Deno.test("a connector asks for an upgrade and gives the head, the transport and the rest", async () => {
  const { network, asked } = answering("HTTP/1.1 101 ok\r\nx-a: b\r\n\r\n!");
  const url = new URL("ws://memory/c?d");
  const { head, transport, received } = await connector(network)(url, ["x-e", "f"], never);
  assertEquals([head.status, head.fields.get("x-a"), decodeUtf8(received)], [101, "b", "!"]);
  const { request, transport: far } = await asked;
  assertEquals(
    request,
    "GET /c?d HTTP/1.1\r\nhost: memory\r\nupgrade: websocket\r\nconnection: upgrade\r\n" +
      "x-e: f\r\n\r\n",
  );
  transport!.close();
  far.close();
});

Deno.test("a server that cannot be reached, hangs up or talks nonsense is an error", async () => {
  const url = new URL("ws://memory/");
  const nobody = await assertRejects(() => connector(new MemoryNetwork())(url, [], never), Error);
  assertEquals(nobody.name, "ConnectError");
  for (
    const [text, message] of [
      [undefined, "The server hung up during the handshake"],
      ["hello\r\n\r\n", "The response's status line is malformed"],
      [`HTTP/1.1 101 ok\r\nx: ${"y".repeat(1024)}`, "The response's head has more than 1024 bytes"],
    ]
  ) {
    const { network, asked } = answering(text, true);
    const error = await assertRejects(() => connector(network)(url, [], never), Error);
    assertEquals([error.name, error.message], [
      "RemoteProtocolError",
      `Cannot open connection: ${message}`,
    ]);
    (await asked).transport.close();
  }
});

Deno.test("a connection that is reset during the handshake is a NetworkError", async () => {
  const network = new MemoryNetwork({ plan: () => ({ backward: { resetAfterBytes: 3 } }) });
  const listener = network.listen({ hostname: "memory", port: 80 });
  let far: Transport | undefined;
  listener.accept().then(async (transport) => {
    far = transport;
    await transport.write(encodeUtf8("HTTP/1.1 101")).catch(() => {});
  });
  const asking = connector(network)(new URL("ws://memory/"), [], never);
  assertEquals((await assertRejects(() => asking, Error)).name, "NetworkError");
  far?.close();
  listener.close();
});

Deno.test("a signal gives the attempt up in each phase, with its reason", async () => {
  const late = answering(undefined);
  const stuck = new MemoryNetwork({ plan: () => ({ delayMs: Infinity }) });
  stuck.listen({ hostname: "memory", port: 80 });
  for (const network of [late.network, stuck]) {
    const controller = new AbortController();
    const asking = connector(network)(new URL("ws://memory/"), [], controller.signal);
    if (network === late.network) await late.asked;
    controller.abort(new RangeError("enough"));
    await assertRejects(() => asking, RangeError, "enough");
  }
  (await late.asked).transport.close();
});

Deno.test("a WebSocket goes over TLS to a server whose certificate is verified", async () => {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {}, ...SERVER_PAIR };
  const server = serve(options, (request) => {
    const { socket, response } = upgradeWebSocket(request);
    socket.onmessage = ({ data }) => socket.send(data);
    return response;
  });
  const url = `wss://127.0.0.1:${server.addr.port}/`;
  const tls = { caCerts: [CA_CERT], serverName: "localhost" };
  const client = new WebSocketClient(url, { tls, network: platformNetwork });
  client.onopen = () => client.send("hello");
  const data = await new Promise((resolve, reject) => {
    client.onmessage = (event) => resolve(event.data);
    client.onerror = ({ error }) => reject(error);
  });
  assertEquals(data, "hello");
  const doubtful = new WebSocketClient(url);
  const error = await new Promise<Error>((resolve) =>
    doubtful.onerror = (event) => resolve(event.error)
  );
  assertEquals(error.name, "TlsError");
  await server.shutdown();
});
