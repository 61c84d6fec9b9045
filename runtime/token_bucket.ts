/**
 * A token bucket: a steady rate with bursts up to its capacity.
 *
 * @module
 */

/**
 * How large a bucket is and how fast it fills.
 *
 * @example Ten a second, three at once
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TokenBucket, type TokenBucketOptions } from "@avx/runtime/token-bucket";
 *
 * const options: TokenBucketOptions = { capacity: 3, refillPerSecond: 10 };
 * assertEquals(new TokenBucket(options, 0).available(0), 3);
 * ```
 */
export interface TokenBucketOptions {
  /** How many tokens it holds at most, and at first. */
  readonly capacity: number;
  /** How many tokens are added a second, evenly. */
  readonly refillPerSecond: number;
}

/**
 * Tokens that are taken at once and come back with time, which is passed in.
 *
 * @example A burst, then the rate
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TokenBucket } from "@avx/runtime/token-bucket";
 *
 * const bucket = new TokenBucket({ capacity: 2, refillPerSecond: 10 }, 0);
 * assertEquals([bucket.tryTake(0), bucket.tryTake(0), bucket.tryTake(0)], [true, true, false]);
 * assertEquals(bucket.waitMs(0), 100);
 * assertEquals(bucket.tryTake(100), true);
 * ```
 */
export class TokenBucket {
  readonly #capacity: number;
  readonly #refillPerMs: number;
  #tokens: number;
  #at: number;

  /**
   * Makes a full one at the time `nowMs`.
   *
   * @throws {RangeError} If the capacity or the rate is not above zero.
   */
  constructor(options: TokenBucketOptions, nowMs: number) {
    const { capacity, refillPerSecond } = options;
    if (!(capacity > 0 && refillPerSecond > 0)) {
      throw new RangeError("Cannot make a token bucket: capacity and rate must be above zero");
    }
    this.#capacity = this.#tokens = capacity;
    this.#refillPerMs = refillPerSecond / 1000;
    this.#at = nowMs;
  }

  /** How many tokens there are, with fractions. */
  available(nowMs: number): number {
    // Time that runs backwards adds nothing and takes nothing away.
    if (nowMs > this.#at) {
      const refilled = this.#tokens + (nowMs - this.#at) * this.#refillPerMs;
      this.#tokens = Math.min(this.#capacity, refilled);
      this.#at = nowMs;
    }
    return this.#tokens;
  }

  /** Takes `count` tokens if there are so many. Returns whether it did. */
  tryTake(nowMs: number, count = 1): boolean {
    if (this.available(nowMs) < count) return false;
    this.#tokens -= count;
    return true;
  }

  /** How long it takes until there are `count` tokens, in ms; `Infinity` above the capacity. */
  waitMs(nowMs: number, count = 1): number {
    if (count > this.#capacity) return Infinity;
    return Math.max(0, count - this.available(nowMs)) / this.#refillPerMs;
  }
}
