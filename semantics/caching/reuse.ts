/**
 * Stored responses as they are given to those who ask (RFC 9111 §4).
 *
 * @module
 */

import { fieldValueOf } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import { parseResponseDirectives } from "./cache_control.ts";
import type { CachedHead } from "./cached_head.ts";

/**
 * The field lines of a stored response that is reused: with its age, and without what must not be
 * used before it was validated (`no-cache="…"`, RFC 9111 §5.2.2.4).
 *
 * @param ageMs How old it is.
 * @param validated Whether it was validated for this very request.
 *
 * @example With its age
 * ```ts
 * import { reusedLines } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const head = {
 *   variant: "",
 *   selecting: [],
 *   status: 200,
 *   reason: "OK",
 *   lines: ["etag", '"1"', "cache-control", "max-age=1"],
 *   requestMs: 0,
 *   responseMs: 0,
 * };
 * const lines = reusedLines(head, { ageMs: 1_500, validated: false });
 * assertEquals(lines, ["etag", '"1"', "cache-control", "max-age=1", "age", "1"]);
 * ```
 */
export function reusedLines(
  head: CachedHead,
  { ageMs, validated }: { readonly ageMs: number; readonly validated: boolean },
): string[] {
  const { lines } = head;
  const left = new Set(["age", ...validated ? [] : unvalidatedFields(lines)]);
  const reused: string[] = [];
  for (let at = 0; at < lines.length; at += 2) {
    if (!left.has(lines[at].toLowerCase())) reused.push(lines[at], lines[at + 1]);
  }
  reused.push("age", String(Math.floor(ageMs / 1000)));
  return reused;
}

function unvalidatedFields(lines: FieldLines): readonly string[] {
  return parseResponseDirectives(fieldValueOf(lines, "cache-control")).noCacheFields;
}
