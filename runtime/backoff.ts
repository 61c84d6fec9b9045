/**
 * Growing pauses between tries, with jitter so that many clients do not try at the same moment.
 *
 * @module
 */

/**
 * How the pauses grow.
 *
 * @example Without chance
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Backoff, type BackoffOptions } from "@avx/runtime/backoff";
 *
 * const options: BackoffOptions = { initialMs: 10, maxMs: 25, jitter: 0 };
 * const backoff = new Backoff(options);
 * assertEquals([backoff.next(), backoff.next(), backoff.next()], [10, 20, 25]);
 * ```
 */
export interface BackoffOptions {
  /** The first pause, in milliseconds. @default {100} */
  readonly initialMs?: number;
  /** The longest pause, in milliseconds. @default {30000} */
  readonly maxMs?: number;
  /** How much longer each pause is than the one before. @default {2} */
  readonly factor?: number;
  /** Which part of a pause is left to chance, from 0 to 1 ("full jitter"). @default {1} */
  readonly jitter?: number;
  /** A number from 0 up to, but not including, 1. @default {Math.random} */
  readonly random?: () => number;
}

/**
 * The state of one series of tries.
 *
 * @example Until it works
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Backoff } from "@avx/runtime/backoff";
 *
 * const backoff = new Backoff({ initialMs: 100, jitter: 0.5, random: () => 0.5 });
 * assertEquals([backoff.next(), backoff.next()], [75, 150]);
 * backoff.reset();
 * assertEquals(backoff.next(), 75);
 * ```
 */
export class Backoff {
  readonly #config: Required<BackoffOptions>;
  #attempts = 0;

  /**
   * Starts a series.
   *
   * @throws {RangeError} If an option is out of its range.
   */
  constructor(options: BackoffOptions = {}) {
    this.#config = parseOptions(options);
  }

  /** How many pauses were given out since the start or the last {@linkcode reset}. */
  get attempts(): number {
    return this.#attempts;
  }

  /** The next pause, in milliseconds. */
  next(): number {
    const { initialMs, maxMs, factor, jitter, random } = this.#config;
    const pauseMs = Math.min(maxMs, initialMs * factor ** this.#attempts++);
    return pauseMs * (1 - jitter * random());
  }

  /** Begins anew: a try succeeded. */
  reset(): void {
    this.#attempts = 0;
  }
}

function parseOptions(options: BackoffOptions): Required<BackoffOptions> {
  const { initialMs = 100, maxMs = 30_000, factor = 2, jitter = 1, random = Math.random } = options;
  demand("initialMs", initialMs, initialMs > 0);
  demand("maxMs", maxMs, maxMs >= initialMs);
  demand("factor", factor, factor >= 1);
  demand("jitter", jitter, jitter >= 0 && jitter <= 1);
  return { initialMs, maxMs, factor, jitter, random };
}

function demand(name: string, value: number, holds: boolean): void {
  if (!holds) throw new RangeError(`Cannot use ${value} as ${name} of a backoff`);
}
