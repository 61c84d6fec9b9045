/**
 * Conditional requests (RFC 9110 §13).
 *
 * @module
 */

import { parseDate } from "./date.ts";
import {
  type EntityTag,
  isSameStrongly,
  isSameWeakly,
  parseEntityTag,
  parseEntityTags,
} from "./entity_tag.ts";

/** What is there that conditions are about. */
export interface Validators {
  /** Whether there is a representation at all. */
  readonly exists: boolean;
  /** Its entity tag. */
  readonly etag: EntityTag | undefined;
  /** When it was last changed, in milliseconds since 1970; fractions of a second do not count. */
  readonly lastModifiedMs: number | undefined;
}

/** A request, as far as conditions ask. */
export interface ConditionalRequest {
  /** The method. */
  readonly method: string;
  /** The fields: `FieldSection` and `Headers` have this. */
  readonly headers: {
    /** The combined value of a field; nothing where it is absent. `name` is in lower case. */
    get(name: string): string | null | undefined;
  };
}

/**
 * What a request's conditions ask for: to go on (`"proceed"`), a 304 (`"not-modified"`) or a 412
 * (`"failed"`).
 */
export type PreconditionOutcome = "proceed" | "not-modified" | "failed";

/**
 * Evaluates the conditions of a request, in the order of RFC 9110 §13.2.2. A date that is none is no
 * condition.
 *
 * @param validators What is there now.
 * @param nowMs Milliseconds since 1970.
 *
 * @example A browser has it already
 * ```ts
 * import { evaluatePreconditions } from "@avx/semantics/precondition";
 * import { assertEquals } from "@std/assert";
 *
 * const validators = {
 *   exists: true,
 *   etag: { weak: false, tag: "31d4" },
 *   lastModifiedMs: undefined,
 * };
 * const headers = new Headers({ "if-none-match": 'W/"31d4"' });
 * assertEquals(evaluatePreconditions({ method: "GET", headers }, validators, 0), "not-modified");
 * assertEquals(evaluatePreconditions({ method: "PUT", headers }, validators, 0), "failed");
 * ```
 */
export function evaluatePreconditions(
  request: ConditionalRequest,
  validators: Validators,
  nowMs: number,
): PreconditionOutcome {
  const { method, headers } = request;
  const { lastModifiedMs } = validators;
  const ifMatch = headers.get("if-match");
  if (ifMatch != null) {
    if (!isAmong(ifMatch, validators, isSameStrongly)) return "failed";
  } else if (lastModifiedMs !== undefined) {
    const since = dateOf(headers.get("if-unmodified-since"), nowMs);
    if (since !== undefined && wholeSeconds(lastModifiedMs) > since) return "failed";
  }
  const isRead = method === "GET" || method === "HEAD";
  const ifNoneMatch = headers.get("if-none-match");
  if (ifNoneMatch != null) {
    if (isAmong(ifNoneMatch, validators, isSameWeakly)) return isRead ? "not-modified" : "failed";
  } else if (isRead && lastModifiedMs !== undefined) {
    const since = dateOf(headers.get("if-modified-since"), nowMs);
    if (since !== undefined && wholeSeconds(lastModifiedMs) <= since) return "not-modified";
  }
  return "proceed";
}

/**
 * Whether a request's `Range` is to be looked at: without `If-Range`, or with one that names what is
 * there, strongly (RFC 9110 §13.1.5). If not, the whole is the answer.
 *
 * @param dateMs When the response is made: a change within the second before it is no strong
 *   validator (RFC 9110 §8.8.2.2).
 *
 * @example The rest of something that has changed
 * ```ts
 * import { isRangeWanted } from "@avx/semantics/precondition";
 * import { assertEquals } from "@std/assert";
 *
 * const headers = new Headers({ range: "bytes=500-", "if-range": '"old"' });
 * const etag = { weak: false, tag: "new" };
 * const validators = { exists: true, etag, lastModifiedMs: undefined };
 * assertEquals(isRangeWanted({ method: "GET", headers }, validators, 0), false);
 * ```
 */
export function isRangeWanted(
  { method, headers }: ConditionalRequest,
  { etag, lastModifiedMs }: Validators,
  dateMs: number,
): boolean {
  if (method !== "GET" || headers.get("range") == null) return false;
  const ifRange = headers.get("if-range");
  if (ifRange == null) return true;
  const tag = parseEntityTag(ifRange);
  if (tag !== undefined) return etag !== undefined && isSameStrongly(tag, etag);
  const date = parseDate(ifRange, dateMs);
  if (date === undefined || lastModifiedMs === undefined) return false;
  return wholeSeconds(lastModifiedMs) === date && dateMs - date >= 1000;
}

/** Whether what is there is one of those that a field names. One that is malformed names none. */
function isAmong(
  value: string,
  { exists, etag }: Validators,
  isSame: (one: EntityTag, other: EntityTag) => boolean,
): boolean {
  const tags = parseEntityTags(value);
  if (tags === "*") return exists;
  return etag !== undefined && tags !== undefined && tags.some((tag) => isSame(tag, etag));
}

function dateOf(value: string | null | undefined, nowMs: number): number | undefined {
  return value == null ? undefined : parseDate(value, nowMs);
}

function wholeSeconds(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
