import { ManualClock } from "@avx/runtime/memory";
import { Timers } from "@avx/runtime/timers";
import { ConnectionAlarm } from "@avx/runtime/connection-alarm";
import { assertEquals } from "../support/assert.ts";

Deno.test("an alarm goes off at the nearest deadline and not again", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const start = timers.now();
  const calls: number[] = [];
  const alarm = new ConnectionAlarm(timers, (now) => void calls.push(now - start));
  alarm.writeBy = start + 50;
  alarm.arm(start + 100);
  await clock.advance(49);
  assertEquals(calls, []);
  await clock.advance(1);
  assertEquals(calls, [50]);
  await clock.advance(1000);
  assertEquals(calls, [50]);
});

Deno.test("a deadline that moves away leaves the alarm, one that comes nearer moves it", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const start = timers.now();
  const calls: number[] = [];
  const alarm = new ConnectionAlarm(timers, (now) => void calls.push(now - start));
  alarm.arm(start + 100);
  alarm.arm(start + 500);
  alarm.arm(start + 20);
  await clock.advance(20);
  assertEquals(calls, [20]);
  alarm.arm(Infinity);
  assertEquals(timers.size, 0);
});

Deno.test("a stopped alarm does not go off, until it is armed again", async () => {
  const clock = new ManualClock();
  const timers = new Timers(clock);
  const start = timers.now();
  let calls = 0;
  const alarm = new ConnectionAlarm(timers, () => void calls++);
  alarm.lingerBy = start + 10;
  alarm.arm(Infinity);
  alarm.stop();
  await clock.advance(100);
  assertEquals(calls, 0);
  alarm.arm(timers.now() + 10);
  await clock.advance(10);
  assertEquals(calls, 1);
});
