/**
 * `Retry-After` (RFC 9110 §10.2.3).
 *
 * @module
 */

import { parseDate } from "./date.ts";

/**
 * How long a server asks to be left alone.
 *
 * @param value The field's value: seconds, or a date.
 * @param nowMs The time, in milliseconds since the Unix epoch.
 * @returns Milliseconds, 0 for a date that has passed; `undefined` where the value is malformed.
 *
 * @example Both forms
 * ```ts
 * import { parseRetryAfter } from "@avx/semantics/retry-after";
 * import { assertEquals } from "@std/assert";
 *
 * const now = Date.UTC(2024, 0, 1);
 * assertEquals(parseRetryAfter("120", now), 120_000);
 * assertEquals(parseRetryAfter("Mon, 01 Jan 2024 00:00:05 GMT", now), 5_000);
 * assertEquals(parseRetryAfter("soon", now), undefined);
 * ```
 */
export function parseRetryAfter(value: string, nowMs: number): number | undefined {
  if (/^[0-9]+$/.test(value)) return Number(value) * 1_000;
  const at = parseDate(value, nowMs);
  return at === undefined ? undefined : Math.max(0, at - nowMs);
}
