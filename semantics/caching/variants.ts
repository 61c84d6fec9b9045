/**
 * Which stored response a request selects, of those that its URL has (RFC 9111 §4.1).
 *
 * @module
 */

import { splitAt, splitList } from "../field_value.ts";
import { fieldValueOf } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import { parseResponseDirectives } from "./cache_control.ts";
import type { CachedHead, CacheRules, FieldLookup } from "./cached_head.ts";
import { dateMs } from "./freshness.ts";

/** The part of {@linkcode CachedHead} that tells variants apart. */
export type Variant = Pick<CachedHead, "variant" | "selecting">;

/**
 * What a response's `Vary` makes of its request.
 *
 * In a private cache, a response that is not `public` is for those credentials alone that it was
 * asked for with, whether `Vary` says so or not: a program may speak for more than one user, as a
 * browser does not. In a shared cache, RFC 9111 §3.5 decides what is stored at all.
 */
export function variantOf(lines: FieldLines, request: FieldLookup, rules: CacheRules): Variant {
  const names = splitList((fieldValueOf(lines, "vary") ?? "").toLowerCase());
  if (!rules.shared) {
    const said = parseResponseDirectives(fieldValueOf(lines, "cache-control"));
    if (!said.public) names.push("authorization");
  }
  const selecting = [...new Set(names)].sort().map((name) =>
    [name, normalised(name, request.get(name))] as const
  );
  return { selecting, variant: selecting.length === 0 ? "" : JSON.stringify(selecting) };
}

/**
 * The stored response that a request selects: of those whose selecting fields are its own, the one
 * that was made last.
 */
export function selectVariant<Head extends CachedHead>(
  heads: readonly Head[],
  request: FieldLookup,
): Head | undefined {
  let selected: Head | undefined;
  for (const head of heads) {
    if (!head.selecting.every(([name, value]) => normalised(name, request.get(name)) === value)) {
      continue;
    }
    if (selected === undefined || isNewer(head, selected)) selected = head;
  }
  return selected;
}

/**
 * Whether a stored response may be offered for validation to a request that it was not stored for:
 * what was given to other credentials may not. A version number as an entity tag is the same for
 * everybody's, and a 304 would give one user what is another's.
 *
 * @param request The request's fields.
 *
 * @example Two users
 * ```ts
 * import { type CachedHead, mayBeOffered } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const head: CachedHead = {
 *   variant: "",
 *   selecting: [["authorization", "Bearer a"]],
 *   status: 200,
 *   reason: "OK",
 *   lines: ["etag", '"1"'],
 *   requestMs: 0,
 *   responseMs: 0,
 * };
 * assertEquals(mayBeOffered(head, new Headers({ authorization: "Bearer a" })), true);
 * assertEquals(mayBeOffered(head, new Headers({ authorization: "Bearer b" })), false);
 * ```
 */
export function mayBeOffered(head: CachedHead, request: FieldLookup): boolean {
  return head.selecting.every(([name, value]) =>
    !CREDENTIALS.includes(name) || normalised(name, request.get(name)) === value
  );
}

const CREDENTIALS: readonly string[] = ["authorization", "cookie"];
const SEMICOLON = 0x3b;

/** Fields whose members are the same in any case. */
const CASELESS: readonly string[] = [
  "accept",
  "accept-charset",
  "accept-encoding",
  "accept-language",
];

// RFC 9111 §4.1: white space, lines, case and order are normalised where the field lets them. The
// absence of a field is something else than an empty one.
function normalised(name: string, value: string | null | undefined): string | null {
  if (value == null) return null;
  const members = splitList(value);
  if (!CASELESS.includes(name)) return members.join(", ");
  const lower = members.map((member) => splitAt(member.toLowerCase(), SEMICOLON).join(";"));
  return (name === "accept-encoding" ? lower.sort() : lower).join(", ");
}

function isNewer(head: CachedHead, other: CachedHead): boolean {
  return dateMs(head.lines, head.responseMs) >= dateMs(other.lines, other.responseMs);
}
