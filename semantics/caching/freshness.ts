/**
 * How old a stored response is and how long it is fresh (RFC 9111 §4.2).
 *
 * @module
 */

import { parseDate } from "../date.ts";
import { splitList, trimWhitespace } from "../field_value.ts";
import { fieldValueOf, hasField } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import { isCacheableByDefault } from "../status.ts";
import { parseSeconds, type ResponseDirectives } from "./cache_control.ts";
import type { CachedHead, CacheRules } from "./cached_head.ts";

/** A time that is not to be exceeded, and the one there is; in milliseconds. */
export interface Freshness {
  /** How long it is fresh from when it was made. */
  readonly lifetimeMs: number;
  /** How old it is. */
  readonly ageMs: number;
}

/**
 * The age of a stored response and how long it is fresh.
 *
 * @param directives Those of the response.
 * @param nowMs Milliseconds since 1970.
 *
 * @example A minute of which a third is over
 * ```ts
 * import {
 *   DEFAULT_CACHE_RULES,
 *   freshnessOf,
 *   parseResponseDirectives,
 * } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const head = {
 *   variant: "",
 *   selecting: [],
 *   status: 200,
 *   reason: "OK",
 *   lines: ["cache-control", "max-age=60", "age", "15"],
 *   requestMs: 0,
 *   responseMs: 0,
 * };
 * const directives = parseResponseDirectives("max-age=60");
 * assertEquals(freshnessOf(head, directives, DEFAULT_CACHE_RULES, 5_000), {
 *   lifetimeMs: 60_000,
 *   ageMs: 20_000,
 * });
 * ```
 */
export function freshnessOf(
  head: CachedHead,
  directives: ResponseDirectives,
  rules: CacheRules,
  nowMs: number,
): Freshness {
  return { lifetimeMs: lifetimeMs(head, directives, rules), ageMs: currentAgeMs(head, nowMs) };
}

/** The lifetime that a response itself names; `undefined` where it names none (RFC 9111 §4.2.1). */
export function explicitLifetimeMs(
  lines: FieldLines,
  directives: ResponseDirectives,
  responseMs: number,
  shared: boolean,
): number | undefined {
  if (shared && directives.sMaxage !== undefined) return directives.sMaxage * 1000;
  if (directives.maxAge !== undefined) return directives.maxAge * 1000;
  if (!hasField(lines, "expires")) return undefined;
  // RFC 9111 §5.3: one that is no date, "0" above all, is in the past. Several are no date either.
  const expires = parseDate(fieldValueOf(lines, "expires")!, responseMs);
  return expires === undefined ? 0 : Math.max(0, expires - dateMs(lines, responseMs));
}

/** The age of a stored response (RFC 9111 §4.2.3). */
export function currentAgeMs(head: CachedHead, nowMs: number): number {
  const { lines, requestMs, responseMs } = head;
  const apparentAge = Math.max(0, responseMs - dateMs(lines, responseMs));
  const correctedAge = ageMs(lines) + Math.max(0, responseMs - requestMs);
  return Math.max(apparentAge, correctedAge) + Math.max(0, nowMs - responseMs);
}

/** When a response was made. One that does not say it was when it came (RFC 9110 §6.6.1). */
export function dateMs(lines: FieldLines, responseMs: number): number {
  const date = fieldValueOf(lines, "date");
  return (date === undefined ? undefined : parseDate(date, responseMs)) ?? responseMs;
}

function lifetimeMs(
  head: CachedHead,
  directives: ResponseDirectives,
  rules: CacheRules,
): number {
  const { lines, responseMs, status } = head;
  const explicit = explicitLifetimeMs(lines, directives, responseMs, rules.shared);
  if (explicit !== undefined) return explicit;
  if (!isCacheableByDefault(status) && !directives.public) return 0;
  const text = fieldValueOf(lines, "last-modified");
  const modified = text === undefined ? undefined : parseDate(text, responseMs);
  if (modified === undefined) return 0;
  const unchangedMs = Math.max(0, dateMs(lines, responseMs) - modified);
  return Math.min(unchangedMs * rules.heuristicFraction, rules.maxHeuristicMs);
}

// RFC 9111 §5.1: of a list the first member counts, and one that is no number is ignored.
function ageMs(lines: FieldLines): number {
  const value = fieldValueOf(lines, "age");
  if (value === undefined) return 0;
  const [first = ""] = splitList(value);
  return (parseSeconds(trimWhitespace(first)) ?? 0) * 1000;
}
