import { memoryPair } from "@avx/runtime/memory";
import { webSocketConfig, WebSocketConnection } from "@avx/ws";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";
import { bytesOf, frame } from "./cores.ts";
import { Side, SocketPair } from "./pair.ts";

Deno.test("two connections talk and close", async () => {
  const pair = new SocketPair();
  const { client, server } = pair;
  client.socket.send("hello");
  server.socket.send(bytesOf("ab"));
  await pair.wait();
  client.socket.close(1000, "done");
  assertEquals(client.socket.readyState, WebSocketConnection.CLOSING);
  await Promise.all([client.closed, server.closed]);
  assertEquals(client.events, ["open", "message 97,98", "close 1000  true"]);
  assertEquals(server.events, ["open", "message hello", "close 1000 done true"]);
  assertEquals([client.socket.readyState, server.socket.readyState], [3, 3]);
  assertEquals([client.transport.closed, server.transport.closed], [true, true]);
  assertEquals(pair.timers.size, 0);
});

Deno.test("messages of one turn leave in one write, and answers to one read, too", async () => {
  const pair = new SocketPair();
  const { client, server } = pair;
  let writes = 0;
  const write = server.transport.write.bind(server.transport);
  server.transport.write = (bytes) => (writes++, write(bytes));
  server.socket.onmessage = ({ data }) => server.socket.send(data as string);
  for (let index = 0; index < 50; index++) client.socket.send(`message ${index}`);
  await pair.wait();
  assertEquals(client.events.length, 51);
  assertEquals(writes, 1);
  await pair.end();
});

Deno.test("everything that can be sent is sent, in its order", async () => {
  const pair = new SocketPair();
  const { socket } = pair.client;
  const words = new Uint16Array([0x6261, 0x6463]);
  socket.send(new Blob(["blob"]));
  socket.send("text");
  socket.send(words);
  words[0] = 0;
  assert(socket.bufferedAmount >= 12);
  socket.send(new DataView(bytesOf("xviewx").buffer as ArrayBuffer, 1, 4));
  socket.send(bytesOf("buffer").buffer as ArrayBuffer);
  socket.close(1000);
  const { events, closed } = pair.server;
  await closed;
  assertEquals(events.slice(1), [
    `message ${bytesOf("blob")}`,
    "message text",
    "message 97,98,99,100",
    `message ${bytesOf("view")}`,
    `message ${bytesOf("buffer")}`,
    "close 1000  true",
  ]);
  await pair.client.closed;
});

Deno.test("bytes are shown as a Blob, an ArrayBuffer or a Uint8Array", async () => {
  const pair = new SocketPair({ server: { binaryType: "blob" } });
  const { socket } = pair.server;
  const shown: unknown[] = [];
  socket.onmessage = ({ data }) => shown.push(data);
  const send = async () => {
    pair.client.socket.send(bytesOf("abc"));
    await pair.wait();
  };
  await send();
  socket.binaryType = "arraybuffer";
  await send();
  socket.binaryType = "uint8array";
  await send();
  socket.binaryType = "other" as "blob";
  assertEquals(socket.binaryType, "uint8array");
  assert(shown[0] instanceof Blob);
  assertEquals(await shown[0].text(), "abc");
  assertEquals(shown.slice(1), [bytesOf("abc").buffer as ArrayBuffer, bytesOf("abc")]);
  await pair.end();
});

Deno.test("a ping is answered, and the pong is an event", async () => {
  const pair = new SocketPair();
  pair.client.socket.ping(bytesOf("a"));
  await pair.wait();
  assertEquals(pair.client.events, ["open", "pong 97"]);
  await pair.end();
  pair.client.socket.ping();
});

Deno.test("a fault of the peer is an error, then a close, and the peer is told why", async () => {
  const pair = new SocketPair();
  await pair.wait();
  await pair.client.transport.write(frame(0x83, ""));
  await Promise.all([pair.client.closed, pair.server.closed]);
  assertEquals(pair.server.events.slice(1), [
    "error A frame has the opcode 0x3",
    "close 1006  false",
  ]);
  assertEquals(pair.client.events.slice(1), ["close 1002 A frame has the opcode 0x3 true"]);
});

Deno.test("a connection that breaks is an error, then a close", async () => {
  const pair = new SocketPair();
  await pair.wait();
  pair.client.transport.reset();
  await Promise.all([pair.client.closed, pair.server.closed]);
  assertEquals(pair.server.events.at(-1), "close 1006  false");
  assert(pair.server.events.at(-2)!.startsWith("error "));
});

Deno.test("what is sent when the connection closes is counted and lost", async () => {
  const pair = new SocketPair();
  pair.client.socket.close();
  pair.client.socket.send("lost");
  await pair.client.closed;
  assertEquals(pair.client.socket.bufferedAmount, 4);
  pair.client.socket.close();
  pair.client.socket.terminate();
  await pair.server.closed;
});

Deno.test("a caller that breaks the rules is told", () => {
  const socket = new WebSocketConnection({ role: "client", url: "" }, webSocketConfig({}));
  assertEquals([socket.readyState, socket.bufferedAmount, socket.protocol], [0, 0, ""]);
  assertEquals([socket.extensions, socket.remoteAddr, socket.drained()], [
    "",
    undefined,
    undefined,
  ]);
  assertThrows(() => socket.send("x"), TypeError, "connecting");
  assertThrows(() => socket.ping(), TypeError, "connecting");
  assertThrows(() => socket.close(1006), TypeError, "1006");
});

Deno.test("a connection that is closed before it opens fails, and closes what comes late", async () => {
  const [transport] = memoryPair();
  const side = new Side("client", transport, {});
  side.socket.close();
  side.socket.terminate();
  assertEquals(side.socket.readyState, 2);
  await side.closed;
  assertEquals(side.events, ["error Closed before it was open", "close 1006  false"]);
  side.open();
  side.socket.abandon(new Error("late"));
  assertEquals([transport.closed, side.events.length], [true, 2]);
});

Deno.test("a paused connection reads nothing until it is resumed", async () => {
  const pair = new SocketPair();
  pair.server.socket.onmessage = ({ data }) => {
    pair.server.events.push(String(data));
    pair.server.socket.pause();
  };
  for (const text of ["one", "two", "three"]) pair.client.socket.send(text);
  await pair.wait();
  assertEquals(pair.server.events, ["open", "one"]);
  pair.server.socket.resume();
  await pair.wait();
  assertEquals(pair.server.events, ["open", "one", "two"]);
  pair.server.socket.resume();
  await pair.wait();
  pair.server.socket.close();
  await Promise.all([pair.client.closed, pair.server.closed]);
  assertEquals(pair.server.events.slice(1, 4), ["one", "two", "three"]);
});

Deno.test("a slow reader holds the sender, and what is held stays small", async () => {
  const pair = new SocketPair({ both: { limits: { highWaterBytes: 100_000 } } });
  const { client, server } = pair;
  server.socket.onmessage = ({ data }) => server.socket.send(data as Uint8Array);
  client.socket.pause();
  const message = new Uint8Array(10_000);
  let count = 0;
  let waiting = false;
  for (let index = 0; index < 1000 && !waiting; index++) {
    client.socket.send(message);
    count++;
    const drained = client.socket.drained();
    if (drained === undefined) continue;
    waiting = true;
    drained.then(() => waiting = false);
    await pair.wait();
  }
  assert(waiting && count < 300, String(count));
  assert(server.socket.bufferedAmount < 400_000, String(server.socket.bufferedAmount));
  const held = server.socket.bufferedAmount;
  await pair.wait(1000);
  assertEquals(server.socket.bufferedAmount, held);
  let echoed = 0;
  client.socket.onmessage = () => echoed++;
  client.socket.resume();
  await pair.wait();
  assertEquals([echoed, waiting], [count, false]);
  await pair.end();
});

Deno.test("a peer for which too much waits is closed", async () => {
  const pair = new SocketPair({ server: { limits: { maxQueuedBytes: 1_000_000 } } });
  pair.client.socket.pause();
  for (let index = 0; index < 11; index++) pair.server.socket.send(new Uint8Array(100_000));
  await pair.wait();
  assertEquals(pair.server.events.slice(1), ["error More than 1000000 bytes wait for the peer"]);
  assertEquals(pair.server.socket.readyState, 2);
  await pair.wait(6_000);
  assertEquals(pair.server.events.at(-1), "close 1006  false");
  await pair.end();
});

Deno.test("a peer that never answers the close frame is given up", async () => {
  const pair = new SocketPair();
  pair.client.socket.pause();
  await pair.wait();
  pair.server.socket.close(1000);
  await pair.wait(4_999);
  assertEquals(pair.server.socket.readyState, 2);
  await pair.wait(2);
  assertEquals(pair.server.socket.readyState, 3);
  await pair.end();
});

Deno.test("a peer that takes nothing is given up", async () => {
  const pair = new SocketPair({ both: { timeouts: { writeMs: 1000, pingMs: Infinity } } });
  pair.client.socket.pause();
  pair.server.socket.send(new Uint8Array(900_000));
  await pair.wait(999);
  assertEquals(pair.server.socket.readyState, 1);
  await pair.wait(1001);
  assertEquals(pair.server.events.at(-1), "close 1006  false");
  await pair.end();
});

Deno.test("a silent peer is pinged and lives; a dead one does not", async () => {
  const timeouts = { pingMs: 1000, pongMs: 500 };
  const pair = new SocketPair({ server: { timeouts } });
  for (let second = 0; second < 5; second++) await pair.wait(1000);
  assertEquals(pair.server.socket.readyState, 1);
  pair.client.socket.pause();
  await pair.wait(1000);
  await pair.wait(1500);
  assertEquals(pair.server.events.at(-1), "close 1006  false");
  await pair.end();
});

Deno.test("compressed messages come as they were", async () => {
  const pair = new SocketPair({ both: { compress: { thresholdBytes: 0 } } });
  const text = "to be or not to be ".repeat(100);
  pair.client.socket.send(text);
  pair.server.socket.send(text);
  await pair.wait();
  assertEquals([pair.client.events[1], pair.server.events[1]], [
    `message ${text}`,
    `message ${text}`,
  ]);
  await pair.end();
});

Deno.test("a connection is an EventTarget with the constants of a WebSocket", async () => {
  const pair = new SocketPair();
  const { socket } = pair.server;
  assert(socket instanceof EventTarget);
  const { CONNECTING, OPEN, CLOSING, CLOSED } = socket;
  assertEquals([CONNECTING, OPEN, CLOSING, CLOSED], [0, 1, 2, 3]);
  const seen: string[] = [];
  const listener = () => seen.push("heard");
  socket.addEventListener("message", listener, { once: true });
  socket.addEventListener("message", null);
  socket.addEventListener("unknown", listener);
  socket.removeEventListener("unknown", listener);
  socket.removeEventListener("message", null);
  socket.dispatchEvent(new Event("message"));
  socket.dispatchEvent(new Event("message"));
  assertEquals(seen, ["heard"]);
  for (const type of ["open", "error", "close", "pong"]) socket.dispatchEvent(new Event(type));
  assertEquals(socket.onopen !== null && socket.onmessage !== null, true);
  assertEquals(socket.onerror !== null && socket.onclose === null, true);
  socket.onclose = listener;
  await pair.end();
});

Deno.test("two ends that send much at once do not wait for each other", async () => {
  const limits = { highWaterBytes: 10_000 };
  const pair = new SocketPair({ both: { limits } });
  const { client, server } = pair;
  server.socket.onmessage = ({ data }) => server.socket.send(data as Uint8Array);
  let echoed = 0;
  client.socket.onmessage = () => echoed++;
  for (let count = 0; count < 200; count++) client.socket.send(new Uint8Array(10_000));
  assert(client.socket.drained() !== undefined);
  await pair.wait();
  assertEquals([echoed, client.socket.bufferedAmount], [200, 0]);
  await pair.end();
});

Deno.test("bytes that are lent are read over, and others are not", async () => {
  const pair = new SocketPair({ server: { binaryType: "lent" } });
  const { client, server } = pair;
  const shown: Uint8Array[] = [];
  server.socket.onmessage = ({ data }) => {
    assertEquals(data, new Uint8Array(1000).fill(shown.length));
    shown.push(data as Uint8Array);
  };
  for (let index = 0; index < 4; index++) {
    if (index === 2) server.socket.binaryType = "uint8array";
    client.socket.send(new Uint8Array(1000).fill(index));
    await pair.wait();
  }
  assertEquals(shown.map((bytes) => bytes[0]), [3, 3, 2, 3]);
  await pair.end();
});
