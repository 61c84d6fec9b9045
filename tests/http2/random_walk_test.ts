import { assert, assertEquals } from "../support/assert.ts";
import { ORIGIN, Pair } from "./cores.ts";
import type { CoreSettings } from "./cores.ts";
import type { Http2Event } from "../../http2/proto/events.ts";

/** The nth byte of any content of the tests: what comes can be checked without being kept. */
function byteAt(streamId: number, at: number): number {
  return (streamId * 31 + at * 7) & 0xff;
}

/** What a reader has of each stream; it consumes late, and checks what it reads. */
class Reader {
  readonly complete = new Map<number, number>();
  readonly #bytes = new Map<number, number>();
  readonly #unread: [streamId: number, count: number][] = [];

  constructor(readonly consume: (streamId: number, count: number) => void) {}

  take(event: Http2Event): void {
    if (event.type === "data") {
      const { streamId, bytes } = event;
      const from = this.#bytes.get(streamId) ?? 0;
      for (let at = 0; at < bytes.length; at += 61) {
        assertEquals(bytes[at], byteAt(streamId, from + at));
      }
      this.#bytes.set(streamId, from + bytes.length);
      this.#unread.push([streamId, bytes.length]);
    } else if (event.type === "end") {
      this.complete.set(event.streamId, this.#bytes.get(event.streamId) ?? 0);
    }
  }

  read(count: number): void {
    for (const [streamId, bytes] of this.#unread.splice(0, count)) this.consume(streamId, bytes);
  }
}

/** Content as it is sent: in parts, each no longer than the receiver of it asks for. */
function content(streamId: number, from: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => byteAt(streamId, from + at));
}

function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

/** What a side has still to send on a stream. */
interface Upload {
  sent: number;
  readonly length: number;
}

/** Both ends do what they may at random; nothing they do may look like a fault to the other. */
function walk(seed: number): void {
  const random = numbers(seed);
  const settings = (): CoreSettings => ({
    limits: {
      streamWindowBytes: 500 + random(100_000),
      connectionWindowBytes: 65_535 + random(100_000),
      maxFrameBytes: 16_384 + random(50_000),
      maxConcurrentStreams: 1 + random(20),
    },
    abuse: { maxPeerResets: 1e6, maxPings: 1e6, maxPriorities: 1e6, maxWindowUpdates: 1e6 },
  });
  const pair = new Pair(settings(), { ...settings(), push: true });
  const { client, server } = pair;
  const atServer = new Reader((id, count) => server.consume(id, count));
  const atClient = new Reader((id, count) => client.consume(id, count));
  const uploads = new Map<number, Upload>();
  const answers = new Map<number, Upload>();
  const whole = new Map<number, number>(); // the lengths of complete answers
  const requests: number[] = [];
  pair.onServer = (event) => {
    assert(event.type !== "failed" && event.type !== "closed", `${seed}: ${JSON.stringify(event)}`);
    atServer.take(event);
    if (event.type === "request") requests.push(event.streamId);
    else if (event.type === "reset") answers.delete(event.streamId);
  };
  pair.onClient = (event) => {
    assert(event.type !== "failed" && event.type !== "closed", `${seed}: ${JSON.stringify(event)}`);
    atClient.take(event);
    if (event.type === "reset") uploads.delete(event.streamId);
  };
  const advance = (
    core: { sendData(id: number, bytes: Uint8Array): boolean; sendEnd(id: number): void },
    from: Map<number, Upload>,
  ) => {
    for (const [id, upload] of from) {
      if (random(2) === 0) continue;
      const length = Math.min(upload.length - upload.sent, random(40_000));
      core.sendData(id, content(id, upload.sent, length));
      upload.sent += length;
      if (upload.sent < upload.length) continue;
      core.sendEnd(id);
      from.delete(id);
    }
  };
  for (let turn = 0; turn < 120; turn++) {
    pair.now += random(50);
    switch (random(9)) {
      case 0:
      case 1: {
        const lines = random(2) === 0
          ? []
          : ["priority", `u=${random(8)}${random(2) === 0 ? ", i" : ""}`];
        client.sendRequest({ ...ORIGIN, method: "GET", path: `/${random(5)}`, lines });
        break;
      }
      case 2: {
        const id = client.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false });
        if (id !== undefined) uploads.set(id, { sent: 0, length: random(200_000) });
        break;
      }
      case 3:
      case 4: {
        const id = requests.shift();
        if (id === undefined) break;
        const length = random(150_000);
        if (random(2) === 0) {
          server.sendWhole(id, 200, [], content(id, 0, length));
          whole.set(id, length);
        } else if (server.sendHead(id, 200, [])) {
          answers.set(id, { sent: 0, length });
          whole.set(id, length);
        }
        break;
      }
      case 5:
        advance(client, uploads);
        advance(server, answers);
        break;
      case 6:
        if (random(4) !== 0) break;
        if (client.openStreams > 0) {
          const id = 1 + 2 * random(20);
          if (!client.streamState(id).startsWith("idle")) client.reset(id, 8);
          uploads.delete(id);
        }
        break;
      case 7:
        atServer.read(random(20));
        atClient.read(random(20));
        break;
      default:
        if (random(2) === 0) pair.step();
        else pair.run();
    }
  }
  // At last everybody finishes what it has begun.
  for (let round = 0; round < 2000 && client.openStreams + server.openStreams > 0; round++) {
    advance(client, uploads);
    advance(server, answers);
    for (const id of requests.splice(0)) server.sendWhole(id, 204, [], undefined);
    atServer.read(Infinity);
    atClient.read(Infinity);
    pair.run();
  }
  assertEquals([client.openStreams, server.openStreams], [0, 0], `seed ${seed}`);
  for (const [id, length] of atClient.complete) {
    assertEquals(length, whole.get(id), `seed ${seed}, stream ${id}`);
  }
}

Deno.test("a pair that does what it may at random never takes the other for faulty", () => {
  for (let seed = 1; seed <= 25; seed++) walk(seed);
});
