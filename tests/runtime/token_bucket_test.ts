import { TokenBucket } from "@avx/runtime/token-bucket";
import { assertAlmostEquals, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("bucket is full at first, and empty after a burst", () => {
  const bucket = new TokenBucket({ capacity: 3, refillPerSecond: 1 }, 5_000);
  const taken = [1, 2, 3, 4].map(() => bucket.tryTake(5_000));
  assertEquals(taken, [true, true, true, false]);
  assertEquals(bucket.available(5_000), 0);
});

Deno.test("bucket fills evenly, up to its capacity", () => {
  const bucket = new TokenBucket({ capacity: 10, refillPerSecond: 4 }, 0);
  assertEquals(bucket.tryTake(0, 10), true);
  assertEquals(bucket.available(125), 0.5);
  assertEquals([bucket.tryTake(249), bucket.tryTake(250)], [false, true]);
  assertEquals(bucket.available(1_000_000), 10);
});

Deno.test("bucket gives all that is asked for or nothing", () => {
  const bucket = new TokenBucket({ capacity: 5, refillPerSecond: 1 }, 0);
  assertEquals(bucket.tryTake(0, 6), false);
  assertEquals([bucket.available(0), bucket.tryTake(0, 5)], [5, true]);
});

Deno.test("bucket says how long to wait", () => {
  const bucket = new TokenBucket({ capacity: 5, refillPerSecond: 10 }, 0);
  assertEquals(bucket.waitMs(0, 5), 0);
  bucket.tryTake(0, 5);
  assertAlmostEquals(bucket.waitMs(0), 100);
  assertAlmostEquals(bucket.waitMs(50, 2), 150);
  assertEquals(bucket.waitMs(0, 6), Infinity);
});

Deno.test("bucket ignores time that runs backwards", () => {
  const bucket = new TokenBucket({ capacity: 1, refillPerSecond: 1 }, 1_000);
  bucket.tryTake(1_000);
  assertEquals(bucket.available(0), 0);
  assertEquals(bucket.available(1_500), 0.5);
});

Deno.test("bucket refuses to hold or to get nothing", () => {
  for (const value of [0, -1, NaN]) {
    assertThrows(() => new TokenBucket({ capacity: value, refillPerSecond: 1 }, 0), RangeError);
    assertThrows(() => new TokenBucket({ capacity: 1, refillPerSecond: value }, 0), RangeError);
  }
});
