import { Deferred } from "@avx/runtime/deferred";
import { TimeoutError, TlsError } from "@avx/runtime/errors";
import { ManualClock } from "@avx/runtime/memory";
import type { HandshakeFailed } from "@avx/runtime/ports/observer";
import type { Transport } from "@avx/runtime/ports/transport";
import { Timers } from "@avx/runtime/timers";
import { TakenConnection } from "@avx/semantics/serving";
import { ConnectionSet, type ServedConnection } from "../../server/connections.ts";
import { assert, assertEquals, assertFalse, assertInstanceOf } from "../support/assert.ts";

/** A connection that ends when the test says so. */
class ScriptedConnection implements ServedConnection {
  readonly calls: string[] = [];
  readonly ended = new Deferred<TakenConnection | undefined>();

  run(): Promise<TakenConnection | undefined> {
    this.calls.push("run");
    return this.ended.promise;
  }

  shutdown(): void {
    this.calls.push("shutdown");
  }

  close(): void {
    this.calls.push("close");
    this.ended.resolve(undefined);
  }
}

/** A transport that does nothing but a handshake. */
class ScriptedTransport {
  readonly encrypted: boolean;
  readonly remoteAddr = { transport: "memory", name: "peer" } as const;
  readonly shaken = new Deferred<void>();
  handshakes = 0;
  closed = false;
  referenced = true;

  constructor(encrypted: boolean) {
    this.encrypted = encrypted;
  }

  handshake(): Promise<void> {
    this.handshakes++;
    return this.shaken.promise;
  }

  close(): void {
    this.closed = true;
    if (this.handshakes > 0) this.shaken.reject(new Error("closed"));
  }

  ref(): void {
    this.referenced = true;
  }

  unref(): void {
    this.referenced = false;
  }
}

function transport(encrypted = false): ScriptedTransport & Transport {
  return new ScriptedTransport(encrypted) as ScriptedTransport & Transport;
}

function start(tlsHandshakeMs = 1_000) {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const connections: ScriptedConnection[] = [];
  const left = { count: 0 };
  const failures: HandshakeFailed[] = [];
  const set = new ConnectionSet({
    connect: () => {
      const connection = new ScriptedConnection();
      connections.push(connection);
      return connection;
    },
    onLeave: () => left.count++,
    timers,
    tlsHandshakeMs,
    observer: { "handshake.error": (event) => failures.push(event) },
  });
  return { clock, timers, connections, left, failures, set };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true);
  await settled();
  return done;
}

Deno.test("connection set serves clear text in the same turn, until it ends", async () => {
  const { connections, left, set } = start();
  set.admit(transport());
  assertEquals(connections[0].calls, ["run"]);
  assertEquals(set.size, 1);

  connections[0].ended.resolve(undefined);
  await settled();
  assertEquals(set.size, 0);
  assertEquals(left.count, 1);
});

Deno.test("connection set serves TLS after its handshake", async () => {
  const { connections, timers, set } = start();
  const secure = transport(true);
  set.admit(secure);
  await settled();
  assertEquals(connections.length, 0);
  assertEquals(set.size, 1);
  assertEquals(timers.size, 1);

  secure.shaken.resolve();
  await settled();
  assertEquals(connections[0].calls, ["run"]);
  assertEquals(timers.size, 0);
});

Deno.test("connection set gives up a handshake that fails", async () => {
  const { connections, left, timers, failures, set } = start();
  const secure = transport(true);
  set.admit(secure);
  secure.shaken.reject(new Error("not TLS"));
  await settled();
  assertEquals(failures.length, 1);
  assertInstanceOf(failures[0].error, TlsError);
  assertEquals(failures[0].remoteAddr, secure.remoteAddr);

  assert(secure.closed);
  assertEquals(connections.length, 0);
  assertEquals(set.size, 0);
  assertEquals(left.count, 1);
  assertEquals(timers.size, 0);
});

Deno.test("connection set gives up a handshake that takes too long, not one in time", async () => {
  const { clock, failures, set } = start(1_000);
  const secure = transport(true);
  set.admit(secure);
  await clock.advance(999);
  assertFalse(secure.closed);
  assertEquals(set.size, 1);

  await clock.advance(50);
  await settled();
  assertInstanceOf(failures[0].error, TimeoutError);
  assert(secure.closed);
  assertEquals(set.size, 0);
});

Deno.test("connection set waits for ever where it is asked to", async () => {
  const { clock, set } = start(Infinity);
  const secure = transport(true);
  set.admit(secure);
  await clock.advance(24 * 60 * 60 * 1_000);
  assertFalse(secure.closed);
  set.close();
  await set.drained;
});

Deno.test("shutdown lets connections finish, and closes handshakes", async () => {
  const { connections, set } = start();
  const secure = transport(true);
  set.admit(transport());
  set.admit(secure);
  set.shutdown();
  assertEquals(connections[0].calls, ["run", "shutdown"]);
  assert(secure.closed);
  assertFalse(await isSettled(set.drained));

  connections[0].ended.resolve(undefined);
  await set.drained;
  assertEquals(set.size, 0);
});

Deno.test("close closes connections and handshakes", async () => {
  const { connections, failures, set } = start();
  const secure = transport(true);
  set.admit(transport());
  set.admit(secure);
  set.close();
  await set.drained;
  assertEquals(failures, []);

  assertEquals(connections[0].calls, ["run", "close"]);
  assert(secure.closed);
  assertEquals(connections.length, 1);
});

Deno.test("a handshake that is done in the turn of the shutdown is not served", async () => {
  const { connections, set } = start();
  const secure = transport(true);
  set.admit(secure);
  secure.shaken.resolve();
  set.shutdown();
  await set.drained;

  assertEquals(connections.length, 0);
  assert(secure.closed);
});

Deno.test("a set that is being drained takes no connection", async () => {
  const { connections, set } = start();
  assertFalse(await isSettled(set.drained));
  set.shutdown();
  await set.drained;
  const late = transport();
  set.admit(late);

  assert(late.closed);
  assertEquals(set.size, 0);
  assertEquals(connections.length, 0);
});

Deno.test("connections are referenced as the set is, those to come too", () => {
  const { set } = start();
  const first = transport();
  set.admit(first);
  assert(first.referenced);
  set.referenced = false;
  assertFalse(first.referenced);
  const second = transport();
  set.admit(second);
  assertFalse(second.referenced);
  set.referenced = true;
  assert(first.referenced && second.referenced);
});

Deno.test("connection set keeps a connection that was taken over, and asks it to leave", async () => {
  const { connections, left, set } = start();
  const lent = transport();
  set.admit(lent);
  const taken = new TakenConnection(lent, new Uint8Array(0));
  const log: string[] = [];
  taken.onShutdown(() => log.push("leave"));
  connections[0].ended.resolve(taken);
  await settled();
  assertEquals([set.size, left.count], [1, 0]);

  set.shutdown();
  await settled();
  assertEquals([log, lent.closed, set.size], [["leave"], false, 1]);
  taken.transport.close();
  await set.drained;
  assertEquals([lent.closed, left.count], [true, 1]);
});

Deno.test("connection set closes a connection that was taken over when it closes", async () => {
  const { connections, set } = start();
  const lent = transport();
  set.admit(lent);
  connections[0].ended.resolve(new TakenConnection(lent, new Uint8Array(0)));
  await settled();

  set.close();
  await set.drained;
  assert(lent.closed);
});
