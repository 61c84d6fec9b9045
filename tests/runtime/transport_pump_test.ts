import { memoryPair } from "@avx/runtime/memory";
import { type PumpOwner, TransportPump } from "@avx/runtime/transport-pump";
import { assert, assertEquals, assertRejects } from "../support/assert.ts";

/** An owner that writes down what it is told. */
class Recorder implements PumpOwner {
  readonly log: string[] = [];
  readonly queue: Uint8Array[] = [];
  reads = true;

  mayRead(): boolean {
    return this.reads;
  }
  receive(bytes: Uint8Array): void {
    this.log.push(`receive ${bytes.length}`);
    if (bytes.length === 0) this.reads = false;
  }
  transmit(): Uint8Array | undefined {
    return this.queue.shift();
  }
  writing(): void {
    this.log.push("writing");
  }
  progressed(): void {
    this.log.push("progressed");
  }
  flushed(): void {
    this.log.push("flushed");
  }
  writeFailed(error: unknown): void {
    this.log.push(`failed ${error instanceof Error}`);
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await null;
}

Deno.test("a pump gives what is read to its owner, the end as no bytes", async () => {
  const [peer, transport] = memoryPair();
  const owner = new Recorder();
  const pump = new TransportPump(transport, owner, 1024);
  const ended = pump.run(new Uint8Array(7));
  await peer.write(new Uint8Array(3));
  await settle();
  await peer.closeWrite();
  await settle();
  assertEquals(owner.log, ["receive 7", "receive 3", "receive 0"]);
  pump.stop();
  await ended;
  peer.close();
  transport.close();
});

Deno.test("a pump does not read while its owner has no room, and goes on when told", async () => {
  const [peer, transport] = memoryPair();
  const owner = new Recorder();
  owner.reads = false;
  const pump = new TransportPump(transport, owner, 1024);
  const ended = pump.run();
  await peer.write(new Uint8Array(3));
  await settle();
  pump.readOn();
  assertEquals(owner.log, []);
  owner.reads = true;
  pump.readOn();
  await settle();
  assertEquals(owner.log, ["receive 3"]);
  pump.stop();
  peer.close();
  await ended;
  transport.close();
});

Deno.test("a pump writes one thing after the other, partial writes whole", async () => {
  const [peer, transport] = memoryPair({ faults: { maxWriteBytes: 2 } });
  const owner = new Recorder();
  const pump = new TransportPump(transport, owner, 1024);
  pump.flush();
  assertEquals(owner.log, ["flushed"]);
  owner.queue.push(new Uint8Array([1, 2, 3]), new Uint8Array([4]));
  pump.flush();
  assertEquals(pump.isWriting, true);
  pump.flush();
  await pump.written();
  assertEquals(owner.log, ["flushed", "writing", "progressed", "progressed", "flushed"]);
  const into = new Uint8Array(16);
  let count = 0;
  while (count < 4) count += (await peer.read(into.subarray(count)))!;
  assertEquals(into.subarray(0, count), new Uint8Array([1, 2, 3, 4]));
  await pump.written();
  peer.close();
  transport.close();
});

Deno.test("a pump that is stopped writes nothing more", async () => {
  const [peer, transport] = memoryPair({ faults: { maxWriteBytes: 1 } });
  const owner = new Recorder();
  const pump = new TransportPump(transport, owner, 1024);
  owner.queue.push(new Uint8Array([1, 2, 3]));
  pump.flush();
  pump.stop();
  await pump.written();
  owner.queue.push(new Uint8Array([4]));
  pump.flush();
  assertEquals(owner.log, ["writing"]);
  assertEquals(await peer.read(new Uint8Array(16)), 1);
  peer.close();
  transport.close();
});

Deno.test("errors of reads are thrown, errors of writes told", async () => {
  const [peer, transport] = memoryPair();
  const owner = new Recorder();
  const pump = new TransportPump(transport, owner, 1024);
  const ended = pump.run();
  peer.reset();
  const error = await assertRejects(() => ended);
  assert(error instanceof Error);
  owner.queue.push(new Uint8Array(1));
  pump.flush();
  await pump.written();
  assertEquals(owner.log, ["writing", "failed true"]);
  transport.close();
  peer.close();
});
