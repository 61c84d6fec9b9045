import { assertEquals } from "../support/assert.ts";
import { ConnectionClock, SWEEP_MS } from "../../http2/proto/connection_clock.ts";
import { DEFAULT_TIMEOUTS } from "../../http2/proto/limits.ts";

Deno.test("the first deadline counts", () => {
  const clock = new ConnectionClock({ ...DEFAULT_TIMEOUTS, pingIntervalMs: 30_000 }, 1000);
  assertEquals(clock.next, 11_000);
  clock.settingsAt = Infinity;
  assertEquals(clock.next, 31_000);
  clock.heard(5000);
  assertEquals(clock.next, 35_000);
  for (const name of ["headAt", "pongAt", "shutdownAt", "idleAt", "sweepAt"] as const) {
    clock[name] = 2000;
    assertEquals(clock.next, 2000, name);
    clock[name] = Infinity;
  }
});

Deno.test("a connection is idle only without streams", () => {
  const clock = new ConnectionClock({ ...DEFAULT_TIMEOUTS, settingsMs: Infinity }, 0);
  assertEquals(clock.next, 75_000);
  clock.endIdle();
  assertEquals(clock.next, undefined);
  clock.beginIdle(500);
  assertEquals(clock.next, 75_500);
});

Deno.test("streams are looked at once a while, however many wait", () => {
  const clock = new ConnectionClock(DEFAULT_TIMEOUTS, 0);
  clock.watch(10);
  clock.watch(500);
  assertEquals(clock.sweepAt, 10 + SWEEP_MS);
});

Deno.test("a clock that was stopped has no deadline", () => {
  const clock = new ConnectionClock({ ...DEFAULT_TIMEOUTS, pingIntervalMs: 1 }, 0);
  clock.stop();
  assertEquals(clock.next, undefined);
});
