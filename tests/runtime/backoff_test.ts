import { Backoff } from "@avx/runtime/backoff";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

function pauses(backoff: Backoff, count: number): number[] {
  return Array.from({ length: count }, () => backoff.next());
}

Deno.test("backoff grows by its factor up to its longest pause", () => {
  const backoff = new Backoff({ initialMs: 10, maxMs: 1_000, factor: 3, jitter: 0 });
  assertEquals(pauses(backoff, 7), [10, 30, 90, 270, 810, 1_000, 1_000]);
  assertEquals(backoff.attempts, 7);
});

Deno.test("backoff stays at its longest pause after any number of tries", () => {
  const backoff = new Backoff({ jitter: 0 });
  assertEquals(pauses(backoff, 5_000).at(-1), 30_000);
});

Deno.test("backoff begins anew after a success", () => {
  const backoff = new Backoff({ jitter: 0 });
  pauses(backoff, 5);
  backoff.reset();
  assertEquals([backoff.attempts, backoff.next()], [0, 100]);
});

Deno.test("backoff leaves the part that it is told to chance", () => {
  const draws = [0, 0.5, 0.75];
  const random = () => draws.shift()!;
  const backoff = new Backoff({ initialMs: 100, factor: 1, jitter: 0.4, random });
  assertEquals(pauses(backoff, 3), [100, 80, 70]);
});

Deno.test("backoff draws whole pauses at random by default", () => {
  const backoff = new Backoff({ initialMs: 1_000, factor: 1, maxMs: 1_000 });
  const drawn = pauses(backoff, 200);
  assert(drawn.every((pause) => pause >= 0 && pause <= 1_000));
  assert(new Set(drawn).size > 100);
});

Deno.test("backoff refuses options that are out of range", () => {
  for (
    const options of [
      { initialMs: 0 },
      { initialMs: NaN },
      { initialMs: 100, maxMs: 99 },
      { factor: 0.5 },
      { jitter: -0.1 },
      { jitter: 1.1 },
    ]
  ) assertThrows(() => new Backoff(options), RangeError, "of a backoff");
});
