import { BufferPool } from "@avx/runtime/buffer-pool";
import { ManualClock, memoryPair, type MemoryPairOptions } from "@avx/runtime/memory";
import type { Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import {
  type Exchange,
  type LinkDisposition,
  ServerLink,
  type TakenConnection,
} from "@avx/semantics/serving";
import { assertEquals, assertRejects, assertStrictEquals } from "../support/assert.ts";
import { exchange } from "./serving_sink.ts";

/** A driver whose core answers whatever the test puts in. */
class TestLink extends ServerLink<Exchange> {
  readonly log: string[] = [];
  readonly output: Uint8Array[] = [];
  disposes: LinkDisposition = "open";
  settlesFor = 0;
  due = Infinity;

  protected override takeIn(bytes: Uint8Array): void {
    this.log.push(`in ${bytes.length}`);
  }
  protected override dispatch(): void {
    this.log.push("dispatch");
  }
  override transmit(): Uint8Array | undefined {
    return this.output.shift();
  }
  protected override get wantsInput(): boolean {
    return true;
  }
  protected override get deadline(): number {
    return this.due;
  }
  protected override tick(): void {
    this.log.push("tick");
    this.due = Infinity;
  }
  protected override expire(): void {
    this.log.push("expire");
  }
  protected override get isSettling(): boolean {
    return this.settlesFor-- > 0;
  }
  protected override get disposition(): LinkDisposition {
    return this.disposes;
  }
  protected override takeRemainder(): Uint8Array {
    return new Uint8Array([9]);
  }
  protected override handOver({ received }: TakenConnection): void {
    this.log.push(`hand over ${received}`);
  }
  protected override stopAccepting(): void {
    this.disposes = "close";
  }
  protected override lost(error: Error, isRegular: boolean): void {
    this.log.push(`lost ${isRegular} ${(error as Error & { code: string }).code}`);
  }
  complete(asked: Exchange): void {
    this.completeSoon(asked);
  }
}

function start(options: MemoryPairOptions = {}) {
  const [peer, transport] = memoryPair(options);
  const clock = new ManualClock();
  const link = new TestLink(transport, {
    timers: new Timers(clock),
    buffers: new BufferPool(),
    writeMs: 1_000,
    lingerMs: 500,
    maxReadBytes: 1024,
  });
  return { peer, transport, clock, link, done: link.run(undefined) };
}

async function readAll(peer: Transport): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await peer.read(new Uint8Array(64 * 1024));
    if (count === null) return total;
    total += count;
  }
}

Deno.test("a link shows its transport", () => {
  const { link, peer, transport } = start();
  assertStrictEquals(link.remoteAddr, transport.remoteAddr);
  assertStrictEquals(link.localAddr, transport.localAddr);
  assertEquals(link.encrypted, false);
  assertEquals(link.tls, undefined);
  link.close();
  peer.close();
});

Deno.test("what is read goes to the core, and what it has to send leaves in the same turn", async () => {
  const { link, peer, clock, done } = start();
  link.output.push(new Uint8Array(3));
  await peer.write(new Uint8Array(5));
  await clock.settle();
  assertEquals(link.log, ["in 5", "dispatch"]);
  assertEquals(await peer.read(new Uint8Array(16)), 3);
  link.close();
  await done;
  assertEquals(link.log.at(-1), "lost false ABORTED");
  peer.close();
});

Deno.test("a flush waits a little for responses that have not shown what they are", async () => {
  const { link, peer, clock, done } = start();
  link.settlesFor = 3;
  link.flushSoon();
  link.flushSoon();
  await clock.settle();
  assertEquals(link.log, ["tick", "dispatch"]);
  assertEquals(link.settlesFor < 0, true);
  link.close();
  await done;
  peer.close();
});

Deno.test("an exchange is complete when what was queued is written, or is lost", async () => {
  const { link, peer, clock, done } = start();
  const first = exchange();
  const completed = first.completed;
  link.output.push(new Uint8Array(1));
  link.complete(first);
  link.flushSoon();
  await completed;
  const second = exchange();
  const lost = second.completed;
  link.complete(second);
  link.close();
  await assertRejects(() => lost);
  await clock.settle();
  await done;
  peer.close();
});

Deno.test("a peer that takes nothing is left when its time is over", async () => {
  const { link, peer, clock, done } = start({ backward: { capacityBytes: 1 } });
  link.output.push(new Uint8Array(64));
  link.flushSoon();
  await clock.settle();
  await clock.advance(1_100);
  await done;
  assertEquals(link.log.at(-1), "lost false WRITE_TIMEOUT");
  peer.close();
});

Deno.test("a link that lingers ends its half, drops what comes, and ends with its peer", async () => {
  const { link, peer, clock, done } = start();
  link.disposes = "linger";
  link.output.push(new Uint8Array(7));
  link.flushSoon();
  await clock.settle();
  assertEquals(await readAll(peer), 7);
  await peer.write(new Uint8Array(9));
  await clock.settle();
  await peer.closeWrite();
  await done;
  assertEquals(link.log.at(-1), "lost true CLOSED");
  peer.close();
});

Deno.test("a link that lingers does not wait for ever", async () => {
  const { link, peer, clock, done } = start();
  link.disposes = "linger";
  link.flushSoon();
  await clock.settle();
  await clock.advance(600);
  await done;
  assertEquals(link.log.at(-1), "lost true CLOSED");
  peer.close();
});

Deno.test("a transport that is handed over stays open", async () => {
  const { link, peer, transport, clock, done } = start();
  link.disposes = "upgraded";
  await peer.write(new Uint8Array(1));
  await clock.settle();
  const taken = await done;
  assertEquals(link.log, ["in 1", "dispatch", "hand over 9"]);
  await transport.write(new Uint8Array(2));
  assertEquals(await peer.read(new Uint8Array(8)), 2);
  taken!.onShutdown(() => link.log.push("leave"));
  link.shutdown();
  assertEquals(link.log.at(-1), "leave");
  link.close();
  await taken!.run();
  assertEquals(await peer.read(new Uint8Array(8)), null);
  peer.close();
});

Deno.test("the core is looked at when its deadline comes", async () => {
  const { link, peer, clock, done } = start();
  link.due = clock.now() + 50;
  link.flushSoon();
  await clock.settle();
  link.log.length = 0;
  link.due = clock.now() + 50;
  link.flushSoon();
  await clock.settle();
  await clock.advance(100);
  assertEquals(link.log.includes("expire"), false);
  link.due = clock.now() + 50;
  await peer.write(new Uint8Array(1));
  await clock.settle();
  await clock.advance(60);
  assertEquals(link.log.slice(-3), ["expire", "tick", "dispatch"]);
  link.shutdown();
  await done;
  link.shutdown();
  peer.close();
});

Deno.test("a connection that breaks is lost with what broke it", async () => {
  const { link, peer, done } = start();
  peer.reset();
  await done;
  assertEquals(link.log, ["lost false ECONNRESET"]);
  peer.close();
});
