import { Lock } from "@avx/runtime/lock";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

Deno.test("lock lets one in at a time, in the order of asking", async () => {
  const lock = new Lock();
  const log: string[] = [];
  const visits = ["a", "b", "c"].map((name) =>
    lock.run(async () => {
      log.push(`${name} in`);
      await Promise.resolve();
      log.push(`${name} out`);
      return name;
    })
  );
  assertEquals([lock.locked, lock.waiting], [true, 2]);
  assertEquals(await Promise.all(visits), ["a", "b", "c"]);
  assertEquals(log, ["a in", "a out", "b in", "b out", "c in", "c out"]);
  assertEquals([lock.locked, lock.waiting], [false, 0]);
});

Deno.test("lock is taken at once where nobody holds it", async () => {
  const lock = new Lock();
  assertEquals([lock.tryAcquire(), lock.tryAcquire()], [true, false]);
  lock.release();
  await lock.acquire();
  assertEquals(lock.locked, true);
  lock.release();
});

Deno.test("lock lets those leave who give up", async () => {
  const lock = new Lock();
  await lock.acquire();
  const controller = new AbortController();
  const waiting = lock.acquire(controller.signal);
  const running = lock.run(() => "never", controller.signal);
  controller.abort(new RangeError("no time"));
  await assertRejects(() => waiting, RangeError, "no time");
  await assertRejects(() => running, RangeError, "no time");
  lock.release();
  assertEquals([lock.locked, lock.waiting], [false, 0]);
});

Deno.test("lock that nobody holds cannot be released", () => {
  assertThrows(() => new Lock().release(), TypeError, "Cannot release a lock: nobody holds it");
});
