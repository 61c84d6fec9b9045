import { ManualClock } from "@avx/runtime/memory";
import { PendingFills } from "../../../client/caching/pending_fills.ts";
import { assertEquals, assertRejects } from "../../support/assert.ts";

Deno.test("who waits goes on when the fill ends, and nobody waits for what is over", async () => {
  const clock = new ManualClock();
  const fills = new PendingFills(clock, 1_000);
  await fills.wait("a", undefined);
  const end = fills.begin("a");
  assertEquals([fills.has("a"), fills.has("b")], [true, false]);
  const waiting = [fills.wait("a", undefined), fills.wait("a", new AbortController().signal)];
  fills.begin("a")();
  assertEquals(fills.has("a"), true);
  end();
  end();
  await Promise.all(waiting);
  assertEquals([fills.has("a"), clock.pending], [false, 0]);
});

Deno.test("nobody waits longer than is allowed", async () => {
  const clock = new ManualClock();
  const fills = new PendingFills(clock, 1_000);
  fills.begin("a");
  let done = false;
  const waiting = fills.wait("a", undefined).then(() => done = true);
  await clock.advance(999);
  assertEquals(done, false);
  await clock.advance(1);
  await waiting;
  assertEquals(fills.has("a"), true);
});

Deno.test("a wait that is given up rejects with the signal's reason", async () => {
  const clock = new ManualClock();
  const fills = new PendingFills(clock, 1_000);
  fills.begin("a");
  const controller = new AbortController();
  const waiting = fills.wait("a", controller.signal);
  controller.abort(new RangeError("Enough"));
  await assertRejects(() => waiting, RangeError, "Enough");
  await assertRejects(() => fills.wait("a", controller.signal), RangeError, "Enough");
  assertEquals(clock.pending, 0);
});

Deno.test("nobody waits longer than the time that is left", async () => {
  const clock = new ManualClock();
  const fills = new PendingFills(clock, Infinity);
  fills.begin("a");
  const ends: string[] = [];
  const waiting = [
    fills.wait("a", undefined, -5).then(() => ends.push("none")),
    fills.wait("a", undefined, 100).then(() => ends.push("some")),
  ];
  await clock.advance(0);
  assertEquals(ends, ["none"]);
  await clock.advance(99);
  assertEquals(ends, ["none"]);
  await clock.advance(1);
  await Promise.all(waiting);
  assertEquals(ends, ["none", "some"]);
});

Deno.test("who may wait for ever waits until the fill ends", async () => {
  const clock = new ManualClock();
  const fills = new PendingFills(clock, Infinity);
  const end = fills.begin("a");
  let done = false;
  const waiting = fills.wait("a", undefined).then(() => done = true);
  await clock.advance(1_000_000);
  assertEquals(done, false);
  end();
  await waiting;
});
