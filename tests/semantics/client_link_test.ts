import { BufferPool } from "@avx/runtime/buffer-pool";
import { ManualClock, memoryPair, type MemoryPairOptions } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import { ClientLink } from "@avx/semantics/requesting";
import { assertEquals } from "../support/assert.ts";

const WRITE_MS = 100;

/** Notes what its link tells it. */
class Line extends ClientLink {
  readonly log: string[] = [];
  readonly queue: Uint8Array[] = [];
  reads = true;
  due = Infinity;

  constructor(transport: Transport, timers: Timers) {
    super(transport, { timers, buffers: new BufferPool() });
  }

  begin(): void {
    this.listen();
    this.listen();
    this.rearm();
  }

  say(bytes: Uint8Array): void {
    this.queue.push(bytes);
    this.flush(this.timers.now());
  }

  lookAgain(): void {
    this.reads = true;
    this.readOn();
  }

  wake(at: number): void {
    this.due = at;
    this.rearm();
  }

  end(): boolean {
    const did = this.release();
    if (did) this.transport.close();
    return did;
  }

  get deadlines(): [writeBy: number, isWriting: boolean, isReleased: boolean] {
    return [this.alarm.writeBy, this.isWriting, this.isReleased];
  }

  override mayRead(): boolean {
    return this.reads;
  }

  override transmit(): Uint8Array | undefined {
    return this.queue.shift();
  }

  override writeFailed(error: unknown): void {
    this.log.push(`write failed ${(error as Error).name}`);
  }

  protected override takeIn(bytes: Uint8Array): void {
    this.log.push(`took ${bytes} at ${this.now}`);
    if (bytes.length === 0) this.reads = false;
  }

  protected override afterWrite(): void {
    this.log.push("written");
  }

  protected override readFailed(error: Error): void {
    this.log.push(`read failed ${error.name}`);
  }

  protected override get deadline(): number {
    return this.due;
  }

  protected override get writeMs(): number {
    return WRITE_MS;
  }

  protected override onDue(now: number): void {
    this.log.push(`due at ${now}`);
    this.due = Infinity;
  }
}

async function onBench(
  run: (line: Line, peer: Transport, clock: ManualClock) => Promise<void>,
  options: Omit<MemoryPairOptions, "clock"> = {},
): Promise<void> {
  const clock = new ManualClock();
  const [transport, peer] = memoryPair({ clock, ...options });
  const timers = new Timers(clock);
  const line = new Line(transport, timers);
  await run(line, peer, clock);
  line.end();
  peer.close();
  await clock.settle();
  assertEquals(timers.size, 0);
  timers.close();
}

Deno.test("client link takes what is read, with the time, and its end", () =>
  onBench(async (line, peer, clock) => {
    line.begin();
    await clock.advance(7);
    await peer.write(new Uint8Array([1, 2]));
    await clock.settle();
    await peer.closeWrite();
    await clock.settle();
    const at = clock.now();
    assertEquals(line.log, [`took 1,2 at ${at}`, `took  at ${at}`]);
    assertEquals(line.openedAt, at - 7);
  }));

Deno.test("client link reads only while that is of use", () =>
  onBench(async (line, peer, clock) => {
    line.reads = false;
    line.begin();
    await peer.write(new Uint8Array([1]));
    await clock.settle();
    assertEquals(line.log, []);
    line.lookAgain();
    await clock.settle();
    assertEquals(line.log.length, 1);
  }));

Deno.test("client link waits for the peer to take what is written, anew with each part", () =>
  onBench(async (line, peer, clock) => {
    line.begin();
    const start = clock.now();
    line.say(new Uint8Array(2_000));
    assertEquals(line.deadlines, [start + WRITE_MS, true, false]);
    await clock.advance(60);
    await peer.read(new Uint8Array(500));
    await clock.settle();
    line.say(new Uint8Array([1])); // leaves with what is in flight
    await peer.read(new Uint8Array(500));
    await clock.settle();
    assertEquals(line.deadlines, [start + 60 + WRITE_MS, true, false]);
    for (let read = 0; read < 3; read++) await peer.read(new Uint8Array(500));
    await clock.settle();
    assertEquals(line.deadlines, [Infinity, false, false]);
    assertEquals(line.log, ["written"]);
  }, { forward: { capacityBytes: 500 } }));

Deno.test("client link tells that something is due, and of a peer that takes nothing", () =>
  onBench(async (line, _peer, clock) => {
    line.begin();
    const start = clock.now();
    line.wake(start + 50);
    await clock.advance(50);
    assertEquals(line.log, [`due at ${start + 50}`]);
    line.say(new Uint8Array(2_000));
    await clock.advance(WRITE_MS);
    assertEquals(line.log.at(-1), `due at ${start + 50 + WRITE_MS}`);
  }, { forward: { capacityBytes: 500 } }));

Deno.test("client link tells of failures", async () => {
  await onBench(async (line, peer, clock) => {
    line.begin();
    line.say(new Uint8Array(2_000));
    const into = new Uint8Array(500);
    while (await peer.read(into).catch(() => null) !== null) await clock.settle();
    await clock.settle();
    assertEquals(line.log.sort(), ["read failed NetworkError", "write failed ConnectionReset"]);
  }, { forward: { capacityBytes: 500, resetAfterBytes: 1_000 } });
});

Deno.test("client link that was released hears and does nothing more", () =>
  onBench(async (line, peer, clock) => {
    line.begin();
    line.say(new Uint8Array(2_000));
    line.wake(clock.now() + 10);
    assertEquals(line.end(), true);
    assertEquals(line.end(), false);
    line.say(new Uint8Array([1]));
    line.wake(clock.now() + 10);
    line.receive(new Uint8Array([1]));
    await peer.read(new Uint8Array(8)).catch(() => {});
    await clock.advance(1_000);
    assertEquals([line.log, line.deadlines[2]], [[], true]);
  }, { forward: { capacityBytes: 500 } }));
