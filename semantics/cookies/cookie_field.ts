/**
 * The `Cookie` field (RFC 6265bis §4.2, §5.8.3).
 *
 * @module
 */

import { trimWhitespace } from "../field_value.ts";

/** A cookie as a client sends it. */
export interface CookiePair {
  /** The name, which may be empty. */
  readonly name: string;
  /** The value. */
  readonly value: string;
}

/**
 * Reads a `Cookie` field. Names are compared as they are, and one may come more than once: the
 * client puts that of the longest path first, so that the first of a name is the one to use.
 *
 * @param value The field value; where there are several lines, joined by `"; "`, as HTTP/2 allows
 *   a client to send them (RFC 9113 §8.2.3).
 *
 * @example Two cookies
 * ```ts
 * import { parseCookieField } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCookieField("a=1; b=x=y;; =c"), [
 *   { name: "a", value: "1" },
 *   { name: "b", value: "x=y" },
 *   { name: "", value: "c" },
 * ]);
 * ```
 */
export function parseCookieField(value: string): CookiePair[] {
  const pairs: CookiePair[] = [];
  for (const text of value.split(";")) {
    const pair = trimWhitespace(text);
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    pairs.push({
      name: trimWhitespace(pair.slice(0, Math.max(0, equals))),
      value: trimWhitespace(pair.slice(equals + 1)),
    });
  }
  return pairs;
}

/**
 * Writes a `Cookie` field.
 *
 * @returns An empty text for no cookies.
 *
 * @example Two cookies
 * ```ts
 * import { formatCookieField } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatCookieField([{ name: "a", value: "1" }, { name: "", value: "b" }]), "a=1; b");
 * ```
 */
export function formatCookieField(cookies: Iterable<CookiePair>): string {
  let field = "";
  for (const { name, value } of cookies) {
    if (field !== "") field += "; ";
    field += name === "" ? value : `${name}=${value}`;
  }
  return field;
}
