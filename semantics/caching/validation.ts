/**
 * Validating stored responses, and what an answer changes about them (RFC 9111 §4.3).
 *
 * @module
 */

import { isSameWeakly, parseEntityTag } from "../entity_tag.ts";
import { fieldValueOf } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import type { CachedHead, CacheRules, FieldLookup } from "./cached_head.ts";
import { dateMs } from "./freshness.ts";
import { storedLines } from "./storability.ts";
import { variantOf } from "./variants.ts";

/**
 * The fields that make a request conditional (RFC 9110 §13.1).
 *
 * @example A request with a condition of its own
 * ```ts
 * import { CONDITION_FIELDS } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = new Headers({ "if-none-match": '"1"' });
 * assertEquals(CONDITION_FIELDS.some((name) => headers.has(name)), true);
 * ```
 */
export const CONDITION_FIELDS: readonly string[] = Object.freeze([
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
]);

/**
 * The fields by which a request asks whether stored responses still hold (RFC 9111 §4.3.1).
 *
 * @param selected The one that the request selects.
 * @param heads All that the URL has: where none is selected, the origin may say which one fits.
 * @returns Name, value …; nothing where none can be validated.
 *
 * @example By its entity tag
 * ```ts
 * import { conditionLines } from "@avx/semantics/caching";
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
 * assertEquals(conditionLines(head, [head]), ["if-none-match", '"1"']);
 * ```
 */
export function conditionLines(
  selected: CachedHead | undefined,
  heads: readonly CachedHead[],
): string[] {
  if (selected === undefined) {
    const tags = heads.map(({ lines }) => fieldValueOf(lines, "etag"));
    const known = [...new Set(tags.filter((tag) => tag !== undefined))].slice(-MAX_TAGS);
    return known.length === 0 ? [] : ["if-none-match", known.join(", ")];
  }
  const { lines } = selected;
  const conditions: string[] = [];
  const tag = fieldValueOf(lines, "etag");
  if (tag !== undefined) conditions.push("if-none-match", tag);
  const modified = fieldValueOf(lines, "last-modified");
  if (modified !== undefined) conditions.push("if-modified-since", modified);
  return conditions;
}

/**
 * The stored response that a 304 speaks of (RFC 9111 §4.3.4): by its strong validator, else by its
 * weak one the latest, else the one that was asked about.
 *
 * @param selected The one that the request selects.
 *
 * @example One of two
 * ```ts
 * import { validatedHead } from "@avx/semantics/caching";
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
 * const other = { ...head, lines: ["etag", '"2"'] };
 * assertEquals(validatedHead(["etag", '"2"'], undefined, [head, other]), other);
 * assertEquals(validatedHead(["etag", '"3"'], head, [head, other]), undefined);
 * ```
 */
export function validatedHead<Head extends CachedHead>(
  lines: FieldLines,
  selected: Head | undefined,
  heads: readonly Head[],
): Head | undefined {
  const tag = fieldValueOf(lines, "etag");
  const modified = fieldValueOf(lines, "last-modified");
  if (tag !== undefined) {
    return latest(heads.filter((head) => sameTag(fieldValueOf(head.lines, "etag"), tag)), selected);
  }
  if (modified !== undefined) {
    const same = heads.filter((head) => fieldValueOf(head.lines, "last-modified") === modified);
    return latest(same, selected);
  }
  return selected ?? (heads.length === 1 ? heads[0] : undefined);
}

/**
 * A stored head after a 304, or after a `HEAD` that found nothing changed: with the new fields in the
 * place of the old ones, and the times of the new answer (RFC 9111 §3.2, §4.3.4).
 *
 * @example Fresh again
 * ```ts
 * import { DEFAULT_CACHE_RULES, refreshedHead } from "@avx/semantics/caching";
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
 * const lines = ["date", "Thu, 01 Jan 1970 00:00:05 GMT"];
 * const answer = { lines, requestMs: 5_000, responseMs: 5_000, request: new Map() };
 * const refreshed = refreshedHead(head, answer, DEFAULT_CACHE_RULES);
 * assertEquals(refreshed.responseMs, 5_000);
 * assertEquals(refreshed.lines.slice(0, 2), ["etag", '"1"']);
 * ```
 */
export function refreshedHead(
  head: CachedHead,
  answer: {
    /** The fields of the answer. */
    readonly lines: FieldLines;
    /** When the request was sent. */
    readonly requestMs: number;
    /** When the answer came. */
    readonly responseMs: number;
    /** The fields of the request. */
    readonly request: FieldLookup;
  },
  rules: CacheRules,
): CachedHead {
  const { requestMs, responseMs } = answer;
  const fresh = storedLines(answer.lines, responseMs, rules);
  // An age that is not repeated was that of the answer before.
  const replaced = new Set(["age"]);
  for (let at = 0; at < fresh.length; at += 2) replaced.add(fresh[at].toLowerCase());
  for (const name of OF_CONTENT) replaced.delete(name);
  const lines: string[] = [];
  for (let at = 0; at < head.lines.length; at += 2) {
    if (!replaced.has(head.lines[at].toLowerCase())) lines.push(head.lines[at], head.lines[at + 1]);
  }
  for (let at = 0; at < fresh.length; at += 2) {
    if (!OF_CONTENT.includes(fresh[at].toLowerCase())) lines.push(fresh[at], fresh[at + 1]);
  }
  return { ...head, ...variantOf(lines, answer.request, rules), lines, requestMs, responseMs };
}

/**
 * Whether the response to a `HEAD` says that a stored one is what a `GET` would give
 * (RFC 9111 §4.3.5). If not, the stored one is outdated.
 *
 * @example Another entity tag
 * ```ts
 * import { isSameByHead } from "@avx/semantics/caching";
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
 * assertEquals(isSameByHead(head, 200, ["etag", '"1"']), true);
 * assertEquals(isSameByHead(head, 200, ["etag", '"2"']), false);
 * ```
 */
export function isSameByHead(head: CachedHead, status: number, lines: FieldLines): boolean {
  return status === head.status &&
    ["etag", "last-modified", "content-length"].every((name) => {
      const value = fieldValueOf(lines, name);
      return value === undefined || value === fieldValueOf(head.lines, name);
    });
}

const MAX_TAGS = 16; // servers refuse fields that are too long

// RFC 9111 §3.2: content-length is not updated, and what the stored bytes depend upon is not either.
const OF_CONTENT: readonly string[] = ["content-length", "content-encoding", "content-range"];

// A strong validator names one representation; a weak one is compared weakly, as whatever compresses
// on the way makes weak ones of strong ones. What is no entity tag is compared as it is.
function sameTag(one: string | undefined, other: string): boolean {
  if (one === undefined || one === other) return one === other;
  const [left, right] = [parseEntityTag(one), parseEntityTag(other)];
  return left !== undefined && right !== undefined && right.weak && isSameWeakly(left, right);
}

function latest<Head extends CachedHead>(
  heads: readonly Head[],
  selected: Head | undefined,
): Head | undefined {
  if (selected !== undefined && heads.includes(selected)) return selected;
  let found: Head | undefined;
  for (const head of heads) {
    if (found === undefined || madeMs(head) >= madeMs(found)) found = head;
  }
  return found;
}

function madeMs({ lines, responseMs }: CachedHead): number {
  return dateMs(lines, responseMs);
}
