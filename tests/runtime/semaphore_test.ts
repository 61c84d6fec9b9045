import { Semaphore } from "@avx/runtime/semaphore";
import { assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

Deno.test("semaphore hands out its permits and then makes others wait", async () => {
  const semaphore = new Semaphore(2);
  await semaphore.acquire();
  assertEquals(semaphore.tryAcquire(), true);
  assertEquals(semaphore.tryAcquire(), false);
  let acquired = false;
  const waiting = semaphore.acquire().then(() => acquired = true);
  assertEquals([semaphore.available, semaphore.waiting], [0, 1]);
  await Promise.resolve();
  assertEquals(acquired, false);
  semaphore.release();
  await waiting;
  assertEquals([semaphore.available, semaphore.waiting], [0, 0]);
  semaphore.release();
  semaphore.release();
  assertEquals(semaphore.available, 2);
});

Deno.test("semaphore serves in the order of asking, and nobody overtakes", async () => {
  const semaphore = new Semaphore(1);
  const order: number[] = [];
  await semaphore.acquire();
  const waits = [1, 2, 3].map(async (name) => {
    await semaphore.acquire();
    order.push(name);
    semaphore.release();
  });
  semaphore.release();
  assertEquals(semaphore.tryAcquire(), false, "the permit belongs to the first in the queue");
  await Promise.all(waits);
  assertEquals(order, [1, 2, 3]);
});

Deno.test("semaphore lets those leave who give up, and passes them over", async () => {
  const semaphore = new Semaphore(1);
  await semaphore.acquire();
  const controllers = [0, 1, 2].map(() => new AbortController());
  const waits = controllers.map(({ signal }) => semaphore.acquire(signal));
  controllers[1].abort(new RangeError("no time"));
  await assertRejects(() => waits[1], RangeError, "no time");
  assertEquals(semaphore.waiting, 2);
  semaphore.release();
  await waits[0];
  semaphore.release();
  await waits[2];
  controllers[2].abort();
  semaphore.release();
  assertEquals([semaphore.available, semaphore.waiting], [1, 0]);
});

Deno.test("semaphore gives nothing to one that gave up before asking", async () => {
  const semaphore = new Semaphore(1);
  const signal = AbortSignal.abort(new RangeError("too late"));
  await assertRejects(() => semaphore.acquire(signal), RangeError, "too late");
  let called = false;
  await assertRejects(() => semaphore.run(() => called = true, signal), RangeError, "too late");
  assertEquals([semaphore.available, called], [1, false]);
});

Deno.test("semaphore gives a permit for as long as an action runs", async () => {
  const semaphore = new Semaphore(1);
  assertEquals(await semaphore.run(() => semaphore.available), 0);
  assertEquals(await semaphore.run(() => Promise.resolve("later")), "later");
  await assertRejects(() => semaphore.run(() => Promise.reject(new Error("a"))), Error, "a");
  await assertRejects(
    () =>
      semaphore.run(() => {
        throw new Error("b");
      }),
    Error,
    "b",
  );
  assertEquals(semaphore.available, 1);
});

Deno.test("semaphore refuses a release too many", () => {
  const semaphore = new Semaphore(1);
  assertThrows(() => semaphore.release(), TypeError, "Cannot release a permit: none is taken");
});

Deno.test("semaphore refuses to have no permits", () => {
  for (const permits of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => new Semaphore(permits), RangeError, "at least one");
  }
});
