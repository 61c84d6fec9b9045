import { Client } from "@avx/client";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { ReadSegments } from "@avx/runtime/read-segments";
import { Topics, upgradeWebSocket, type WebSocketConnection } from "@avx/ws";
import { serveInMemory } from "../server/memory_server.ts";
import { assert, assertEquals } from "../support/assert.ts";

// Whoever looks at memory that was given back, or is about to be read into, sees this.
const POISON = 0xa5;
const free = new Set<Uint8Array>();
let [released, spaces] = [0, 0];

const { acquire, release } = BufferPool.prototype;
BufferPool.prototype.acquire = function (minBytes: number): Uint8Array {
  const buffer = acquire.call(this, minBytes);
  free.delete(buffer);
  return buffer;
};
BufferPool.prototype.release = function (buffer: Uint8Array): void {
  assert(!free.has(buffer), "released twice");
  free.add(buffer);
  released++;
  buffer.fill(POISON);
  release.call(this, buffer);
};
const { space } = ReadSegments.prototype;
ReadSegments.prototype.space = function (): Uint8Array {
  spaces++;
  return space.call(this).fill(POISON);
};

const SIZES = [1, 100, 125, 126, 1000, 4096, 5000, 20_000, 65_535, 70_000, 300_000];

/** Bytes that are never poison and differ from one another. */
function pattern(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at++) bytes[at] = (at * 7 + seed * 13) % 160;
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

for (const protocol of ["http/1.1", "h2"] as const) {
  Deno.test(`chunks of bodies that are held stay as they were over ${protocol}`, async () => {
    const { server, clock, network } = serveInMemory({}, async (request) => {
      const parts: Uint8Array<ArrayBuffer>[] = [];
      for await (const chunk of request.body ?? []) parts.push(chunk);
      return new Response(ReadableStream.from(parts));
    });
    const client = new Client({ network, clock, protocol });
    const before = spaces;
    await Promise.all(SIZES.map(async (size, seed) => {
      const sent = pattern(size, seed);
      const response = await client.request("http://memory/", { method: "POST", body: sent });
      const parts: Uint8Array[] = [];
      for await (const chunk of response.body) parts.push(chunk);
      await clock.settle();
      assertEquals(joined(parts), sent);
    }));
    assert(spaces > before);
    client.close();
    await server.shutdown();
  });

  for (const compress of [false, true]) {
    const how = compress ? "compressed " : "";
    Deno.test(`${how}messages that are held stay as they were over ${protocol}`, async () => {
      const topics = new Topics();
      let pongs = 0;
      const { server, clock, network } = serveInMemory({}, (request) => {
        const { socket, response } = upgradeWebSocket(request, { compress, binaryType: "lent" });
        socket.onopen = () => topics.subscribe("all", socket);
        socket.onmessage = ({ data }) => {
          socket.ping(pattern(20, 1));
          if (typeof data === "string") socket.send(data);
          else topics.publish("all", data as Uint8Array);
        };
        socket.addEventListener("pong", ({ data }) => {
          assertEquals(data as Uint8Array, pattern(20, 1));
          pongs++;
        });
        return response;
      });
      const client = new Client({ network, clock, protocol });
      const sockets = await Promise.all(
        (["uint8array", "arraybuffer", "blob", "lent"] as const).map(async (binaryType) => {
          const socket = client.webSocket("ws://memory:80/", { compress, binaryType });
          await new Promise((resolve) => socket.onopen = resolve);
          return socket;
        }),
      );
      const heard = sockets.map((socket) => hold(socket));
      await clock.settle();
      const [first, second] = sockets;
      second.pause();
      for (const [seed, size] of SIZES.entries()) {
        first.send(seed % 2 === 0 ? pattern(size, seed) : new Blob([pattern(size, seed)]));
        first.send(String.fromCharCode(65 + seed).repeat(size));
        if (seed % 3 === 0) await clock.settle();
      }
      for (let turn = 0; turn < 200 && heard[0].length < 2 * SIZES.length; turn++) {
        await clock.settle();
      }
      second.resume();
      for (let turn = 0; turn < 200 && heard[1].length < SIZES.length; turn++) {
        await clock.settle();
      }
      for (const [at, messages] of heard.entries()) {
        const all = await Promise.all(messages);
        const binary = all.filter((message) => typeof message !== "string");
        const text = all.filter((message) => typeof message === "string");
        assertEquals(binary, SIZES.map((size, seed) => pattern(size, seed)), `socket ${at}`);
        const texts = SIZES.map((size, seed) => String.fromCharCode(65 + seed).repeat(size));
        assertEquals(text, at === 0 ? texts : []);
      }
      assert(pongs > 0);
      assert(released > 0);
      for (const socket of sockets) socket.close(1000);
      await clock.settle();
      client.close();
      const ended = server.shutdown({ graceMs: 1_000 });
      await clock.advance(1_000);
      await ended;
    });
  }
}

type Held = string | Uint8Array | Promise<Uint8Array>;

/** Keeps all messages; those that are lent are copied while they may be looked at. */
function hold(socket: WebSocketConnection): Held[] {
  const held: Held[] = [];
  socket.onmessage = ({ data }) => {
    if (typeof data === "string") held.push(data);
    else if (data instanceof Blob) held.push(data.bytes());
    else if (data instanceof ArrayBuffer) held.push(new Uint8Array(data));
    else held.push(socket.binaryType === "lent" ? data.slice() : data);
  };
  return held;
}
