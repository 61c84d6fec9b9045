/**
 * The priority of a request (RFC 9218).
 *
 * @module
 */

/** How urgent a response is, and whether its parts are of use by themselves. */
export interface Priority {
  /** From 0, the most urgent, to 7. */
  readonly urgency: number;
  /** Whether the response may be interleaved with others of the same urgency. */
  readonly incremental: boolean;
}

/**
 * What a request has that says nothing (RFC 9218 §4).
 *
 * @example In the middle
 * ```ts
 * import { DEFAULT_PRIORITY, parsePriority } from "@avx/semantics/serving";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePriority(""), DEFAULT_PRIORITY);
 * ```
 */
export const DEFAULT_PRIORITY: Priority = Object.freeze({ urgency: 3, incremental: false });

const URGENCY = /(?:^|,)[ \t]*u=([0-7])[ \t]*(?=,|$)/;
const INCREMENTAL = /(?:^|,)[ \t]*i(?:=\?1)?[ \t]*(?=,|$)/;

/**
 * Reads the `Priority` field. Unknown and malformed members leave the defaults (RFC 9218 §4).
 *
 * @example A request for an image that renders as it comes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parsePriority } from "@avx/semantics/serving";
 *
 * assertEquals(parsePriority("u=5, i"), { urgency: 5, incremental: true });
 * assertEquals(parsePriority("u=9"), { urgency: 3, incremental: false });
 * ```
 *
 * @param value The field's value; `undefined` where there is none.
 * @returns Urgency and incrementality.
 */
export function parsePriority(value: string | undefined): Priority {
  if (value === undefined) return DEFAULT_PRIORITY;
  const urgency = URGENCY.exec(value);
  return {
    urgency: urgency === null ? DEFAULT_PRIORITY.urgency : Number(urgency[1]),
    incremental: INCREMENTAL.test(value),
  };
}
