/** A client's connection and a server that do anything at any moment: everything comes to one end. */

import type { BodySource } from "@avx/semantics/body-source";
import { assert, assertEquals } from "../support/assert.ts";
import { Asked, ClientDriver, Pulled } from "./client_driver.ts";
import { settingsFrame } from "./cores.ts";

const WALKS = 500;
const STEPS = 80;

/** Numbers that look random and are the same each time (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One walk: a driver, and what was asked of it. */
class Walk {
  readonly driver: ClientDriver;
  readonly asked: Asked[] = [];
  readonly pushed: Asked[] = [];
  readonly abandoned = new Set<Asked>();
  readonly probes: Promise<boolean>[] = [];
  readonly #random: (below: number) => number;
  readonly #open: number[] = [];
  readonly #headed = new Set<number>();

  constructor(seed: number) {
    const random = this.#random = randomFrom(seed);
    this.driver = new ClientDriver({
      timeouts: { headersMs: 5_000, bodyMs: 5_000, requestMs: 5_000, continueMs: 500 },
      limits: { streamWindowBytes: 70_000, maxPushBytes: 50_000, maxPushes: 5 },
      serverLimits: { maxConcurrentStreams: 10, abuse: UNLIMITED },
      onPush: ({ method, target }) => {
        if (random(4) === 0) return undefined;
        const push = new Asked({ method, target });
        this.pushed.push(push);
        return push;
      },
    });
  }

  /** Does something. */
  async step(): Promise<void> {
    const random = this.#random;
    const { connection, server } = this.driver;
    switch (random(17)) {
      case 0:
      case 1:
      case 2:
        return this.#ask();
      case 3:
      case 4:
        return await this.driver.settle();
      case 5:
        return await this.driver.flush();
      case 6:
      case 7:
        return this.#act((id) => server.sendWhole(id, 200, [], "x".repeat(random(100))));
      case 8:
        return this.#act((id) => {
          server.sendHead(id, 200, []);
          this.#headed.add(id);
        });
      case 9:
        for (const id of this.#headed) {
          this.#try(() => server.sendData(id, new Uint8Array(random(20_000))));
          if (random(3) === 0) this.#try(() => server.sendEnd(id));
        }
        return;
      case 10:
        return this.#act((id) => server.reset(id, random(2) === 0 ? 7 : 8));
      case 11:
        return this.#act((id) => {
          const path = `/${random(9)}`;
          const promised = server.push(id, { method: "GET", scheme: "http", authority: "h", path });
          if (promised !== undefined) this.#open.push(promised);
        });
      case 12:
        return this.#giveUp();
      case 13:
        await this.#read();
        return;
      case 14: // SETTINGS_MAX_CONCURRENT_STREAMS, more than the server itself keeps to or less
        return this.driver.raw(settingsFrame(3, random(4) === 0 ? 0 : random(12)));
      case 15:
        this.probes.push(connection.probe(1_000));
        return;
      default:
        return await this.driver.pass(random(600));
    }
  }

  /** Ends it in one way or another. */
  async end(): Promise<void> {
    const { driver } = this;
    const random = this.#random;
    await driver.flush();
    switch (random(4)) {
      case 0:
        driver.connection.shutdown();
        await driver.pass(12_000); // what is not answered is given up
        break;
      case 1:
        driver.server.shutdown();
        await driver.flush();
        await driver.pass(12_000);
        break;
      case 2:
        driver.peer.close();
        break;
      default:
        driver.connection.close(new RangeError("now"));
    }
    await driver.settle();
    for (const { body } of [...this.asked, ...this.pushed]) {
      if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
    }
    for (const { transport } of this.asked) transport?.close();
    await driver.settle();
    assertEquals(driver.connection.openStreams, 0);
    assertEquals(await driver.close(), 0, "leaves no timer");
    await Promise.all(this.probes);
    this.#judge();
  }

  #judge(): void {
    const ends = /^(?:answered \d+(?: ".*")?|finished|broken .*|failed .*|upgraded .*)$/;
    for (const one of [...this.asked, ...this.pushed]) {
      const count = one.log.filter((line) => ends.test(line)).length;
      if (this.abandoned.has(one)) assert(count === 0, `${one.log} after it was given up`);
      else assertEquals(count, 1, `${one.log}`);
    }
    const { told } = this.driver;
    assertEquals(told.filter((line) => line.startsWith("closed")).length, 1);
    const released = told.filter((line) => line === "released").length;
    assertEquals(released, this.asked.length, "each place is given back once");
  }

  #ask(): void {
    const random = this.#random;
    const kind = random(8);
    const body = kind === 0
      ? new Uint8Array(random(5_000))
      : kind === 1
      ? new Pulled(Array.from({ length: random(4) }, () => new Uint8Array(random(40_000))))
      : undefined;
    const asked = new Asked({
      body,
      expectContinue: body !== undefined && random(4) === 0,
      protocol: kind === 2 ? "p" : undefined,
    });
    // Settings of ours may come before the server's own, which offer extended CONNECT.
    if (!this.#try(() => this.driver.connection.start(asked, this.driver.clock.now()))) return;
    this.asked.push(asked);
    if (asked.streamId > 0) this.#open.push(asked.streamId);
  }

  #act(act: (streamId: number) => void): void {
    if (this.#open.length === 0) return;
    const id = this.#open[this.#random(this.#open.length)];
    this.#try(() => act(id));
  }

  /** Does what may be done now. Returns whether it might. */
  #try(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      assertEquals((error as Error).name, "LocalProtocolError");
      return false;
    }
  }

  #giveUp(): void {
    const all = [...this.asked, ...this.pushed];
    if (all.length === 0) return;
    const one = all[this.#random(all.length)];
    if (one.log.some((line) => !line.startsWith("informed"))) {
      const { body } = one;
      if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
      return;
    }
    this.driver.connection.abandon(one, new RangeError("enough"));
    this.abandoned.add(one);
  }

  async #read(): Promise<void> {
    for (const { body, log } of [...this.asked, ...this.pushed]) {
      if (!isSource(body) || log.at(-1) !== "answered 200 …") continue;
      if (this.#random(2) === 0) continue;
      const pull = Promise.resolve().then(() => body.pull()).catch(() => {});
      await Promise.race([pull, this.driver.settle()]);
      if (log.at(-1) === "answered 200 …") body.cancel(); // no other pull may be pending
    }
  }
}

const UNLIMITED = {
  intervalMs: 10_000,
  maxPeerResets: Infinity,
  maxProvokedResets: Infinity,
  maxContinuations: 32,
  maxSettings: Infinity,
  maxPings: Infinity,
  maxPriorities: Infinity,
  maxEmptyFrames: Infinity,
  maxWindowUpdates: Infinity,
  maxUnknownFrames: Infinity,
};

function isSource(body: Asked["body"]): body is BodySource {
  return body !== undefined && !(body instanceof Uint8Array);
}

Deno.test(`${WALKS} walks of a client and its server: all that is asked ends once, and nothing is left`, async () => {
  for (let seed = 1; seed <= WALKS; seed++) {
    const walk = new Walk(seed);
    try {
      for (let step = 0; step < STEPS; step++) await walk.step();
      await walk.end();
    } catch (error) {
      throw new Error(`Walk ${seed}: ${error}`, { cause: error });
    }
  }
});
