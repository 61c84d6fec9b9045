/**
 * The environment port: the variables of the process.
 *
 * @module
 */

/**
 * Reads variables.
 *
 * @example Variables of a test
 * ```ts
 * import type { Environment } from "@avx/runtime/ports/environment";
 * import { assertEquals } from "@std/assert";
 *
 * const values = new Map([["NO_PROXY", "*"]]);
 * const environment: Environment = { get: (name) => values.get(name) };
 * assertEquals(environment.get("NO_PROXY"), "*");
 * assertEquals(environment.get("HTTP_PROXY"), undefined);
 * ```
 */
export interface Environment {
  /** The value of a variable; `undefined` where there is none, or where it may not be read. */
  get(name: string): string | undefined;
}
