/** What a client makes of the limits and farewells of a server that a test plays by hand. */

import { Client, type ClientOptions, type ClientResponse } from "@avx/client";
import { Http2ServerCore } from "@avx/http2";
import { BufferPool } from "@avx/runtime/buffer-pool";
import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import { ManualClock, type MemoryListener, MemoryNetwork } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { frameOf, settingsFrame, u32 } from "../http2/cores.ts";
import { assertEquals, assertRejects } from "../support/assert.ts";
import { later } from "./stage.ts";

const URL_ROOT = "http://h2.example/";
const MAX_CONCURRENT_STREAMS = 3;
const REFUSED_STREAM = 7;

/** A connection on the server's side. */
class Served {
  /** `1 GET /path`, as they come. */
  readonly requests: string[] = [];
  ended = false;
  readonly #core = new Http2ServerCore({ buffers: new BufferPool() });
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#readAll();
  }

  /** Which streams are open. */
  get open(): number {
    return this.#core.openStreams;
  }

  answer(streamId: number, body: string): void {
    this.#core.sendWhole(streamId, 200, [], body);
    this.#flush();
  }

  reset(streamId: number, code: number): void {
    this.#core.reset(streamId, code);
    this.#flush();
  }

  /** Sends bytes past the core. */
  raw(bytes: Uint8Array): void {
    this.#transport.write(bytes).catch(() => {});
  }

  /** Says how many streams there may be from now on. */
  allow(streams: number): void {
    this.raw(settingsFrame(MAX_CONCURRENT_STREAMS, streams));
  }

  goaway(lastStreamId: number, code = 0): void {
    this.raw(frameOf(0x07, 0, 0, [...u32(lastStreamId), ...u32(code)]));
  }

  close(): void {
    this.#transport.close();
  }

  #flush(): void {
    for (let bytes = this.#core.transmit(); bytes; bytes = this.#core.transmit()) {
      this.raw(bytes.slice());
    }
  }

  async #readAll(): Promise<void> {
    const core = this.#core;
    try {
      for (;;) {
        const into = new Uint8Array(64 * 1024);
        const count = await this.#transport.read(into);
        core.receive(into.subarray(0, count ?? 0), 0);
        for (let event = core.next(); event; event = core.next()) {
          if (event.type === "request") {
            const { method, target } = event.head;
            this.requests.push(`${event.streamId} ${method} ${target}`);
          } else if (event.type === "data") core.consume(event.streamId, event.bytes.length);
        }
        this.#flush();
        if (count === null) break;
      }
    } catch {
      // The connection was broken.
    }
    this.ended = true;
  }
}

interface Stage {
  readonly client: Client;
  readonly clock: ManualClock;
  readonly listener: MemoryListener;
  /** The next connection, its settings exchanged. */
  accept(): Promise<Served>;
  /** Asks for a path; gives the body that comes. */
  ask(path: string, method?: string): Promise<string>;
  settle(): Promise<void>;
}

async function byHand(
  run: (stage: Stage) => Promise<void>,
  options: ClientOptions = {},
): Promise<void> {
  const clock = new ManualClock();
  const network = new MemoryNetwork({ clock });
  const listener = network.listen({ hostname: "h2.example", port: 80 });
  const client = new Client({ protocol: "h2", network, clock, ...options });
  const served: Served[] = [];
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await clock.advance(0);
  }
  async function accept(): Promise<Served> {
    const one = new Served(await listener.accept());
    served.push(one);
    await settle();
    return one;
  }
  function ask(path: string, method = "GET"): Promise<string> {
    const body = method === "POST" ? "x" : undefined;
    const asked = client.request(`${URL_ROOT}${path}`, { method, body });
    return later(asked.then((response: ClientResponse) => response.body.text()));
  }
  try {
    await run({ client, clock, listener, accept, ask, settle });
  } finally {
    client.close();
    await settle();
    for (const one of served) one.close();
    listener.close();
    await settle();
  }
  assertEquals(clock.pending, 0, "leaves no timer");
}

Deno.test("client sends again what came behind the last stream of a GOAWAY, whatever its method", () =>
  byHand(async ({ ask, accept, settle }) => {
    const asked = [ask("a"), ask("b", "POST"), ask("c")];
    const first = await accept();
    assertEquals(first.requests, ["1 GET /a", "3 POST /b", "5 GET /c"]);
    first.goaway(1);
    const second = await accept();
    assertEquals(second.requests.toSorted(), ["1 POST /b", "3 GET /c"]);
    for (const streamId of [1, 3]) second.answer(streamId, "second");
    assertEquals(first.ended, false, "it still carries one");
    first.answer(1, "first");
    assertEquals(await Promise.all(asked), ["first", "second", "second"]);
    await settle();
    assertEquals(first.ended, true);
    const next = ask("d");
    await settle();
    second.answer(5, "next");
    assertEquals(await next, "next");
  }));

Deno.test("client takes a GOAWAY in two steps, as a graceful server sends it", () =>
  byHand(async ({ ask, accept, settle }) => {
    const early = ask("a");
    const first = await accept();
    first.goaway(0x7fff_ffff);
    await settle();
    const late = ask("b");
    const second = await accept();
    assertEquals([first.requests, second.requests], [["1 GET /a"], ["1 GET /b"]]);
    first.goaway(1);
    first.answer(1, "first");
    second.answer(1, "second");
    assertEquals([await early, await late], ["first", "second"]);
  }));

Deno.test("client does not send a body again that can be had only once", () =>
  byHand(async ({ client, ask, accept, settle }) => {
    const whole = ask("whole");
    const stream = new Response("x").body!;
    const once = later(client.request(`${URL_ROOT}once`, { method: "POST", body: stream }));
    const first = await accept();
    assertEquals(first.requests, ["1 GET /whole", "3 POST /once"]);
    first.goaway(1);
    await assertRejects(() => once, NetworkError);
    first.answer(1, "first");
    assertEquals(await whole, "first");
    await settle();
  }));

Deno.test("client tries a refused request again, on the same connection, but not for ever", () =>
  byHand(async ({ client, ask, accept, settle }) => {
    const asked = ask("a", "POST");
    const served = await accept();
    for (let streamId = 1; streamId <= 9; streamId += 2) {
      assertEquals(served.requests.at(-1), `${streamId} POST /a`);
      served.reset(streamId, REFUSED_STREAM);
      await settle();
    }
    served.answer(11, "at last");
    assertEquals(await asked, "at last");
    const never = ask("b");
    await settle();
    for (let streamId = 13; streamId <= 23; streamId += 2) {
      served.reset(streamId, REFUSED_STREAM);
      await settle();
    }
    await assertRejects(() => never, NetworkError, "REFUSED_STREAM");
    assertEquals(client.stats().idle, 1);
  }));

Deno.test("client opens no more streams than the server allows, and the others wait in line", () =>
  byHand(async ({ client, ask, accept, settle }) => {
    const warmUp = ask("0");
    const served = await accept();
    served.allow(2);
    served.answer(1, "");
    await warmUp;
    await settle();
    const asked = Array.from({ length: 6 }, (_, at) => ask(`${at + 1}`));
    await settle();
    assertEquals(served.requests.slice(1), ["3 GET /1", "5 GET /2"]);
    assertEquals([client.stats().requests, client.stats().waiting], [2, 4]);
    for (let streamId = 3; streamId <= 13; streamId += 2) {
      assertEquals(served.open <= 2, true, `${served.open} streams`);
      served.answer(streamId, `${(streamId - 1) / 2}`);
      await settle();
    }
    assertEquals(await Promise.all(asked), ["1", "2", "3", "4", "5", "6"]);
  }, { maxConnectionsPerOrigin: 1 }));

Deno.test("client keeps to a limit that is raised, lowered or nothing on the way", () =>
  byHand(async ({ ask, accept, settle }) => {
    const warmUp = ask("0");
    const served = await accept();
    served.allow(1);
    served.answer(1, "");
    await warmUp;
    await settle();
    const asked = Array.from({ length: 8 }, (_, at) => ask(`${at + 1}`));
    await settle();
    assertEquals(served.requests.length, 2);
    served.allow(4); // those who wait go at once
    await settle();
    assertEquals(served.requests.length, 5);
    served.allow(2); // those on their way stay, and no other follows until there is room
    served.answer(3, "");
    served.answer(5, "");
    await settle();
    assertEquals([served.requests.length, served.open], [5, 2]);
    served.answer(7, "");
    await settle();
    assertEquals([served.requests.length, served.open], [6, 2]);
    served.allow(0);
    served.answer(9, "");
    served.answer(11, "");
    await settle();
    assertEquals([served.requests.length, served.open], [6, 0]);
    served.allow(100);
    await settle();
    assertEquals([served.requests.length, served.open], [9, 3]);
    for (const streamId of [13, 15, 17]) served.answer(streamId, "");
    await Promise.all(asked);
  }, { maxConnectionsPerOrigin: 1 }));

Deno.test("client waits only so long for a server that allows no stream", () =>
  byHand(async ({ client, ask, accept, clock, settle }) => {
    const warmUp = ask("0");
    const served = await accept();
    served.allow(0);
    served.answer(1, "");
    await warmUp;
    await settle();
    // One waits on the connection, as if its answer were late; the others wait for their turn.
    const [first, second] = [ask("1"), ask("2")];
    await clock.advance(1_000);
    await settle();
    assertEquals((await assertRejects(() => second, TimeoutError)).phase, "pool");
    served.allow(0);
    await clock.advance(1_000);
    await settle();
    assertEquals((await assertRejects(() => first, TimeoutError)).phase, "headers");
    assertEquals(served.requests.length, 1);
    assertEquals(client.stats().waiting, 0);
  }, { maxConnectionsPerOrigin: 1, timeouts: { pool: 1_000, headers: 2_000 } }));
