/**
 * How urgent a response is (RFC 9218 §4).
 *
 * @module
 */

import { trimWhitespace } from "./field_value.ts";

/** The parameters of a `priority` field. */
export interface Priority {
  /** From 0, the most urgent, to 7. */
  readonly urgency: number;
  /** Whether a part of the response is of use before the rest. */
  readonly incremental: boolean;
}

/**
 * The number of urgencies.
 *
 * @example 0 to 7
 * ```ts
 * import { URGENCY_COUNT } from "@avx/semantics/priority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(URGENCY_COUNT, 8);
 * ```
 */
export const URGENCY_COUNT = 8;
/**
 * The urgency where none is named.
 *
 * @example In the middle
 * ```ts
 * import { DEFAULT_URGENCY } from "@avx/semantics/priority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(DEFAULT_URGENCY, 3);
 * ```
 */
export const DEFAULT_URGENCY = 3;

/**
 * The priority where none is named (RFC 9218 §4.1, §4.2).
 *
 * @example What an empty field says
 * ```ts
 * import { DEFAULT_PRIORITY, parsePriority } from "@avx/semantics/priority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePriority(""), DEFAULT_PRIORITY);
 * ```
 */
export const DEFAULT_PRIORITY: Priority = makePriority(DEFAULT_URGENCY, false);

const ALL: readonly Priority[] = Array.from(
  { length: URGENCY_COUNT * 2 },
  (_, index) => makePriority(index >> 1, (index & 1) === 1),
);

/**
 * The one object for a priority.
 *
 * @example The same each time
 * ```ts
 * import { priorityOf } from "@avx/semantics/priority";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(priorityOf(1, true), priorityOf(1, true));
 * ```
 */
export function priorityOf(urgency: number, incremental: boolean): Priority {
  return ALL[(urgency << 1) | (incremental ? 1 : 0)];
}

/**
 * Reads a `priority` field value, a dictionary (RFC 9218 §5, RFC 9651 §3.2). What is unknown, out
 * of range or malformed counts as absent: priorities are hints.
 *
 * @example A browser's image
 * ```ts
 * import { parsePriority } from "@avx/semantics/priority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parsePriority("u=5, i"), { urgency: 5, incremental: true });
 * assertEquals(parsePriority("u=9"), { urgency: 3, incremental: false });
 * ```
 */
export function parsePriority(value: string): Priority {
  let urgency = DEFAULT_URGENCY;
  let incremental = false;
  for (const member of value.split(",")) {
    const match = /^(u|i)(?:=([^;]*))?(?:;.*)?$/.exec(trimWhitespace(member));
    if (match === null) continue;
    const [, key, item] = match;
    if (key === "u") {
      if (item !== undefined && /^[0-7]$/.test(item)) urgency = Number(item);
    } else if (item === undefined || item === "?1") incremental = true;
    else if (item === "?0") incremental = false;
  }
  return priorityOf(urgency, incremental);
}

/**
 * Writes a priority as a field value; what is the default is left out.
 *
 * @example An urgent one
 * ```ts
 * import { formatPriority } from "@avx/semantics/priority";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatPriority({ urgency: 1, incremental: true }), "u=1, i");
 * assertEquals(formatPriority({ urgency: 3, incremental: false }), "");
 * ```
 */
export function formatPriority(priority: Priority): string {
  const urgency = priority.urgency === DEFAULT_URGENCY ? "" : `u=${priority.urgency}`;
  if (!priority.incremental) return urgency;
  return urgency === "" ? "i" : `${urgency}, i`;
}

function makePriority(urgency: number, incremental: boolean): Priority {
  return Object.freeze({ urgency, incremental });
}
