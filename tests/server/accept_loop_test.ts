import { ManualClock, memoryPair } from "@avx/runtime/memory";
import type { AcceptFailed } from "@avx/runtime/ports/observer";
import type { Listener, Transport } from "@avx/runtime/ports/transport";
import { Deferred } from "@avx/runtime/deferred";
import { Timers } from "@avx/runtime/timers";
import { closedError, systemError } from "@avx/runtime/translate-error";
import { AcceptLoop } from "../../server/accept_loop.ts";
import { assert, assertEquals } from "../support/assert.ts";

/** A listener whose accepts the test settles one by one. */
class ScriptedListener implements Listener {
  readonly addr = { transport: "memory", name: "scripted" } as const;
  accepts = 0;
  closed = false;
  #pending: Deferred<Transport> | undefined;

  accept(): Promise<Transport> {
    this.accepts++;
    this.#pending = new Deferred<Transport>();
    return this.#pending.promise;
  }

  async connects(transport: Transport = memoryPair()[0]): Promise<void> {
    this.#pending?.resolve(transport);
    await settled();
  }

  async fails(error: unknown): Promise<void> {
    this.#pending?.reject(error);
    await settled();
  }

  close(): void {
    this.closed = true;
    this.#pending?.reject(closedError("The listener has been closed"));
  }

  ref(): void {}
  unref(): void {}
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

function start(maxConnections = Infinity) {
  const listener = new ScriptedListener();
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const admitted: Transport[] = [];
  const failures: AcceptFailed[] = [];
  const loop = new AcceptLoop({
    listener,
    admit: (transport) => admitted.push(transport),
    hasRoom: () => admitted.length < maxConnections,
    timers,
    observer: { "accept.error": (event) => failures.push(event) },
  });
  return { listener, clock, timers, admitted, failures, loop, done: loop.run() };
}

const outOfDescriptors = () => systemError("Error", "EMFILE", "Too many open files (os error 24)");

Deno.test("accept loop admits every connection", async () => {
  const { listener, admitted, loop, done } = start();
  await listener.connects();
  await listener.connects();
  loop.stop();
  await done;

  assertEquals(admitted.length, 2);
  assert(listener.closed);
});

Deno.test("accept loop survives EMFILE with pauses that double up to a second", async () => {
  const { listener, clock, failures, admitted, loop, done } = start();
  for (let turn = 0; turn < 10; turn++) {
    await listener.fails(outOfDescriptors());
    const { retryInMs } = failures[turn];
    const { accepts } = listener;
    await clock.advance(retryInMs - 1);
    assertEquals(listener.accepts, accepts, "accepts before the pause is over");
    await clock.advance(1);
    // A wheel may be a tick late, never early.
    await clock.advance(20);
    assertEquals(listener.accepts, accepts + 1);
  }
  await listener.connects();
  loop.stop();
  await done;

  assertEquals(failures.map(({ retryInMs }) => retryInMs), [
    5,
    10,
    20,
    40,
    80,
    160,
    320,
    640,
    1000,
    1000,
  ]);
  assert(failures.every(({ code }) => code === "EMFILE"));
  assertEquals(admitted.length, 1);
});

Deno.test("accept loop begins with short pauses again after a success", async () => {
  const { listener, clock, failures, loop, done } = start();
  await listener.fails(outOfDescriptors());
  await clock.advance(30);
  await listener.fails(outOfDescriptors());
  await clock.advance(30);
  await listener.connects();
  await listener.fails(outOfDescriptors());
  loop.stop();
  await done;

  assertEquals(failures.map(({ retryInMs }) => retryInMs), [5, 10, 5]);
});

Deno.test("accept loop tries again as soon as a connection has left", async () => {
  const { listener, timers, loop, done } = start();
  await listener.fails(outOfDescriptors());
  assertEquals(listener.accepts, 1);
  loop.resume();
  await settled();

  assertEquals(listener.accepts, 2);
  assertEquals(timers.size, 0);
  loop.stop();
  await done;
});

Deno.test("accept loop does not pause for a peer that left the queue, but for a flood of them", async () => {
  const { listener, failures, loop, done } = start();
  const left = () => systemError("ConnectionAborted", "ECONNABORTED", "Connection aborted");
  await listener.fails(left());
  assertEquals(listener.accepts, 2);
  await listener.fails(left());
  assertEquals(listener.accepts, 2);
  loop.stop();
  await done;

  assertEquals(failures.map(({ retryInMs }) => retryInMs), [0, 10]);
});

Deno.test("accept loop names errors without a code", async () => {
  const { listener, failures, loop, done } = start();
  await listener.fails(new Error("?"));
  loop.stop();
  await done;

  assertEquals(failures, [{ code: "UNKNOWN", retryInMs: 5 }]);
});

Deno.test("accept loop ends when the listener was closed by somebody else", async () => {
  const { listener, failures, done } = start();
  listener.close();
  await done;

  assertEquals(failures, []);
});

Deno.test("accept loop that is stopped in a pause leaves no timer", async () => {
  const { listener, timers, loop, done } = start();
  await listener.fails(outOfDescriptors());
  assertEquals(timers.size, 1);
  loop.stop();
  await done;

  assertEquals(timers.size, 0);
});

Deno.test("accept loop does not accept without room, and goes on when there is some", async () => {
  const { listener, admitted, loop, done } = start(2);
  await listener.connects();
  await listener.connects();
  assertEquals(listener.accepts, 2);
  loop.resume();
  await settled();
  assertEquals(listener.accepts, 2);

  admitted.pop();
  loop.resume();
  await settled();
  assertEquals(listener.accepts, 3);
  loop.stop();
  await done;
});

Deno.test("accept loop that is stopped while it has no room ends", async () => {
  const { listener, loop, done } = start(1);
  await listener.connects();
  loop.stop();
  await done;

  assertEquals(listener.accepts, 1);
});

Deno.test("accept loop closes a connection that comes with the stop", async () => {
  const { listener, admitted, loop, done } = start();
  const [late, peer] = memoryPair();
  const connected = listener.connects(late);
  loop.stop();
  await connected;
  await done;

  assertEquals(admitted, []);
  assertEquals(await peer.read(new Uint8Array(1)), null);
});
