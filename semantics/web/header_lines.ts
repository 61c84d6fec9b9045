/**
 * From what the Web calls headers to field lines.
 *
 * @module
 */

import type { FieldLines } from "../field_section.ts";

/**
 * The field lines that `init` stands for, in its own order. Names and values are not validated
 * here: whoever sends them does that, once for each block that repeats.
 *
 * @example Lines from a record
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { headerLines } from "@avx/semantics/web";
 *
 * assertEquals(headerLines({ accept: "text/html", "x-count": "1" }), [
 *   "accept",
 *   "text/html",
 *   "x-count",
 *   "1",
 * ]);
 * ```
 *
 * @param init A `Headers` object, an iterable of pairs, or a record.
 * @returns Name, value, name, value …
 */
export function headerLines(init: HeadersInit | undefined): FieldLines {
  if (init === undefined) return NO_LINES;
  const lines: string[] = [];
  if (init instanceof Headers) {
    // `forEach` is ten times cheaper than iteration on a native Headers object.
    init.forEach((value, name) => lines.push(name, value));
  } else if (Symbol.iterator in init) {
    for (const pair of init) {
      const [name, value] = pair;
      if (value === undefined) throw new TypeError("Cannot use headers: each entry must be a pair");
      lines.push(`${name}`, `${value}`);
    }
  } else {
    for (const name in init) {
      const value = init[name];
      lines.push(name, typeof value === "string" ? value : `${value}`);
    }
  }
  return lines;
}

/**
 * The empty header section.
 *
 * @example Nothing asked for
 * ```ts
 * import { headerLines, NO_LINES } from "@avx/semantics/web";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(headerLines(undefined), NO_LINES);
 * ```
 */
export const NO_LINES: FieldLines = Object.freeze([]);
