import { DenoClock } from "../../runtime/platform/deno_clock.ts";
import { assert, assertEquals } from "../support/assert.ts";

Deno.test("the clock runs forwards and knows the date", () => {
  const clock = new DenoClock();
  const before = clock.now();
  assert(clock.now() >= before);
  assert(Math.abs(clock.wallNow() - Date.now()) < 1_000);
});

Deno.test("a timer fires once and not before its time", async () => {
  const clock = new DenoClock();
  const start = clock.now();
  const end = await new Promise<number>((resolve) => clock.setTimer(() => resolve(clock.now()), 5));
  assert(end - start >= 4);
});

Deno.test("a timer that was taken back does not fire", async () => {
  const clock = new DenoClock();
  const fired: string[] = [];
  const handle = clock.setTimer(() => fired.push("cleared"), 1);
  clock.setTimerRef(handle, false);
  clock.setTimerRef(handle, true);
  clock.clearTimer(handle);
  await new Promise<void>((resolve) => clock.setTimer(resolve, 5));
  assertEquals(fired, []);
});
