/**
 * Run as a program, with `--v8-flags=--expose-gc`: requests of every kind by our client to our server
 * over sockets, many of them reset or cancelled by either end, and what they leave behind. Prints a
 * line of JSON.
 *
 * `http2_socket_soak.ts <requests>`
 *
 * @module
 */

import { Client } from "@avx/client";
import { stream, text } from "@avx/semantics/web";
import { serve, type Server } from "@avx/server";
import { CountingClock } from "../../support/counting_clock.ts";
import { heapUse } from "../../support/heap.ts";
import { generator } from "../../support/numbers.ts";

/** What a process holds between two rounds, with no client. */
export interface Holdings {
  /** Resident memory, in bytes. */
  readonly rssBytes: number;
  /** The heap of JavaScript, in bytes. */
  readonly heapBytes: number;
  /** What lies beside the heap, in bytes. */
  readonly externalBytes: number;
  /** Open descriptors: sockets, above all. */
  readonly descriptors: number;
  /** Timers that are pending, of server and client. */
  readonly timers: number;
  /** Connections that the server has open. */
  readonly connections: number;
}

/** What a soak came to. */
export interface SocketSoakReport {
  /** How many requests were made. */
  readonly requests: number;
  /** How many were answered, and the answer was right. */
  readonly answered: number;
  /** How many the client gave up: before the head, or in the midst of a body. */
  readonly cancelled: number;
  /** How many failed because the server gave them up. */
  readonly failed: number;
  /** How many handlers were told that nobody waits for them. */
  readonly abandoned: number;
  /** How many handlers are still waiting at the end. */
  readonly waiting: number;
  /** What was held after a tenth of them. */
  readonly before: Holdings;
  /** What was held at the end. */
  readonly after: Holdings;
}

/** Clients at once, each with a connection of its own. */
const CLIENTS = 4;
/** What each of them has in flight. */
const IN_FLIGHT = 25;
/** How many requests are made between two moments without a client. */
const ROUND = 5_000;
const PART = new Uint8Array(20_000).fill(7);
const CANCELLED = "given up";

async function soak(requests: number): Promise<SocketSoakReport> {
  const run = new Soak();
  let before: Holdings | undefined;
  const rounds = Math.ceil(requests / ROUND);
  for (let round = 0; round < rounds; round++) {
    await run.round(Math.min(ROUND, requests - round * ROUND));
    if (before === undefined && (round + 1) * 10 >= rounds) before = await run.holdings();
  }
  const after = await run.holdings();
  await run.server.shutdown({ graceMs: 0 });
  const { answered, cancelled, failed, abandoned, waiting } = run;
  const counts = { answered, cancelled, failed, abandoned, waiting };
  return { requests, ...counts, before: before ?? after, after };
}

class Soak {
  readonly server: Server;
  answered = 0;
  cancelled = 0;
  failed = 0;
  abandoned = 0;
  waiting = 0;

  readonly #clock = new CountingClock();
  readonly #random = generator(7);
  readonly #origin: string;

  constructor() {
    const many = Infinity;
    this.server = serve({
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      onError: () => text("on purpose", { status: 500 }),
      clock: this.#clock,
      http2: { limits: { abuse: { maxPeerResets: many, maxProvokedResets: many } } },
    }, (request) => this.#handle(request));
    const { port } = this.server.addr as Deno.NetAddr;
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Makes requests with clients that are closed afterwards. */
  async round(requests: number): Promise<void> {
    let left = requests;
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      const client = new Client({ protocol: "h2", clock: this.#clock });
      await Promise.all(Array.from({ length: IN_FLIGHT }, async () => {
        while (left-- > 0) await this.#request(client);
      }));
      client.close();
    }));
    while (this.server.connections > 0 || this.waiting > 0) await pause(5);
  }

  async holdings(): Promise<Holdings> {
    // Whatever lingers does so for two seconds at most.
    for (let trial = 0; trial < 100 && this.#clock.pending > 0; trial++) await pause(50);
    const { heapBytes, externalBytes } = await heapUse();
    return {
      rssBytes: Deno.memoryUsage().rss,
      heapBytes,
      externalBytes,
      descriptors: descriptors(),
      timers: this.#clock.pending,
      connections: this.server.connections,
    };
  }

  async #request(client: Client): Promise<void> {
    const giveUp = new AbortController();
    const kind = Math.floor(this.#random() * 6);
    const path = PATHS[Math.floor(this.#random() * PATHS.length)];
    // A handler that waits until it is abandoned has to be.
    const patience = path === "/never" || kind === 1 ? this.#random() * 8 : Infinity;
    const timer = patience < 4
      ? undefined
      : patience < Infinity
      ? setTimeout(() => giveUp.abort(CANCELLED), patience - 4)
      : undefined;
    if (patience < 4) turns(patience).then(() => giveUp.abort(CANCELLED));
    try {
      const body = kind === 2 ? PART : kind === 3 ? parts(this.#random) : undefined;
      const method = body === undefined ? "GET" : "POST";
      const { signal } = giveUp;
      const response = await client.request(this.#origin + path, { method, body, signal });
      if (kind === 4 || path === "/endless") {
        for await (const _ of response.body.stream()) break; // which cancels
        this.cancelled++;
        return;
      }
      const { byteLength } = await response.body.bytes();
      const expected = EXPECTED[path]?.(body === PART ? PART.length : 0);
      if (kind !== 3 && expected !== undefined && byteLength !== expected) {
        throw new RangeError(`${path} answered ${byteLength} bytes`);
      }
      this.answered++;
    } catch (error) {
      if (error instanceof RangeError) throw error;
      if (error === CANCELLED) this.cancelled++;
      else this.failed++;
    } finally {
      clearTimeout(timer);
    }
  }

  async #handle(request: Request): Promise<Response> {
    switch (new URL(request.url).pathname) {
      case "/text":
        return text("hello");
      case "/late":
        await turns(3);
        return new Response("native");
      case "/echo":
        return new Response(request.body);
      case "/count":
        return text(`${(await request.arrayBuffer().catch(() => PART)).byteLength}`);
      case "/parts":
        return stream(ReadableStream.from([PART, PART, PART]));
      case "/endless":
        return new Response(new ReadableStream({ pull: (sink) => sink.enqueue(PART) }));
      case "/throw":
        throw new Error("on purpose");
      case "/break":
        return new Response(
          new ReadableStream({
            start: (sink) => sink.enqueue(PART),
            pull: (sink) => sink.error(new Error("on purpose")),
          }),
        );
      default:
        return await this.#waitForever(request);
    }
  }

  async #waitForever(request: Request): Promise<Response> {
    this.waiting++;
    if (!request.signal.aborted) {
      await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
    }
    this.waiting--;
    this.abandoned++;
    return text("too late");
  }
}

const PATHS = [
  ...["/text", "/late", "/echo", "/count", "/parts", "/endless", "/throw", "/break", "/never"],
];

/** How long a whole answer is, for a body of so many bytes. */
const EXPECTED: Readonly<Record<string, (bodyBytes: number) => number>> = {
  "/text": () => 5,
  "/late": () => 6,
  "/echo": (bodyBytes) => bodyBytes,
  "/count": (bodyBytes) => `${bodyBytes}`.length,
  "/parts": () => 3 * PART.length,
};

/** A body that comes in parts, and sometimes breaks off. */
function parts(random: () => number): ReadableStream<Uint8Array> {
  let left = Math.floor(random() * 4);
  const breaks = random() < 0.3;
  return new ReadableStream({
    pull: (sink) => {
      if (left-- > 0) sink.enqueue(PART);
      else if (breaks) sink.error(new Error("on purpose"));
      else sink.close();
    },
  });
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count * 4; turn++) await Promise.resolve();
}

/** How many are open; 0 where the system does not tell. */
function descriptors(): number {
  try {
    return [...Deno.readDirSync("/proc/self/fd")].length;
  } catch {
    return 0;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

if (import.meta.main) console.log(JSON.stringify(await soak(Number(Deno.args[0]))));
