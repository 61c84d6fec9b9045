/**
 * The `Cache-Control` field (RFC 9111 §5.2, RFC 5861, RFC 8246).
 *
 * @module
 */

import { splitList } from "../field_value.ts";
import { decodeQuotedString } from "../quoted_string.ts";

/** What a request says about caching. Times are in seconds. */
export interface RequestDirectives {
  /** The age beyond which a stored response is not wanted. */
  readonly maxAge: number | undefined;
  /** How stale a response may be; `Infinity` where no limit was named. */
  readonly maxStale: number | undefined;
  /** For how long a response must still be fresh. */
  readonly minFresh: number | undefined;
  /** How stale a response may be instead of an error (RFC 5861 §4). */
  readonly staleIfError: number | undefined;
  /** Whether the origin has to be asked. */
  readonly noCache: boolean;
  /** Whether nothing of this exchange may be stored. */
  readonly noStore: boolean;
  /** Whether only a stored response is wanted. */
  readonly onlyIfCached: boolean;
}

/** What a response says about caching. Times are in seconds. */
export interface ResponseDirectives {
  /** How long it is fresh; 0 where the number was malformed (RFC 9111 §4.2.1). */
  readonly maxAge: number | undefined;
  /** The same for shared caches. */
  readonly sMaxage: number | undefined;
  /** How stale it may be while it is validated in the background (RFC 5861 §3). */
  readonly staleWhileRevalidate: number | undefined;
  /** How stale it may be instead of an error (RFC 5861 §4). */
  readonly staleIfError: number | undefined;
  /** Whether it has to be validated before each use. */
  readonly noCache: boolean;
  /** Which of its fields, in lower case, may not be used without validation. */
  readonly noCacheFields: readonly string[];
  /** Whether it may not be stored. */
  readonly noStore: boolean;
  /** Whether it may be stored by private caches only. */
  readonly private: boolean;
  /** Which of its fields, in lower case, may be stored by private caches only. */
  readonly privateFields: readonly string[];
  /** Whether it may be stored where that would otherwise be forbidden. */
  readonly public: boolean;
  /** Whether it must not be used once it is stale. */
  readonly mustRevalidate: boolean;
  /** The same for shared caches. */
  readonly proxyRevalidate: boolean;
  /** Whether it may be stored, whatever `no-store` says, by those alone who understand its status. */
  readonly mustUnderstand: boolean;
  /** Whether it does not change while it is fresh (RFC 8246). */
  readonly immutable: boolean;
}

/**
 * Reads the directives of a request.
 *
 * @param value The combined field value; `undefined` where there is none.
 * @param pragma The value of `Pragma`, which counts only without the field (RFC 9111 §5.4).
 *
 * @example A patient client
 * ```ts
 * import { parseRequestDirectives } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const directives = parseRequestDirectives("max-stale=60, only-if-cached");
 * assertEquals(directives.maxStale, 60);
 * assertEquals(directives.onlyIfCached, true);
 * assertEquals(parseRequestDirectives(undefined, "no-cache").noCache, true);
 * ```
 */
export function parseRequestDirectives(
  value: string | undefined,
  pragma?: string,
): RequestDirectives {
  if (value === undefined) {
    return pragma === undefined || !membersOf(pragma).has("no-cache") ? NOTHING_ASKED : UNCACHED;
  }
  const members = membersOf(value);
  const maxStale = members.get("max-stale");
  return {
    // An age that cannot be read is the most restrictive one (RFC 9111 §4.2.1).
    maxAge: seconds(members, "max-age", 0),
    maxStale: maxStale === "" ? Infinity : seconds(members, "max-stale", undefined),
    minFresh: seconds(members, "min-fresh", Infinity),
    staleIfError: seconds(members, "stale-if-error", undefined),
    noCache: members.has("no-cache"),
    noStore: members.has("no-store"),
    onlyIfCached: members.has("only-if-cached"),
  };
}

/**
 * Reads the directives of a response.
 *
 * @param value The combined field value; `undefined` where there is none.
 *
 * @example A response for a day
 * ```ts
 * import { parseResponseDirectives } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const directives = parseResponseDirectives('private, max-age=86400, no-cache="set-cookie"');
 * assertEquals(directives.private, true);
 * assertEquals(directives.maxAge, 86_400);
 * assertEquals(directives.noCache, false);
 * assertEquals(directives.noCacheFields, ["set-cookie"]);
 * ```
 */
export function parseResponseDirectives(value: string | undefined): ResponseDirectives {
  if (value === undefined) return NOTHING_SAID;
  const members = membersOf(value);
  const noCacheFields = fieldNames(members.get("no-cache"));
  const privateFields = fieldNames(members.get("private"));
  return {
    maxAge: seconds(members, "max-age", 0),
    sMaxage: seconds(members, "s-maxage", 0),
    staleWhileRevalidate: seconds(members, "stale-while-revalidate", undefined),
    staleIfError: seconds(members, "stale-if-error", undefined),
    noCache: members.has("no-cache") && noCacheFields.length === 0,
    noCacheFields,
    noStore: members.has("no-store"),
    private: members.has("private") && privateFields.length === 0,
    privateFields,
    public: members.has("public"),
    mustRevalidate: members.has("must-revalidate"),
    proxyRevalidate: members.has("proxy-revalidate"),
    mustUnderstand: members.has("must-understand"),
    immutable: members.has("immutable"),
  };
}

/** RFC 9111 §1.2.2: what is larger counts as this, or as the largest number that is at hand. */
const MAX_SECONDS = 2 ** 31;

/**
 * Reads seconds as `Age` and the directives have them (RFC 9111 §1.2.2).
 *
 * @returns `undefined` if the text is no number of digits alone.
 */
export function parseSeconds(text: string): number | undefined {
  return /^\d+$/.test(text) ? Math.min(Number(text), MAX_SECONDS) : undefined;
}

const NOTHING_SAID: ResponseDirectives = Object.freeze(parseResponseDirectives(""));
const NOTHING_ASKED: RequestDirectives = Object.freeze(parseRequestDirectives(""));
const UNCACHED: RequestDirectives = Object.freeze(parseRequestDirectives("no-cache"));

/** Directives by their names in lower case. The first of a name counts (RFC 9111 §4.2.1). */
function membersOf(value: string): Map<string, string> {
  const members = new Map<string, string>();
  for (const member of splitList(value)) {
    const equals = member.indexOf("=");
    const name = (equals === -1 ? member : member.slice(0, equals)).toLowerCase();
    if (members.has(name)) continue;
    const raw = equals === -1 ? "" : member.slice(equals + 1);
    members.set(name, decodeQuotedString(raw) ?? raw);
  }
  return members;
}

function seconds<Malformed>(
  members: ReadonlyMap<string, string>,
  name: string,
  malformed: Malformed,
): number | Malformed | undefined {
  const text = members.get(name);
  return text === undefined ? undefined : parseSeconds(text) ?? malformed;
}

function fieldNames(list: string | undefined): readonly string[] {
  return list === undefined || list === "" ? [] : splitList(list.toLowerCase());
}
