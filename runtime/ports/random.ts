/**
 * The random port: where masks, keys, nonces and trace ids come from.
 *
 * @module
 */

/**
 * A cryptographically strong source of random bytes. Tests give a counting one.
 *
 * @example Predictable, for tests
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Random } from "@avx/runtime/ports/random";
 *
 * let next = 0;
 * const counting: Random = { fill: (bytes) => bytes.forEach((_, at) => bytes[at] = next++) };
 * const mask = new Uint8Array(4);
 * counting.fill(mask);
 * assertEquals(mask, new Uint8Array([0, 1, 2, 3]));
 * ```
 */
export interface Random {
  /** Overwrites all of `bytes` with random ones. There is no limit on how many. */
  fill(bytes: Uint8Array): void;
}
