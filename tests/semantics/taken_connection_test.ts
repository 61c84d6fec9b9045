import { memoryPair } from "@avx/runtime/memory";
import { TakenConnection } from "@avx/semantics/serving";
import { assertEquals } from "../support/assert.ts";

const NO_BYTES = new Uint8Array(0);

Deno.test("a taken connection is what was handed over", async () => {
  const [peer, transport] = memoryPair();
  const taken = new TakenConnection(transport, new Uint8Array([1, 2]));
  assertEquals(taken.received, new Uint8Array([1, 2]));
  const { transport: lent } = taken;
  assertEquals([lent.localAddr, lent.remoteAddr], [transport.localAddr, transport.remoteAddr]);
  assertEquals([lent.tls, lent.encrypted], [undefined, false]);
  await lent.handshake();
  lent.unref();
  lent.ref();
  assertEquals(await lent.write(new Uint8Array([7])), 1);
  const into = new Uint8Array(4);
  assertEquals([await peer.read(into), into[0]], [1, 7]);
  await peer.write(new Uint8Array([8]));
  assertEquals([await lent.read(into), into[0]], [1, 8]);
  await lent.closeWrite();
  assertEquals(await peer.read(into), null);
  lent.close();
  peer.close();
});

Deno.test("a taken connection ends when its transport is closed, by whomever", async () => {
  for (const close of [(it: TakenConnection) => it.transport.close(), closeAll]) {
    const [peer, transport] = memoryPair();
    const taken = new TakenConnection(transport, NO_BYTES);
    let ended = false;
    const done = taken.run().then(() => ended = true);
    await Promise.resolve();
    assertEquals(ended, false);
    close(taken);
    await done;
    assertEquals(await peer.read(new Uint8Array(1)), null);
    peer.close();
  }
});

Deno.test("whoever has taken a connection is asked to leave once, and at once if it is late", () => {
  const [peer, transport] = memoryPair();
  const log: string[] = [];
  const early = new TakenConnection(transport, NO_BYTES);
  early.onShutdown(() => log.push("early"));
  early.shutdown();
  early.shutdown();
  const late = new TakenConnection(transport, NO_BYTES);
  late.shutdown();
  assertEquals(log, ["early"]);
  late.onShutdown(() => log.push("late"));
  assertEquals(log, ["early", "late"]);
  transport.close();
  peer.close();
});

function closeAll(taken: TakenConnection): void {
  taken.close();
}

Deno.test("one that fails when it is asked to leave keeps no other from being asked", async () => {
  const uncaught: unknown[] = [];
  const hear = (event: ErrorEvent): void => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  globalThis.addEventListener("error", hear);
  const [peer, transport] = memoryPair();
  const fault = new Error("mine");
  const fail = (): void => {
    throw fault;
  };
  const early = new TakenConnection(transport, NO_BYTES);
  early.onShutdown(fail);
  early.shutdown();
  const late = new TakenConnection(transport, NO_BYTES);
  late.shutdown();
  late.onShutdown(fail);
  await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
  globalThis.removeEventListener("error", hear);
  assertEquals(uncaught, [fault, fault]);
  early.close();
  peer.close();
});
