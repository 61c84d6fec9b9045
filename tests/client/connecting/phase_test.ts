import { ConnectError, TimeoutError, TlsError } from "@avx/runtime/errors";
import { ManualClock, memoryPair } from "@avx/runtime/memory";
import type { ConnectingPhaseEnd } from "@avx/runtime/ports/observer";
import { Timers } from "@avx/runtime/timers";
import { systemError } from "@avx/runtime/translate-error";
import {
  type ConnectingPhase,
  inTime,
  reported,
  within,
} from "../../../client/connecting/phase.ts";
import {
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "../../support/assert.ts";

function terms(phase: ConnectingPhase = "connect", limitMs = 100): {
  clock: ManualClock;
  timers: Timers;
  attempt: AbortController;
  phase: ConnectingPhase;
  limitMs: number;
} {
  const clock = new ManualClock();
  return { clock, timers: new Timers(clock), attempt: new AbortController(), phase, limitMs };
}

Deno.test("a phase gives its result and leaves no timer", async () => {
  const given = terms();
  assertEquals(await within(given, () => 42), 42);
  assertEquals(await within({ ...given, limitMs: Infinity }, () => Promise.resolve(43)), 43);
  await given.clock.settle();
  assertEquals([given.clock.pending, given.attempt.signal.aborted], [0, false]);
});

Deno.test("a phase that takes too long ends the attempt, with its name", async () => {
  const given = terms("tls");
  const { signal } = given.attempt;
  const act = (): Promise<never> =>
    new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(new Error("aborted")))
    );
  const doing = within(given, act);
  doing.catch(() => {});
  await given.clock.advance(99);
  assertEquals(signal.aborted, false);
  await given.clock.advance(10);
  const error = await assertRejects(() => doing, TimeoutError);
  assertEquals([error.phase, error.timeoutMs], ["tls", 100]);
});

Deno.test("a phase translates what fails", async () => {
  const refuse = (): never => {
    throw systemError("ConnectionRefused", "ECONNREFUSED", "Connection refused");
  };
  for (const phase of ["dns", "connect"] as const) {
    const error = await assertRejects(() => within(terms(phase), refuse), ConnectError);
    assertEquals(error.code, "ECONNREFUSED");
  }
  await assertRejects(() => within(terms("tls"), refuse), TlsError);
});

Deno.test("a phase of an attempt that was given up fails with the reason", async () => {
  const given = terms();
  given.attempt.abort(new RangeError("enough"));
  await assertRejects(() => within(given, () => Promise.reject(new Error("x"))), RangeError);
});

Deno.test("a transport that comes too late is closed", () => {
  const [first, second] = memoryPair();
  assertStrictEquals(inTime(first, new AbortController().signal), first);
  assertEquals(first.closed, false);
  assertThrows(() => inTime(second, AbortSignal.abort(new RangeError("enough"))), RangeError);
  assertEquals(second.closed, true);
});

Deno.test("a report tells how long it took and how it ended", async () => {
  const { clock, timers } = terms();
  const ends: [ConnectingPhaseEnd, unknown][] = [];
  const tell = (end: ConnectingPhaseEnd, result: unknown): void => void ends.push([end, result]);
  const slow = new Promise<string>((resolve) => clock.setTimer(() => resolve("done"), 30));
  const reporting = reported(slow, timers, tell);
  await clock.advance(30);
  assertEquals(await reporting, "done");
  const broken = new RangeError("broken");
  await assertRejects(() => reported(Promise.reject(broken), timers, tell), RangeError);
  await reported(Promise.reject("odd"), timers, tell).catch(() => {});
  assertEquals(
    ends.map(([{ durationMs, error }, result]) => [durationMs, error?.message, result]),
    [
      [30, undefined, "done"],
      [0, "broken", undefined],
      [0, "odd", undefined],
    ],
  );
});
