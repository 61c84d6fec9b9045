import { memoryPair } from "@avx/runtime/memory";
import { WebSocketStreams } from "@avx/ws/streams";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";
import { Side, SocketPair } from "./pair.ts";

Deno.test("messages go and come by streams", async () => {
  const pair = new SocketPair();
  const streams = new WebSocketStreams(pair.server.socket);
  const { readable, writable, protocol, extensions } = await streams.opened;
  assertEquals([protocol, extensions], ["", ""]);
  pair.client.socket.send("one");
  pair.client.socket.send(bytesOf("ab"));
  const reader = readable.getReader();
  assertEquals(await reader.read(), { value: "one", done: false });
  assertEquals(await reader.read(), { value: bytesOf("ab"), done: false });
  const writer = writable.getWriter();
  await writer.write("back");
  pair.client.socket.close(4000, "enough");
  assertEquals(await reader.read(), { value: undefined, done: true });
  assertEquals(await streams.closed, { closeCode: 4000, reason: "enough" });
  await assertRejects(() => writer.write("late"), TypeError, "closed");
  await pair.client.closed;
  assertEquals(pair.client.events[1], "message back");
});

Deno.test("a reader that does not read stops the peer, and a writer waits", async () => {
  const pair = new SocketPair({ both: { limits: { highWaterBytes: 50_000 } } });
  const { readable } = await new WebSocketStreams(pair.server.socket).opened;
  const { writable } = await new WebSocketStreams(pair.client.socket).opened;
  const writer = writable.getWriter();
  let written = 0;
  const writing = (async () => {
    for (; written < 200; written++) await writer.write(new Uint8Array(10_000));
  })();
  await pair.wait();
  assert(written > 2 && written < 100, String(written));
  let read = 0;
  for await (const message of readable) {
    assertEquals((message as Uint8Array).length, 10_000);
    if (++read === 200) break;
  }
  await writing;
  await pair.server.closed;
  await pair.end();
});

Deno.test("closing the writer closes the connection, and waits for it", async () => {
  const pair = new SocketPair();
  const { writable } = await new WebSocketStreams(pair.client.socket).opened;
  const writer = writable.getWriter();
  writer.write("last");
  await writer.close();
  await pair.server.closed;
  assertEquals(pair.server.events.slice(1), ["message last", "close 1000  true"]);
});

Deno.test("aborting the writer, and cancelling the reader, close the connection", async () => {
  const first = new SocketPair();
  const streams = await new WebSocketStreams(first.client.socket).opened;
  await streams.writable.abort();
  await first.server.closed;
  await first.client.closed;
  assertEquals(first.server.events.at(-1), "close 1001  true");
  const second = new SocketPair();
  await (await new WebSocketStreams(second.client.socket).opened).readable.cancel();
  await second.server.closed;
  await second.client.closed;
  assertEquals(second.server.events.at(-1), "close 1000  true");
});

Deno.test("a connection that is lost fails both streams", async () => {
  const pair = new SocketPair();
  const streams = new WebSocketStreams(pair.server.socket);
  const { readable, writable } = await streams.opened;
  const reading = readable.getReader().read();
  pair.client.transport.reset();
  await assertRejects(() => reading);
  await assertRejects(() => writable.getWriter().write("x"));
  await assertRejects(() => streams.closed);
  await pair.client.closed;
});

Deno.test("streams of a connection that never opens never open", async () => {
  const side = new Side("client", memoryPair()[0], {});
  const streams = new WebSocketStreams(side.socket);
  side.socket.abandon(new Error("no such place"));
  await assertRejects(() => streams.opened, Error, "no such place");
  await assertRejects(() => streams.closed, Error, "no such place");
});

Deno.test("streams that are made before the connection opens open with it", async () => {
  const [near, far] = memoryPair();
  const server = new Side("server", far, {});
  const client = new Side("client", near, {});
  const streams = new WebSocketStreams(client.socket);
  client.open();
  server.open();
  server.socket.send("early");
  const { readable } = await streams.opened;
  assertEquals(await readable.getReader().read(), { value: "early", done: false });
  streams.close({ closeCode: 1000 });
  assertEquals(await streams.closed, { closeCode: 1000, reason: "" });
  await server.closed;
});
