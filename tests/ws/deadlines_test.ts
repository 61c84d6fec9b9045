import { ManualClock } from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import { Deadlines } from "../../ws/deadlines.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("the nearest deadline wakes, once", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const woken: number[] = [];
  const deadlines = new Deadlines(timers, (now) => void woken.push(now));
  deadlines.arm(undefined);
  assertEquals(timers.size, 0);
  deadlines.writeBy = 50;
  deadlines.arm(100);
  deadlines.arm(200);
  await clock.advance(300);
  assertEquals(woken, [50]);
  deadlines.writeBy = Infinity;
  deadlines.lingerBy = 400;
  deadlines.arm(undefined);
  deadlines.stop();
  await clock.advance(300);
  assertEquals([woken, timers.size], [[50], 0]);
});
