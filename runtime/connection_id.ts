/**
 * Numbers for connections.
 *
 * @module
 */

let last = 0;

/**
 * The number of another connection, unique within the process whichever end we are: what an
 * observer knows it by.
 *
 * @example Two connections
 * ```ts
 * import { nextConnectionId } from "@avx/runtime/connection-id";
 * import { assert } from "@std/assert";
 *
 * assert(nextConnectionId() < nextConnectionId());
 * ```
 */
export function nextConnectionId(): number {
  return ++last;
}
