import { Client } from "@avx/client";
import { Timers } from "@avx/runtime/timers";
import { upgradeWebSocket, type WebSocketConnection, WebSocketStreams } from "@avx/ws";
import { assert, assertEquals } from "../support/assert.ts";
import { serveInMemory } from "../server/memory_server.ts";

const MESSAGE = new Uint8Array(20_000);
const COUNT = 2_000; // 40 MB: more than all that may be held on the way

/** A sender that waits while its peer is slow. */
async function sendAll(socket: WebSocketConnection, log: { most: number }): Promise<void> {
  for (let count = 0; count < COUNT; count++) {
    socket.send(MESSAGE);
    log.most = Math.max(log.most, socket.bufferedAmount);
    await socket.drained();
  }
}

for (const protocol of ["http/1.1", "h2"] as const) {
  Deno.test(`a reader that stops holds a server that sends, over ${protocol}`, async () => {
    const log = { most: 0 };
    let done = false;
    const { server, clock, network } = serveInMemory({}, (request) => {
      const { socket, response } = upgradeWebSocket(request, {
        timers,
        timeouts: { writeMs: Infinity, pingMs: Infinity },
        limits: { highWaterBytes: 100_000 },
      });
      socket.onopen = () =>
        sendAll(socket, log).then(() => {
          done = true;
          socket.close(1000);
        });
      return response;
    });
    const timers = new Timers(clock);
    const client = new Client({ network, clock, protocol });
    const socket = client.webSocket("ws://memory:80/", {
      timers,
      timeouts: { pingMs: Infinity },
      limits: { highWaterBytes: 100_000 },
    });
    let received = 0;
    socket.onmessage = () => received++;
    const closed = new Promise((resolve) => socket.onclose = ({ code }) => resolve(code));
    socket.pause();
    await clock.advance(60_000);
    assertEquals([received, done], [0, false]);
    assert(log.most < 200_000, `${log.most} bytes were held`);
    socket.resume();
    for (let turn = 0; turn < 1_000 && !done; turn++) await clock.settle();
    assertEquals(await closed, 1000);
    assertEquals(received, COUNT);
    client.close();
    await server.shutdown({ graceMs: 0 });
  });

  Deno.test(`a writer of a stream waits for a reader of a stream, over ${protocol}`, async () => {
    let read = 0;
    let isReading = (): void => {};
    const reading = new Promise<void>((resolve) => isReading = resolve);
    const { server, clock, network } = serveInMemory({}, (request) => {
      const { socket, response } = upgradeWebSocket(request, {
        timers,
        timeouts: { pingMs: Infinity },
      });
      const streams = new WebSocketStreams(socket);
      streams.opened.then(async ({ readable }) => {
        await reading;
        for await (const message of readable) read += message.length;
      });
      return response;
    });
    const timers = new Timers(clock);
    const client = new Client({ network, clock, protocol });
    const options = {
      timers,
      timeouts: { pingMs: Infinity, writeMs: Infinity },
      limits: { highWaterBytes: 100_000 },
    };
    const streams = new WebSocketStreams(client.webSocket("ws://memory:80/", options));
    const writer = (await streams.opened).writable.getWriter();
    let written = 0;
    const writing = (async () => {
      for (let count = 0; count < COUNT; count++) {
        await writer.write(MESSAGE);
        written++;
      }
      await writer.close();
    })();
    await clock.advance(1_000);
    const held = written;
    assert(held * MESSAGE.length < 4_000_000, `${held} messages were written`);
    await clock.advance(1_000);
    assertEquals(written, held);
    isReading();
    for (let turn = 0; turn < 1_000 && read < COUNT * MESSAGE.length; turn++) await clock.settle();
    await writing;
    assertEquals(read, COUNT * MESSAGE.length);
    client.close();
    await server.shutdown({ graceMs: 0 });
  });
}
