/**
 * Run as a program, with `--v8-flags=--expose-gc`: a peer that sends whatever it may on one connection,
 * for as long as it may where nobody counts, and what the core holds of it. Prints a line of JSON.
 *
 * `http2_flood.ts <frames> <server|client>`
 *
 * @module
 */

import {
  clientCore,
  drain,
  frameOf,
  joined,
  ORIGIN,
  Peer,
  resetFrame,
  sent,
  serverCore,
  settingsFrame,
  u32,
  windowUpdate,
} from "../../http2/cores.ts";
import { PREFACE } from "../../../http2/frame/preface.ts";
import type { Http2Event } from "../../../http2/proto/events.ts";
import { type HeapUse, heapUse } from "../../support/heap.ts";
import { generator } from "../../support/numbers.ts";

/** What a flood came to. */
export interface FloodReport {
  /** How many frames were sent. */
  readonly frames: number;
  /** How many events they have made. */
  readonly events: number;
  /** How many streams were open at most. */
  readonly mostStreams: number;
  /** What was held after a tenth. */
  readonly before: HeapUse;
  /** What was held at the end. */
  readonly after: HeapUse;
  /** Whether the connection was one to the end. */
  readonly open: boolean;
}

/** Nobody counts, so that only the limits of what is held are left. */
const UNCOUNTED = {
  maxPeerResets: Infinity,
  maxProvokedResets: Infinity,
  maxSettings: Infinity,
  maxPings: Infinity,
  maxPriorities: Infinity,
  maxEmptyFrames: Infinity,
  maxUnknownFrames: Infinity,
  maxWindowUpdates: Infinity,
};
const BATCH = 200;
const CONTENT = new Uint8Array(1000);

type Core = ReturnType<typeof serverCore> | ReturnType<typeof clientCore>;

/** What the frames are about: streams that may be open, the latest last. */
abstract class Flood {
  abstract readonly core: Core;
  readonly random = generator(9113);
  readonly peer = new Peer();
  events = 0;
  mostStreams = 0;
  readonly #unread: [streamId: number, byteCount: number][] = [];

  /** Opens, answers or resets streams, as is this end's. */
  abstract act(event: Http2Event): void;
  /** The frames of one more message, and their stream's content. */
  abstract message(): Uint8Array;
  /** A stream that was opened lately. */
  abstract lately(): number;
  /** What happens beside the peer's frames. */
  abstract turn(): void;

  send(frames: number): void {
    for (let count = 0; count < frames; count += BATCH) {
      this.turn();
      for (const [id, byteCount] of this.#unread.splice(0)) this.core.consume(id, byteCount);
      const batch = joined(...Array.from({ length: BATCH }, () => this.#frame()));
      this.core.receive(batch, 0);
      for (const event of drain(this.core)) {
        this.events++;
        if (event.type === "failed" && event.scope === "connection") throw new Error(event.reason);
        if (event.type === "data") this.#unread.push([event.streamId, event.bytes.length]);
        else this.act(event);
      }
      this.mostStreams = Math.max(this.mostStreams, this.core.openStreams);
      sent(this.core);
    }
  }

  #frame(): Uint8Array {
    const id = this.lately();
    switch (this.below(9)) {
      case 0:
      case 1:
      case 2:
        return this.message();
      case 3:
        return resetFrame(id, 8);
      case 4:
        return frameOf(0x02, 0, id, [...u32(this.below(1e9) + 2e9), 1]);
      case 5:
        return settingsFrame(0x1, this.below(8192), 0x99, this.below(100));
      case 6:
        return frameOf(0x06, this.below(2), 0, [...u32(this.below(99)), ...u32(1)]);
      case 7:
        return frameOf(0x42, 0, this.below(1000), CONTENT.subarray(0, this.below(1000)));
      default:
        return windowUpdate(id, 1);
    }
  }

  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** A field that nobody has seen. */
  field(): string[] {
    return [`x-${this.below(1e9)}`, "v".repeat(this.below(60))];
  }
}

class ServerFlood extends Flood {
  override readonly core = serverCore({ abuse: UNCOUNTED });
  #next = 1;

  constructor() {
    super();
    this.core.receive(joined(PREFACE, settingsFrame(), this.message()), 0);
    drain(this.core);
  }

  override act(event: Http2Event): void {
    if (event.type !== "request") return;
    switch (this.below(4)) {
      case 0:
        return void this.core.sendWhole(event.streamId, 200, [], "hello");
      case 1:
        return this.core.reset(event.streamId, 8);
      case 2:
        return void this.core.sendHead(event.streamId, 200, []);
    }
  }

  override message(): Uint8Array {
    const id = this.#next;
    this.#next += 2;
    // RFC 9218 §7.1: priorities of streams that may come, and never do.
    const early = frameOf(0x10, 0, 0, [...u32(id + 2 * this.below(1e6)), 0x75, 0x3d, 0x31]);
    const head = this.peer.post(id, this.field());
    return joined(early, head, frameOf(0x00, this.below(2), id, CONTENT));
  }

  override lately(): number {
    return Math.max(1, this.#next - 2 - 2 * this.below(100));
  }

  override turn(): void {
    if (this.core.openStreams < 100) return;
    for (let id = Math.max(1, this.#next - 1000); id < this.#next; id += 2) this.core.reset(id, 8);
  }
}

class ClientFlood extends Flood {
  override readonly core = clientCore({ abuse: UNCOUNTED, push: true });
  #asked = 0;
  #promised = 2;

  constructor() {
    super();
    this.turn();
    this.core.receive(joined(settingsFrame(0x3, 100), this.message()), 0);
    drain(this.core);
  }

  override act(event: Http2Event): void {
    if (event.type === "push" && this.below(2) === 0) this.core.reset(event.promisedId, 8);
  }

  override message(): Uint8Array {
    const promisedId = this.#promised;
    this.#promised += 2;
    const request = [":method", "GET", ":scheme", "https", ":authority", "h", ":path", "/"];
    const promise = [...u32(promisedId), ...this.peer.block([...request, ...this.field()])];
    return joined(
      frameOf(0x05, 0x04, this.#asked, promise),
      this.peer.headers(promisedId, [":status", "200", ...this.field()], 0x04),
      frameOf(0x00, this.below(2), promisedId, CONTENT),
    );
  }

  override lately(): number {
    return Math.max(2, this.#promised - 2 - 2 * this.below(100));
  }

  override turn(): void {
    for (let id = Math.max(2, this.#promised - 1000); id < this.#promised; id += 2) {
      if (this.core.openStreams > 50) this.core.reset(id, 8);
    }
    if (this.#asked > 0) this.core.reset(this.#asked, 8);
    const path = `/${this.below(1e9)}`;
    this.#asked = this.core.sendRequest({ ...ORIGIN, method: "GET", path })!;
  }
}

async function flood(frames: number, role: string): Promise<FloodReport> {
  const run = role === "server" ? new ServerFlood() : new ClientFlood();
  run.send(frames / 10);
  const before = await heapUse();
  run.send(frames - frames / 10);
  const after = await heapUse();
  const { core: { disposition }, events, mostStreams } = run;
  return { frames, events, mostStreams, before, after, open: disposition === "open" };
}

if (import.meta.main) {
  console.log(JSON.stringify(await flood(Number(Deno.args[0]), Deno.args[1])));
}
