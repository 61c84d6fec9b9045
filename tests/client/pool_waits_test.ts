import { ManualClock } from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import { PoolWaits } from "../../client/pool_waits.ts";
import { assertEquals } from "../support/assert.ts";

interface Stage {
  readonly waits: PoolWaits<string>;
  readonly clock: ManualClock;
  readonly covered: Set<string>;
  readonly over: string[];
}

function stage(limitMs = 100): Stage {
  const clock = new ManualClock();
  const covered = new Set<string>();
  const over: string[] = [];
  const waits = new PoolWaits<string>(new Timers(clock), limitMs, {
    isCovered: (waiter) => covered.has(waiter),
    waitedTooLong: (waiter) => over.push(waiter),
  });
  return { waits, clock, covered, over };
}

Deno.test("who waits for too long is told", async () => {
  const { waits, clock, over } = stage();
  waits.begin("a");
  waits.begin("b");
  await clock.advance(50);
  waits.end("a");
  await clock.advance(51);
  assertEquals(over, ["b"]);
  assertEquals(clock.pending, 0);
});

Deno.test("nobody waits for too long where there is no limit", async () => {
  const { waits, clock, over } = stage(Infinity);
  waits.begin("a");
  await clock.advance(1_000_000);
  assertEquals(over, []);
  waits.end("a");
});

Deno.test("who has a connection on its way waits on, until that comes to nothing", async () => {
  const { waits, clock, covered, over } = stage();
  for (const waiter of ["a", "b", "c"]) {
    covered.add(waiter);
    waits.begin(waiter);
  }
  await clock.advance(101);
  waits.review();
  assertEquals(over, []);
  waits.end("c"); // it got its connection
  covered.clear();
  covered.add("b");
  waits.review();
  assertEquals(over, ["a"]);
  covered.clear();
  waits.review();
  waits.review();
  assertEquals(over, ["a", "b"]);
});
