import { ManualClock } from "@avx/runtime/memory";
import { AbortError } from "@avx/runtime/errors";
import type { Clock, TimerHandle } from "@avx/runtime/ports/clock";
import { clock } from "@avx/runtime/platform";
import { WheelTimer } from "@avx/runtime/timer-wheel";
import { Timers } from "@avx/runtime/timers";
import { assert, assertEquals, assertRejects, assertThrows } from "../support/assert.ts";

/** A manual clock that counts how often a timer is set, and remembers whether it was let go. */
class CountingClock extends ManualClock {
  set = 0;
  refs: boolean[] = [];
  override setTimer(callback: () => void, delayMs: number): TimerHandle {
    this.set++;
    return super.setTimer(callback, delayMs);
  }
  override setTimerRef(handle: TimerHandle, ref: boolean): void {
    this.refs.push(ref);
    super.setTimerRef(handle, ref);
  }
}

function setUp() {
  const clock = new CountingClock({ nowMs: 1_000.25 });
  const timers = new Timers(clock);
  const fired: [name: string, at: number][] = [];
  const timer = (name: string) => new WheelTimer(() => fired.push([name, clock.now()]));
  return { clock, timers, fired, timer };
}

Deno.test("timers fire after their delay, on one timer of the clock", async () => {
  const { clock, timers, fired, timer } = setUp();
  timers.schedule(timer("b"), 500);
  timers.schedule(timer("a"), 20);
  timers.schedule(timer("c"), 60_000);
  assertEquals([timers.size, clock.pending], [3, 1]);
  await clock.advance(500);
  assertEquals(fired, [["a", 1_020.25], ["b", 1_500.25]]);
  assertEquals(clock.pending, 1);
  await clock.advance(60_000);
  assertEquals(fired.length, 3);
  assertEquals([timers.size, clock.pending], [0, 0]);
});

Deno.test("timers set no timer of the clock for one that is due later than another", () => {
  const { clock, timers, timer } = setUp();
  timers.schedule(timer("first"), 50);
  for (let count = 0; count < 100; count++) timers.schedule(timer("later"), 51 + count);
  assertEquals(clock.set, 1);
  timers.schedule(timer("earlier"), 10);
  assertEquals([clock.set, clock.pending], [2, 1]);
});

Deno.test("timers that move their deadline on with each request set no timer of the clock", async () => {
  const { clock, timers, fired, timer } = setUp();
  const idle = timer("idle");
  for (let request = 0; request < 99; request++) {
    timers.schedule(idle, 1_000);
    await clock.advance(10);
    timers.cancel(idle);
    timers.schedule(idle, 1_000);
  }
  assertEquals(clock.set, 1, "armed once, and it has not been due yet");
  await clock.advance(1_000);
  assertEquals(fired, [["idle", 2_990.25]]);
});

Deno.test("timers do not keep the process alive", () => {
  const { clock, timers, timer } = setUp();
  timers.schedule(timer("a"), 5);
  assertEquals(clock.refs, [false]);
});

Deno.test("timers arm nothing once the last of them is cancelled", async () => {
  const { clock, timers, fired, timer } = setUp();
  const [a, b] = [timer("a"), timer("b")];
  timers.schedule(a, 5);
  timers.schedule(b, 50);
  timers.cancel(a);
  timers.cancel(b);
  timers.cancel(b);
  await Promise.resolve();
  assertEquals([timers.size, clock.pending], [0, 0]);
  timers.schedule(b, 5);
  await clock.advance(100);
  assertEquals(fired.map(([name]) => name), ["b"]);
});

Deno.test("timers that give way to others within a turn leave the clock alone", async () => {
  const { clock, timers, timer } = setUp();
  const [a, b] = [timer("a"), timer("b")];
  timers.schedule(a, 500);
  timers.cancel(a);
  timers.schedule(b, 500);
  await Promise.resolve();
  assertEquals([clock.set, clock.pending], [1, 1]);
});

Deno.test("timers can be scheduled while others fire", async () => {
  const clock = new CountingClock();
  const timers = new Timers(clock);
  const at: number[] = [];
  const every: WheelTimer = new WheelTimer(() => {
    at.push(clock.now());
    if (at.length < 4) timers.schedule(every, 10);
  });
  timers.schedule(every, 10);
  await clock.advance(1_000);
  assertEquals(at, [10, 20, 30, 40]);
  assertEquals(clock.pending, 0);
});

Deno.test("timers go on when one of them throws", () => {
  let wake: (() => void) | undefined;
  let now = 0;
  const clock: Clock = {
    now: () => now,
    wallNow: () => now,
    setTimer: (callback) => {
      wake = callback;
      return {};
    },
    clearTimer: () => wake = undefined,
    setTimerRef: () => {},
  };
  const timers = new Timers(clock);
  let fired = 0;
  timers.schedule(
    new WheelTimer(() => {
      throw new Error("mine");
    }),
    5,
  );
  timers.schedule(new WheelTimer(() => fired++), 5);
  now = 5;
  assertThrows(() => wake!(), Error, "mine");
  wake!();
  assertEquals(fired, 1);
});

Deno.test("timers take a time of the clock instead of a delay", async () => {
  const { clock, timers, fired, timer } = setUp();
  timers.scheduleAt(timer("a"), timers.now() + 30);
  await clock.advance(29);
  assertEquals(fired, []);
  await clock.advance(2);
  assertEquals(fired.length, 1);
});

Deno.test("timers take delays longer than any clock can", async () => {
  const { clock, timers, fired, timer } = setUp();
  timers.schedule(timer("never"), Infinity);
  timers.schedule(timer("in a year"), 365 * 86_400_000);
  await clock.advance(366 * 86_400_000);
  assertEquals(fired.map(([name]) => name), ["in a year"]);
  assertEquals(timers.size, 1);
});

Deno.test("timers refuse a delay that is no number", () => {
  const { clock, timers, timer } = setUp();
  assertThrows(() => timers.schedule(timer("a"), NaN), RangeError);
  assertEquals([timers.size, clock.pending], [0, 0]);
});

Deno.test("sleep ends after its delay and leaves nothing behind", async () => {
  const { clock, timers } = setUp();
  const { signal } = new AbortController();
  let done = false;
  const sleeping = timers.sleep(100, signal).then(() => done = true);
  await clock.advance(99);
  assertEquals(done, false);
  await clock.advance(2);
  assertEquals(done, true);
  await sleeping;
  assertEquals([timers.size, clock.pending], [0, 0]);
});

Deno.test("sleep rejects with the reason of its signal", async () => {
  const { clock, timers } = setUp();
  const controller = new AbortController();
  const sleeping = timers.sleep(100, controller.signal);
  controller.abort(new RangeError("enough"));
  await assertRejects(() => sleeping, RangeError, "enough");
  await assertRejects(() => timers.sleep(100, controller.signal), RangeError, "enough");
  assertEquals([timers.size, clock.pending], [0, 0]);
});

Deno.test("a sleep keeps the process alive, and nothing else does", async () => {
  const { clock, timers, timer } = setUp();
  timers.schedule(timer("first"), 50);
  assertEquals(clock.refs.at(-1), false);
  const sleeping = timers.sleep(100);
  assertEquals(clock.refs.at(-1), true);
  await clock.advance(60);
  assertEquals(clock.refs.at(-1), true);
  timers.schedule(timer("last"), 500);
  await clock.advance(50);
  await sleeping;
  assertEquals(clock.refs.at(-1), false);
});

Deno.test("closed timers drop what is pending and take nothing more", async () => {
  const { clock, timers, fired, timer } = setUp();
  const a = timer("a");
  timers.schedule(a, 5);
  const sleeping = timers.sleep(100);
  timers.close();
  assertEquals([timers.size, clock.pending, a.active], [0, 0, false]);
  await assertRejects(() => sleeping, AbortError, "The timers are closed");
  await assertRejects(() => timers.sleep(100), AbortError, "The timers are closed");
  timers.schedule(a, 5);
  timers.cancel(a);
  await clock.advance(1_000);
  assertEquals(fired, []);
});

Deno.test("timers can be closed while they fire", async () => {
  const { clock, timers, fired, timer } = setUp();
  timers.schedule(new WheelTimer(() => timers.close()), 5);
  timers.schedule(timer("after"), 6);
  await clock.advance(100);
  assertEquals([fired, timers.size, clock.pending], [[], 0, 0]);
});

Deno.test("timers on the platform's clock fire, and leave no timer of it behind", async () => {
  const timers = new Timers(clock);
  const start = clock.now();
  const other = new WheelTimer(() => {});
  timers.schedule(other, 60_000);
  await timers.sleep(5);
  assert(clock.now() - start >= 5);
  timers.cancel(other);
});
