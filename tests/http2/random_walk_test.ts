import { assert, assertEquals } from "../support/assert.ts";
import { type CoreSettings, ORIGIN, Pair } from "./cores.ts";
import { LaggingPair, numbers, type Random } from "./lagging_pair.ts";
import type { Http2Event } from "../../http2/proto/events.ts";

/** How many walks each test takes; `WALKS` sets another number. */
const WALKS = Number(Deno.env.get("WALKS") ?? 60);

/** Bytes that repeat after 251, so that no frame or window begins where they do. */
const PATTERN = Uint8Array.from({ length: 400_000 }, (_, at) => (at % 251) * 7);

/** Content as it is sent: what comes can be checked without being kept. */
function content(streamId: number, from: number, length: number): Uint8Array {
  const start = (streamId * 31 + from) % 251;
  return PATTERN.subarray(start, start + length);
}

/** What a reader has of each stream; it consumes late, and checks what it reads. */
class Reader {
  readonly complete = new Map<number, number>();
  readonly #bytes = new Map<number, number>();
  readonly #unread: [streamId: number, count: number][] = [];

  /** Whether what comes must be what was sent. */
  checks = true;

  constructor(readonly consume: (streamId: number, count: number) => void) {}

  take(event: Http2Event): void {
    if (event.type === "data") {
      const { streamId, bytes } = event;
      const from = this.#bytes.get(streamId) ?? 0;
      const expected = content(streamId, from, bytes.length);
      if (this.checks) {
        assert(bytes.every((byte, at) => byte === expected[at]), `stream ${streamId}`);
      }
      this.#bytes.set(streamId, from + bytes.length);
      this.#unread.push([streamId, bytes.length]);
    } else if (event.type === "end") {
      this.complete.set(event.streamId, this.#bytes.get(event.streamId) ?? 0);
    } else if (event.type === "response" && !event.head.hasBody) {
      this.complete.set(event.streamId, 0);
    }
  }

  read(count: number): void {
    for (const [streamId, bytes] of this.#unread.splice(0, count)) this.consume(streamId, bytes);
  }
}

/** What a side has still to send on a stream. */
interface Upload {
  sent: number;
  readonly length: number;
  readonly trailers: boolean;
}

const REFUSED_STREAM = 0x7;

type Sender = {
  sendData(id: number, bytes: Uint8Array): boolean;
  sendEnd(id: number, trailers?: readonly string[]): void;
};

type Connected = Pick<Pair, "client" | "server" | "now" | "onServer" | "onClient" | "step" | "run">;

/** Both ends of a connection, doing what they may at random. */
class Walk {
  /** Whether bytes are lost on the way, so that nothing holds but what each end owes itself. */
  broken = false;
  readonly #random: Random;
  readonly #pair: Connected;
  readonly #atServer: Reader;
  readonly #atClient: Reader;
  readonly #uploads = new Map<number, Upload>();
  readonly #answers = new Map<number, Upload>();
  /** The lengths of complete answers. */
  readonly #whole = new Map<number, number>();
  readonly #requests: number[] = [];
  /** What the client has asked for, and has no outcome yet. */
  readonly #waiting = new Set<number>();
  readonly #heads = new Set<number>();
  #pings = 0;
  #leaving = false;

  constructor(readonly seed: number, random: Random, pair: Connected) {
    const { client, server } = pair;
    this.#random = random;
    this.#pair = pair;
    this.#atServer = new Reader((id, count) => server.consume(id, count));
    this.#atClient = new Reader((id, count) => client.consume(id, count));
    pair.onServer = (event) => this.#serverTold(event);
    pair.onClient = (event) => this.#clientTold(event);
  }

  run(turns: number): void {
    for (let turn = 0; turn < turns; turn++) {
      this.#pair.now += this.#random(50);
      this.#act();
      if (this.#random(2) === 0) this.#pair.step();
    }
    this.#finish();
    if (!this.#leaving) this.#windowsAreWhole();
    this.#leave();
  }

  /** Goes on until either end has had enough, or the time is over. */
  runBroken(turns: number): void {
    this.broken = true;
    this.#atServer.checks = this.#atClient.checks = false;
    const { client, server } = this.#pair;
    for (let turn = 0; turn < turns && client.wantsInput && server.wantsInput; turn++) {
      this.#pair.now += this.#random(50);
      this.#act();
      if (this.#random(2) === 0) this.#pair.step();
    }
  }

  #act(): void {
    const random = this.#random;
    const { client, server } = this.#pair;
    switch (random(12)) {
      case 0:
      case 1:
        return this.#ask();
      case 2: {
        const id = client.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false });
        if (id === undefined) return;
        this.#waiting.add(id);
        this.#uploads.set(id, this.#upload(200_000));
        return;
      }
      case 3:
      case 4:
        return this.#answer();
      case 5:
        this.#advance(client, this.#uploads);
        return this.#advance(server, this.#answers);
      case 6:
        if (random(4) === 0) this.#reset();
        return;
      case 7:
        this.#atServer.read(random(20));
        return this.#atClient.read(random(20));
      case 8:
        if ((random(2) === 0 ? client : server).ping() !== undefined) this.#pings++;
        return;
      case 9: {
        const id = [...this.#waiting][random(5)];
        if (id !== undefined) client.setPriority(id, random(8), random(2) === 0);
        return;
      }
      case 10:
        if (random(40) === 0) this.#shutdown();
        return;
      default:
        this.#pair.run();
    }
  }

  #ask(): void {
    const random = this.#random;
    const lines = random(2) === 0
      ? []
      : ["priority", `u=${random(8)}${random(2) === 0 ? ", i" : ""}`];
    const method = random(8) === 0 ? "HEAD" : "GET";
    const path = `/${random(5)}`;
    const id = this.#pair.client.sendRequest({ ...ORIGIN, method, path, lines });
    if (id === undefined) return;
    this.#waiting.add(id);
    if (method === "HEAD") this.#heads.add(id);
  }

  #answer(): void {
    const random = this.#random;
    const { server } = this.#pair;
    const id = this.#requests.shift();
    if (id === undefined) return;
    if (random(4) === 0) server.sendInformational(id, 103, ["link", `<${random(100)}>`]);
    if (random(6) === 0) this.#promise(id);
    const length = random(150_000);
    if (random(2) === 0) {
      server.sendWhole(id, 200, [], content(id, 0, length));
      this.#whole.set(id, this.#heads.has(id) ? 0 : length);
    } else if (server.sendHead(id, 200, [])) {
      this.#answers.set(id, { sent: 0, length, trailers: random(2) === 0 });
      this.#whole.set(id, length);
    } else {
      this.#whole.set(id, 0); // to a HEAD
      server.sendEnd(id);
    }
  }

  #promise(id: number): void {
    const { server } = this.#pair;
    const path = `/pushed/${this.#random(5)}`;
    const promisedId = server.push(id, { ...ORIGIN, method: "GET", path });
    if (promisedId === undefined) return;
    const length = this.#random(50_000);
    server.sendWhole(promisedId, 200, [], content(promisedId, 0, length));
    this.#whole.set(promisedId, length);
  }

  #upload(most: number): Upload {
    return { sent: 0, length: this.#random(most), trailers: this.#random(2) === 0 };
  }

  #advance(core: Sender, from: Map<number, Upload>): void {
    for (const [id, upload] of from) {
      if (this.#random(2) === 0) continue;
      const length = Math.min(upload.length - upload.sent, this.#random(40_000));
      core.sendData(id, content(id, upload.sent, length));
      upload.sent += length;
      if (upload.sent < upload.length) continue;
      core.sendEnd(id, upload.trailers ? ["x-sum", `${upload.length}`] : undefined);
      from.delete(id);
    }
  }

  /** Either end gives up a stream. */
  #reset(): void {
    const { client, server } = this.#pair;
    const id = 1 + 2 * this.#random(20);
    if (this.#random(2) === 0) {
      if (client.streamState(id) === "idle") return;
      client.reset(id, 8);
      this.#uploads.delete(id);
      this.#waiting.delete(id);
    } else if (server.streamState(id) !== "idle") {
      server.reset(id, 8);
      this.#answers.delete(id);
    }
  }

  #shutdown(): void {
    this.#leaving = true;
    if (this.#random(2) === 0) this.#pair.server.shutdown();
    else this.#pair.client.shutdown();
  }

  #serverTold(event: Http2Event): void {
    this.#isNoFault(event);
    this.#atServer.take(event);
    if (event.type === "request") this.#requests.push(event.streamId);
    else if (event.type === "reset") this.#answers.delete(event.streamId);
    else if (event.type === "pong") this.#pings--;
  }

  #clientTold(event: Http2Event): void {
    this.#isNoFault(event);
    this.#atClient.take(event);
    switch (event.type) {
      case "push":
        if (this.#random(3) === 0) this.#pair.client.reset(event.promisedId, 8);
        break;
      case "pong":
        this.#pings--;
        break;
      case "reset":
        this.#uploads.delete(event.streamId);
        this.#waiting.delete(event.streamId);
        break;
      case "response":
        if (event.head.hasBody) break;
        // falls through
      case "end":
        this.#waiting.delete(event.streamId);
    }
  }

  /** Nothing that one end does may look like a fault to the other. */
  #isNoFault(event: Http2Event): void {
    // Before it knows how many there may be, a client opens more.
    if (this.broken) return;
    const early = event.type === "failed" && event.code === REFUSED_STREAM;
    if (event.type === "closed" || (event.type === "failed" && !early)) {
      throw new Error(`Seed ${this.seed}: ${JSON.stringify(event)}`);
    }
  }

  /** At last everybody finishes what it has begun. */
  #finish(): void {
    const { client, server } = this.#pair;
    for (let round = 0; round < 2000 && client.openStreams + server.openStreams > 0; round++) {
      this.#advance(client, this.#uploads);
      this.#advance(server, this.#answers);
      for (const id of this.#requests.splice(0)) {
        server.sendWhole(id, 204, [], undefined);
        this.#whole.set(id, 0);
      }
      this.#atServer.read(Infinity);
      this.#atClient.read(Infinity);
      this.#pair.run();
    }
    this.#pair.run();
    const { seed } = this;
    assertEquals([client.openStreams, server.openStreams], [0, 0], `seed ${seed}`);
    assertEquals([...this.#waiting], [], `seed ${seed}: requests without an outcome`);
    assertEquals(this.#pings, 0, `seed ${seed}: pings without an answer`);
    for (const [id, length] of this.#atClient.complete) {
      assertEquals(length, this.#whole.get(id), `seed ${seed}, stream ${id}`);
    }
  }

  /** Whatever was reset or given up, its room has come back: as much goes through as at first. */
  #windowsAreWhole(): void {
    const { client, server } = this.#pair;
    const length = 300_000;
    const id = client.sendRequest({ ...ORIGIN, method: "POST", path: "/", end: false })!;
    this.#waiting.add(id);
    this.#uploads.set(id, { sent: 0, length, trailers: false });
    while (this.#uploads.size > 0) this.#advance(client, this.#uploads);
    while (!this.#requests.includes(id)) this.#pair.run();
    this.#requests.length = 0;
    server.sendWhole(id, 200, [], content(id, 0, length));
    this.#whole.set(id, length);
    this.#finish();
    assertEquals(this.#atServer.complete.get(id), length, `seed ${this.seed}`);
    assertEquals(this.#atClient.complete.get(id), length, `seed ${this.seed}`);
  }

  /** Both come to the conclusion that they may close. */
  #leave(): void {
    const { client, server } = this.#pair;
    if (!this.#leaving) this.#shutdown();
    this.#pair.run();
    assertEquals([client.disposition, server.disposition], ["close", "close"], `seed ${this.seed}`);
  }
}

function settings(random: Random): CoreSettings {
  return {
    limits: {
      streamWindowBytes: 500 + random(100_000),
      connectionWindowBytes: 65_535 + random(100_000),
      maxFrameBytes: 16_384 + random(50_000),
      maxConcurrentStreams: 1 + random(20),
      maxDecoderTableBytes: [0, 200, 4096, 10_000][random(4)],
      maxEncoderTableBytes: [0, 200, 4096, 10_000][random(4)],
    },
    abuse: {
      maxPeerResets: 1e6,
      maxProvokedResets: 1e6,
      maxPings: 1e6,
      maxPriorities: 1e6,
      maxWindowUpdates: 1e6,
    },
  };
}

Deno.test("a pair that does what it may at random never takes the other for faulty", () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    const random = numbers(seed);
    const pair = new Pair(settings(random), { ...settings(random), push: true });
    new Walk(seed, random, pair).run(150);
  }
});

Deno.test("nor does one whose bytes are late and come in pieces", () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    const random = numbers(seed);
    const both = [settings(random), { ...settings(random), push: true }] as const;
    new Walk(seed, random, new LaggingPair(...both, random)).run(150);
  }
});

Deno.test("a pair whose bytes change on the way ends without a throw, and with nothing left", () => {
  let faults = 0;
  for (let seed = 1; seed <= WALKS * 3; seed++) {
    const random = numbers(seed);
    const both = [settings(random), { ...settings(random), push: true }] as const;
    const pair = new LaggingPair(...both, random, 20 + random(200));
    new Walk(seed, random, pair).runBroken(150);
    const { client, server } = pair;
    if (!client.wantsInput || !server.wantsInput) faults++;
    pair.end();
    assertEquals([client.openStreams, server.openStreams], [0, 0], `seed ${seed}`);
    assertEquals([client.deadline, server.deadline], [undefined, undefined], `seed ${seed}`);
    assertEquals([client.disposition, server.disposition], ["close", "close"], `seed ${seed}`);
  }
  assert(faults > WALKS, `${faults} faults`);
});
