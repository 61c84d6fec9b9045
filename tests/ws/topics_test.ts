import { Topics } from "@avx/ws/topics";
import { assert, assertEquals } from "../support/assert.ts";
import { bytesOf } from "./cores.ts";
import { SocketPair } from "./pair.ts";

Deno.test("a message reaches who has subscribed, and nobody else", async () => {
  const topics = new Topics();
  const pairs = [new SocketPair(), new SocketPair(), new SocketPair()];
  const [one, two, three] = pairs.map(({ server }) => server.socket);
  topics.subscribe("news", one);
  topics.subscribe("news", two);
  topics.subscribe("news", two);
  topics.subscribe("other", three);
  assertEquals(topics.publish("news", "hello"), 2);
  assertEquals(topics.publish("news", bytesOf("a"), { except: one }), 1);
  assertEquals(topics.publish("none", "hello"), 0);
  for (const pair of pairs) await pair.wait();
  assertEquals(pairs.map(({ client }) => client.events.slice(1)), [
    ["message hello"],
    ["message hello", "message 97"],
    [],
  ]);
  assertEquals([topics.count("news"), topics.topicsOf(three)], [2, ["other"]]);
  for (const pair of pairs) await pair.end();
  assertEquals([topics.count("news"), topics.count("other"), topics.topicsOf(three)], [0, 0, []]);
});

Deno.test("a subscription is taken back", async () => {
  const topics = new Topics();
  const pair = new SocketPair();
  const { socket } = pair.server;
  topics.subscribe("a", socket);
  topics.subscribe("b", socket);
  assertEquals([topics.unsubscribe("a", socket), topics.unsubscribe("a", socket)], [true, false]);
  assertEquals(topics.publish("a", "x"), 0);
  assertEquals(topics.unsubscribe("b", socket), true);
  topics.subscribe("c", socket);
  topics.unsubscribeAll(socket);
  topics.unsubscribeAll(socket);
  assertEquals([topics.count("c"), topics.topicsOf(socket)], [0, []]);
  await pair.end();
  topics.subscribe("late", socket);
  assertEquals(topics.count("late"), 0);
});

Deno.test("a compressed topic and a connection's own messages agree", async () => {
  const topics = new Topics();
  const pair = new SocketPair({ both: { compress: { thresholdBytes: 10 } } });
  const { socket } = pair.server;
  topics.subscribe("news", socket);
  const text = "to be or not to be ".repeat(5);
  for (let round = 0; round < 3; round++) {
    socket.send(text + round);
    topics.publish("news", text + round);
  }
  await pair.wait();
  assertEquals(pair.client.events.slice(1), [0, 0, 1, 1, 2, 2].map((n) => `message ${text}${n}`));
  await pair.end();
});

Deno.test("a client publishes, too: each frame is masked on its own", async () => {
  const topics = new Topics();
  const pair = new SocketPair();
  topics.subscribe("up", pair.client.socket);
  assertEquals(topics.publish("up", "hello"), 1);
  await pair.wait();
  assertEquals(pair.server.events, ["open", "message hello"]);
  await pair.end();
});

Deno.test("a subscriber that does not keep up is closed, or passed over", async () => {
  const message = new Uint8Array(100_000);
  for (const slowPeer of ["close", "pause"] as const) {
    const topics = new Topics();
    const pair = new SocketPair({ server: { limits: { maxQueuedBytes: 500_000, slowPeer } } });
    pair.client.socket.pause();
    const { socket } = pair.server;
    topics.subscribe("news", socket);
    let sent = 0;
    for (let index = 0; index < 50; index++) {
      sent += topics.publish("news", message);
      await pair.wait();
    }
    assert(sent < 20 && socket.bufferedAmount < 800_000, `${sent} ${socket.bufferedAmount}`);
    assertEquals(socket.readyState, slowPeer === "close" ? 2 : 1);
    await pair.end();
  }
});
