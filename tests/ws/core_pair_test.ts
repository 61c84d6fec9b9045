import fc from "fast-check";
import type { WebSocketCore } from "@avx/ws/core";
import type { WebSocketTimeouts } from "@avx/ws/limits";
import { assertEquals } from "../support/assert.ts";
import { coreOf, deflateOf, drain } from "./cores.ts";

const WIRE_MS = 10;

interface Parcel {
  readonly at: number;
  readonly to: WebSocketCore;
  readonly bytes: Uint8Array;
}

/** A client and a server with a wire between them that takes time, on a clock that is moved. */
class Pair {
  readonly client: WebSocketCore;
  readonly server: WebSocketCore;
  readonly clientEvents: string[] = [];
  readonly serverEvents: string[] = [];
  readonly #piece: number;
  readonly #gone = new Set<WebSocketCore>();
  #wire: Parcel[] = [];
  /** Whether bytes are lost. */
  cut = false;
  now = 0;

  constructor(options: {
    piece?: number;
    compressed?: boolean;
    client?: Partial<WebSocketTimeouts>;
    server?: Partial<WebSocketTimeouts>;
  } = {}) {
    const { piece = 1e9, compressed = false } = options;
    const common = { closeMs: 1000, pingMs: Infinity };
    this.#piece = piece;
    this.client = coreOf({
      role: "client",
      timeouts: { ...common, ...options.client },
      deflate: compressed ? deflateOf("client") : undefined,
    });
    this.server = coreOf({
      timeouts: { ...common, ...options.server },
      deflate: compressed ? deflateOf("server") : undefined,
    });
  }

  /** A peer that hangs up: `from` says nothing more, and the other reads the end. */
  hangUp(from: "client" | "server"): void {
    const to = from === "client" ? this.server : this.client;
    this.#post(this[from], to);
    this.#wire.push({ at: this.now + WIRE_MS, to, bytes: new Uint8Array(0) });
    this.#gone.add(this[from]);
  }

  /** Whether an end has hung up. */
  hasGone(side: "client" | "server"): boolean {
    return this.#gone.has(this[side]);
  }

  /** Lets time pass, a millisecond at a time. */
  wait(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now++) this.#step();
    this.#step();
  }

  end(): void {
    this.client.release();
    this.server.release();
  }

  #step(): void {
    this.#post(this.client, this.server);
    this.#post(this.server, this.client);
    const due = this.#wire.filter(({ at }) => at <= this.now);
    this.#wire = this.#wire.filter(({ at }) => at > this.now);
    for (const { to, bytes } of due) {
      if (this.cut || this.#gone.has(to)) continue;
      to.receive(bytes, this.now);
      this.#collect();
    }
    for (const core of [this.client, this.server]) {
      if (core.deadline !== undefined && core.deadline <= this.now) core.tick(this.now);
    }
    this.#collect();
  }

  #collect(): void {
    this.clientEvents.push(...drain(this.client));
    this.serverEvents.push(...drain(this.server));
  }

  #post(from: WebSocketCore, to: WebSocketCore): void {
    for (let view = from.transmit(); view !== undefined; view = from.transmit()) {
      if (this.#gone.has(from)) continue;
      for (let at = 0; at < view.length; at += this.#piece) {
        this.#wire.push({ at: this.now + WIRE_MS, to, bytes: view.slice(at, at + this.#piece) });
      }
    }
  }
}

for (const piece of [1, 2, 3, 7, 64, 100_000]) {
  for (const compressed of [false, true]) {
    const how = compressed ? "compressed" : "plain";
    Deno.test(`two cores talk over a wire that carries ${piece} bytes at a time, ${how}`, () => {
      const pair = new Pair({ piece, compressed });
      pair.client.sendText("héllo ".repeat(60));
      pair.server.sendText("first");
      pair.client.ping(Uint8Array.of(0x61));
      pair.client.sendBinary(new Uint8Array(200).fill(0x62));
      pair.wait(30);
      pair.server.sendText("last");
      pair.server.close(1000, "done");
      pair.wait(30);
      assertEquals(pair.serverEvents, [
        "text " + "héllo ".repeat(60),
        "ping a",
        "binary " + "b".repeat(200),
        "closed 1000  clean",
      ]);
      assertEquals(pair.clientEvents, [
        "text first",
        "pong a",
        "text last",
        "closed 1000 done clean",
      ]);
      pair.end();
    });
  }
}

Deno.test("both close at the same time: each takes the other's frame for the answer", () => {
  const pair = new Pair();
  pair.client.close(4001, "client");
  pair.server.close(4002, "server");
  pair.wait(50);
  assertEquals(pair.clientEvents, ["closed 4002 server clean"]);
  assertEquals(pair.serverEvents, ["closed 4001 client clean"]);
  assertEquals(pair.client.transmit(), undefined);
  assertEquals(pair.server.transmit(), undefined);
});

Deno.test("a message that crosses the close frame is not shown to whoever has closed", () => {
  const pair = new Pair();
  pair.client.close(1000);
  pair.server.sendText("crossing");
  pair.wait(5);
  pair.server.sendText("crossing, too");
  pair.wait(45);
  assertEquals(pair.clientEvents, ["closed 1000  clean"]);
  assertEquals(pair.serverEvents, ["closed 1000  clean"]);
});

Deno.test("a close frame within a fragmented message ends both", () => {
  const pair = new Pair({ piece: 3 });
  pair.server.sendBinary(new Uint8Array(300));
  pair.wait(1);
  pair.client.close();
  pair.wait(50);
  assertEquals(pair.clientEvents, ["closed 1005  clean"]);
  assertEquals(pair.serverEvents, ["closed 1005  clean"]);
});

Deno.test("a ping and the answer to it cross a close frame", () => {
  const pair = new Pair();
  pair.client.ping(Uint8Array.of(0x61));
  pair.server.close(1000);
  pair.wait(50);
  assertEquals(pair.serverEvents, ["ping a", "closed 1000  clean"]);
  assertEquals(pair.clientEvents, ["closed 1000  clean"]);
});

Deno.test("a wire that is cut while both close ends both in time", () => {
  const pair = new Pair({ client: { closeMs: 500 } });
  pair.client.close(1000);
  pair.server.close(1000);
  pair.cut = true;
  pair.wait(499);
  assertEquals([pair.client.state, pair.server.state], ["closing", "closing"]);
  pair.wait(1);
  assertEquals(pair.clientEvents.at(-1), "closed 1006  lost");
  assertEquals(pair.server.state, "closing");
  pair.wait(500);
  assertEquals(pair.serverEvents, ["failed CLOSE_TIMEOUT undefined", "closed 1006  lost"]);
});

Deno.test("a wire that is cut is noticed by the side that pings", () => {
  const pair = new Pair({ server: { pingMs: 100, pongMs: 100 } });
  pair.wait(350);
  assertEquals(pair.clientEvents.length > 1, true);
  assertEquals(pair.server.state, "open");
  pair.cut = true;
  pair.wait(250);
  assertEquals(pair.serverEvents.slice(-2), [
    "failed PONG_TIMEOUT undefined",
    "closed 1006  lost",
  ]);
  assertEquals(pair.client.state, "open");
});

Deno.test("idle closing and closing cross", () => {
  const pair = new Pair({ server: { idleMs: 100 } });
  pair.wait(95);
  pair.client.close(4000);
  pair.wait(60);
  assertEquals(pair.clientEvents, ["closed 1001 Idle clean"]);
  assertEquals(pair.serverEvents, ["closed 4000  clean"]);
});

Deno.test("a fault crosses a close frame: the faulty side hears why, the other is lost", () => {
  const pair = new Pair();
  pair.server.receive(Uint8Array.of(0x83, 0x80), 0);
  pair.client.close(1000);
  pair.wait(50);
  assertEquals(pair.serverEvents, ["failed BAD_OPCODE 1002", "closed 1006  lost"]);
  assertEquals(pair.clientEvents, ["closed 1002 A frame has the opcode 0x3 clean"]);
});

/** What one of two ends does at one moment. */
type Act = readonly [
  who: "client" | "server",
  does: "send" | "large" | "ping" | "close" | "hang up" | "cut" | "nothing",
  thenMs: number,
];

const act: fc.Arbitrary<Act> = fc.tuple(
  fc.constantFrom("client", "server"),
  fc.constantFrom("send", "large", "ping", "close", "hang up", "cut", "nothing"),
  fc.constantFrom(0, 0, 1, 5, WIRE_MS, 2 * WIRE_MS, 100),
);

/** Does all of it; says what each end has sent before it closed. */
function perform(pair: Pair, acts: readonly Act[]): Record<"client" | "server", string[]> {
  const sent: Record<"client" | "server", string[]> = { client: [], server: [] };
  acts.forEach(([who, does, thenMs], index) => {
    const core = pair[who];
    const isOpen = core.state === "open";
    if (does === "close") core.close(4000 + index, who);
    else if (does === "hang up") pair.hangUp(who);
    else if (does === "cut") pair.cut = true;
    else if (does === "ping" && isOpen) core.ping();
    else if (isOpen && does !== "nothing") {
      const text = `${who} ${index} ${"x".repeat(does === "large" ? 400 : 0)}`;
      core.sendText(text);
      sent[who].push(`text ${text}`);
    }
    pair.wait(thenMs);
  });
  return sent;
}

Deno.test("whatever two ends do, in 5,000 orders, each comes to one end and in order", () => {
  const property = fc.property(
    fc.array(act, { maxLength: 12 }),
    fc.constantFrom(1, 3, 7, 1_000),
    (acts, piece) => {
      const waits = { closeMs: 300, pingMs: 200, pongMs: 100 };
      const pair = new Pair({ piece, client: waits, server: waits });
      const sent = perform(pair, acts);
      pair.client.close(1000);
      pair.wait(700);
      for (const [side, other] of [["client", "server"], ["server", "client"]] as const) {
        const events = pair[side === "client" ? "clientEvents" : "serverEvents"];
        const ends = events.filter((event) => event.startsWith("closed"));
        const silent = pair.hasGone(side); // it hears nothing, and is closed by its own driver
        if (!silent) assertEquals([ends.length, events.at(-1)], [1, ends[0]]);
        const messages = events.filter((event) => event.startsWith("text"));
        assertEquals(messages, sent[other].slice(0, messages.length));
        // A clean end is one after everything that the other end had sent before its own.
        const isClean = ends[0]?.endsWith("clean") === true;
        const hasClosed = acts.some(([who, does]) => who === side && does === "close");
        if (isClean && side === "server" && !hasClosed) {
          assertEquals(messages.length, sent[other].length);
        }
      }
    },
  );
  fc.assert(property, { seed: 20_260_404, numRuns: 5_000 });
});
