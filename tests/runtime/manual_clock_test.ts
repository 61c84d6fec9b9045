import { ManualClock } from "@avx/runtime/memory";
import { assertEquals, assertRejects } from "../support/assert.ts";

Deno.test("a manual clock stands still until it is advanced", async () => {
  const clock = new ManualClock({ nowMs: 100, wallMs: 5_000 });
  assertEquals([clock.now(), clock.wallNow()], [100, 5_000]);
  await clock.advance(25);
  assertEquals([clock.now(), clock.wallNow()], [125, 5_025]);
});

Deno.test("timers fire in order, each at its own instant", async () => {
  const clock = new ManualClock();
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name}@${clock.now()}`);
  clock.setTimer(note("late"), 30);
  clock.setTimer(note("first"), 10);
  clock.setTimer(note("second"), 10);
  clock.setTimer(note("past"), -5);
  assertEquals([clock.pending, clock.nextAt], [4, 0]);
  await clock.advance(20);
  assertEquals(fired, ["past@0", "first@10", "second@10"]);
  assertEquals([clock.pending, clock.nextAt, clock.now()], [1, 30, 20]);
  await clock.advance(10);
  assertEquals(fired.at(-1), "late@30");
  assertEquals([clock.pending, clock.nextAt], [0, undefined]);
});

Deno.test("promise jobs run between two timers, however many follow one another", async () => {
  const clock = new ManualClock();
  const order: string[] = [];
  clock.setTimer(async () => {
    for (let hop = 0; hop < 50; hop++) await null;
    order.push("jobs of the first");
  }, 1);
  clock.setTimer(() => order.push("second"), 2);
  await clock.advance(2);
  assertEquals(order, ["jobs of the first", "second"]);
});

Deno.test("a timer set by a timer fires in the same advance if it is due", async () => {
  const clock = new ManualClock();
  let ticks = 0;
  const again = (): void => {
    ticks++;
    clock.setTimer(again, 10);
  };
  clock.setTimer(again, 10);
  await clock.advance(95);
  assertEquals(ticks, 9);
});

Deno.test("a timer that was taken back does not fire", async () => {
  const clock = new ManualClock();
  let fired = 0;
  const handle = clock.setTimer(() => fired++, 5);
  clock.setTimerRef(handle, false);
  clock.clearTimer(handle);
  clock.clearTimer(handle);
  await clock.advance(10);
  assertEquals(fired, 0);
});

Deno.test("settle lets promises run and no time pass", async () => {
  const clock = new ManualClock();
  let done = false;
  Promise.resolve().then(() => {}).then(() => done = true);
  await clock.settle();
  assertEquals([done, clock.now()], [true, 0]);
});

Deno.test("a clock refuses to run backwards or for ever", async () => {
  const clock = new ManualClock();
  for (const ms of [-1, Infinity, NaN]) {
    await assertRejects(() => clock.advance(ms), RangeError, "finite");
  }
});
