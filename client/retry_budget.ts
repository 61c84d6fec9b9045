/**
 * How many retries a client may make: a part of its requests, so that a server in trouble is not
 * given more work by those who find it in trouble.
 *
 * @module
 */

/** How much a {@linkcode RetryBudget} gives. */
export interface RetryBudgetOptions {
  /**
   * Retries per request over time. Finagle 0.2, Envoy 0.2, gRPC 0.1.
   *
   * @default {0.2}
   */
  readonly ratio?: number;
  /**
   * Retries that can be made at once when nothing had to be retried for a while, and at first.
   * gRPC 10.
   *
   * @default {10}
   */
  readonly burst?: number;
}

/** A bucket that each request adds a little to, and each retry takes one from. */
export class RetryBudget {
  readonly #ratio: number;
  readonly #burst: number;
  #retries: number;

  /**
   * Makes a full one.
   *
   * @throws {RangeError} If the ratio is negative, or not even one retry can be made at once.
   */
  constructor(options: RetryBudgetOptions = {}) {
    const { ratio = 0.2, burst = 10 } = options;
    if (!(ratio >= 0)) {
      throw new RangeError(
        `Cannot use options.retries.budget.ratio as it must not be negative: it is ${ratio}`,
      );
    }
    if (!(burst >= 1)) {
      throw new RangeError(
        `Cannot use options.retries.budget.burst as it must be at least 1: it is ${burst}`,
      );
    }
    this.#ratio = ratio;
    this.#burst = this.#retries = burst;
  }

  /** A request is made. */
  deposit(): void {
    this.#retries = Math.min(this.#burst, this.#retries + this.#ratio);
  }

  /** Takes a retry, if there is one. */
  withdraw(): boolean {
    // The fractions of many requests add up to a little less than they should.
    if (this.#retries < 1 - 1e-9) return false;
    this.#retries -= 1;
    return true;
  }
}
