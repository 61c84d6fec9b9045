import fc from "fast-check";
import { TimerWheel, WheelTimer } from "@avx/runtime/timer-wheel";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

const HOUR = 3_600_000;

/** A wheel whose timers note when they fire. */
function setUp(start = 0, tickMs = 1) {
  const wheel = new TimerWheel(start, { tickMs });
  const fired: [name: string, at: number][] = [];
  let now = start;
  const timer = (name: string) => new WheelTimer(() => fired.push([name, now]));
  const advance = (to: number) => {
    now = to;
    wheel.advance(to);
  };
  return { wheel, fired, timer, advance };
}

Deno.test("wheel fires a timer at its time and not before", () => {
  for (
    const delay of [1, 31, 32, 33, 1_023, 1_024, 40_000, 2 ** 20, 2 ** 25 - 1, 2 ** 25, 2 ** 40]
  ) {
    const { wheel, fired, timer, advance } = setUp(77);
    wheel.schedule(timer("a"), 77 + delay);
    advance(77 + delay - 1);
    assertEquals(fired, [], `${delay}`);
    advance(77 + delay);
    assertEquals(fired, [["a", 77 + delay]]);
    assertEquals([wheel.size, wheel.nextAt], [0, undefined]);
  }
});

Deno.test("wheel fires timers in the order of their time, however far time jumps", () => {
  const { wheel, fired, timer, advance } = setUp();
  const delays = [5_000_000, 3, 70_000, 40, 10 * HOUR, 1_500, 33, 100 * HOUR];
  for (const delay of delays) wheel.schedule(timer(`${delay}`), delay);
  assertEquals(wheel.size, 8);
  advance(1000 * HOUR);
  const expected = delays.sort((a, b) => a - b).map(String);
  assertEquals(fired.map(([name]) => name), expected);
});

Deno.test("wheel fires timers of one tick in the order they were scheduled", () => {
  const { wheel, fired, timer, advance } = setUp();
  for (const name of ["a", "b", "c"]) wheel.schedule(timer(name), 100);
  advance(100);
  assertEquals(fired.map(([name]) => name), ["a", "b", "c"]);
});

Deno.test("wheel rounds up to its tick, so that nothing fires early", () => {
  const { wheel, fired, timer, advance } = setUp(0.5, 10);
  wheel.schedule(timer("a"), 10.6);
  assertEquals(wheel.nextAt, 20.5);
  advance(20.4);
  assertEquals(fired, []);
  advance(20.5);
  assertEquals(fired.length, 1);
});

Deno.test("wheel takes a time that has passed for the next tick", () => {
  const { wheel, fired, timer, advance } = setUp(1_000);
  advance(2_000);
  wheel.schedule(timer("past"), 1_500);
  wheel.schedule(timer("now"), 2_000);
  wheel.schedule(timer("never was"), -Infinity);
  advance(2_000);
  assertEquals(fired, []);
  advance(2_001);
  assertEquals(fired.length, 3);
});

Deno.test("wheel does nothing when time runs backwards", () => {
  const { wheel, fired, timer, advance } = setUp(1_000);
  wheel.schedule(timer("a"), 1_010);
  advance(500);
  advance(1_009);
  assertEquals(fired, []);
  advance(1_010);
  assertEquals(fired.length, 1);
});

Deno.test("wheel never fires a timer scheduled for infinity", () => {
  const { wheel, fired, timer, advance } = setUp();
  const never = timer("never");
  wheel.schedule(never, Infinity);
  for (let days = 1; days <= 100; days++) advance(days * 24 * HOUR);
  assertEquals([fired.length, wheel.size, never.active], [0, 1, true]);
});

Deno.test("wheel moves a timer that is scheduled again", () => {
  const { wheel, fired, timer, advance } = setUp();
  const deadline = timer("a");
  wheel.schedule(deadline, 10);
  wheel.schedule(deadline, 50_000);
  wheel.schedule(deadline, 20);
  assertEquals(wheel.size, 1);
  advance(19);
  assertEquals(fired, []);
  advance(60_000);
  assertEquals(fired.length, 1);
});

Deno.test("wheel forgets a cancelled timer, wherever it is in its slot", () => {
  for (const gone of ["a", "b", "c"]) {
    const { wheel, fired, timer, advance } = setUp();
    const timers = ["a", "b", "c"].map((name) => [name, timer(name)] as const);
    for (const [, each] of timers) wheel.schedule(each, 5_000);
    for (const [name, each] of timers) if (name === gone) wheel.cancel(each);
    assertEquals(wheel.size, 2);
    advance(5_000);
    assertEquals(fired.map(([name]) => name), ["a", "b", "c"].filter((name) => name !== gone));
  }
});

Deno.test("wheel takes cancelling what is not scheduled for done", () => {
  const { wheel, timer, advance } = setUp();
  const a = timer("a");
  wheel.cancel(a);
  wheel.schedule(a, 5);
  assertEquals(a.active, true);
  advance(5);
  assertEquals(a.active, false);
  wheel.cancel(a);
  assertEquals(wheel.size, 0);
});

Deno.test("wheel says when it wants to be advanced next", () => {
  const { wheel, timer, advance } = setUp(100);
  const [near, far] = [timer("near"), timer("far")];
  assertEquals(wheel.nextAt, undefined);
  wheel.schedule(far, 100 + HOUR);
  const first = wheel.nextAt!;
  assert(first > 100 && first <= 100 + HOUR, "no later than the timer");
  wheel.schedule(near, 107);
  assertEquals(wheel.nextAt, 107);
  wheel.cancel(near);
  assertEquals(wheel.nextAt, first);
  let wakes = 0;
  while (far.active) {
    advance(wheel.nextAt!);
    wakes++;
  }
  assert(wakes <= 5, `one wake-up per level at most, not ${wakes}`);
});

Deno.test("wheel lets a timer schedule itself again when it fires", () => {
  const wheel = new TimerWheel(0);
  let fired = 0;
  const every: WheelTimer = new WheelTimer(() => {
    if (++fired < 10) wheel.schedule(every, 0);
  });
  wheel.schedule(every, 1);
  wheel.advance(1);
  assertEquals(fired, 1, "not within the tick that it fired in");
  wheel.advance(5);
  assertEquals(fired, 5);
  wheel.advance(100);
  assertEquals(fired, 10);
});

Deno.test("wheel lets a timer cancel another one of the same tick", () => {
  const wheel = new TimerWheel(0);
  const fired: string[] = [];
  const second = new WheelTimer(() => fired.push("second"));
  const first = new WheelTimer(() => {
    fired.push("first");
    wheel.cancel(second);
  });
  wheel.schedule(first, 5);
  wheel.schedule(second, 5);
  wheel.advance(10);
  assertEquals([fired, wheel.size, wheel.nextAt], [["first"], 0, undefined]);
});

Deno.test("wheel loses no timer when one of them throws", () => {
  const { wheel, fired, timer, advance } = setUp();
  wheel.schedule(
    new WheelTimer(() => {
      throw new Error("mine");
    }),
    5,
  );
  wheel.schedule(timer("same tick"), 5);
  wheel.schedule(timer("later"), 6);
  assertThrows(() => advance(10), Error, "mine");
  assertEquals(wheel.size, 2);
  advance(10);
  assertEquals(fired.map(([name]) => name), ["same tick", "later"]);
});

Deno.test("wheel is empty once cleared, and can be used again", () => {
  const { wheel, fired, timer, advance } = setUp();
  const a = timer("a");
  wheel.schedule(a, 5);
  wheel.schedule(timer("b"), 5_000);
  wheel.clear();
  assertEquals([wheel.size, wheel.nextAt, a.active], [0, undefined, false]);
  wheel.schedule(a, 7);
  advance(10_000);
  assertEquals(fired.map(([name]) => name), ["a"]);
});

Deno.test("wheel refuses a time or a tick that is no number, and a timer of another wheel", () => {
  const { wheel, timer } = setUp();
  const a = timer("a");
  assertThrows(() => wheel.schedule(a, NaN), RangeError, "Cannot schedule timer");
  assertEquals([a.active, wheel.size], [false, 0]);
  wheel.schedule(a, 5);
  const other = new TimerWheel(0);
  assertThrows(() => other.schedule(a, 5), TypeError, "another wheel");
  assertThrows(() => other.cancel(a), TypeError, "another wheel");
  assertEquals([a.active, wheel.size, other.size], [true, 1, 0]);
  for (const tickMs of [0, -1, NaN]) {
    assertThrows(() => new TimerWheel(0, { tickMs }), RangeError, "Cannot use a tick");
  }
});

Deno.test("wheel refuses to be advanced to a time that is not finite", () => {
  const { wheel, fired, timer, advance } = setUp();
  wheel.schedule(timer("a"), 5);
  for (const time of [NaN, Infinity, -Infinity]) {
    assertThrows(() => advance(time), RangeError, `Cannot advance timers to ${time}`);
  }
  assertEquals(fired, []);
});

Deno.test("wheel agrees with a plain list of times over any history", () => {
  const spans = fc.oneof(
    fc.integer({ min: 0, max: 70 }),
    fc.integer({ min: 0, max: 40_000 }),
    fc.integer({ min: 0, max: 2 ** 27 }),
    fc.constantFrom(2 ** 20, 2 ** 25 - 1, 2 ** 25, 2 ** 31, 2 ** 32 + 1),
  );
  const step = fc.record({
    act: fc.constantFrom("schedule", "schedule", "cancel", "advance"),
    which: fc.nat({ max: 9 }),
    span: spans,
  });
  const history = fc.array(step, { maxLength: 60 });
  fc.assert(
    fc.property(fc.constantFrom(0, 2 ** 31 - 50, 2 ** 40 + 3), history, (start, steps) => {
      let now = start;
      const wheel = new TimerWheel(0);
      wheel.advance(start);
      const due = new Map<number, number>();
      const timers = Array.from({ length: 10 }, (_, index) =>
        new WheelTimer(() => {
          assert(due.get(index)! <= now, "not early");
          assert(due.delete(index), "fires only what is scheduled");
        }));
      for (const { act, which, span } of steps) {
        if (act === "schedule") {
          wheel.schedule(timers[which], now + span);
          due.set(which, Math.max(now + span, now + 1));
        } else if (act === "cancel") {
          wheel.cancel(timers[which]);
          due.delete(which);
        } else {
          now += span;
          wheel.advance(now);
          for (const at of due.values()) assert(at > now, "not late");
        }
        assertEquals(wheel.size, due.size);
        const earliest = Math.min(...due.values());
        const { nextAt } = wheel;
        if (due.size === 0) assertEquals(nextAt, undefined);
        else assert(nextAt! > now && nextAt! <= earliest, "wakes in time, and only ahead");
      }
    }),
    { seed: 3, numRuns: 1_000 },
  );
});
