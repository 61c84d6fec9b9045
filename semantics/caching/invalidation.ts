/**
 * What a change at the origin makes of stored responses (RFC 9111 §4.4).
 *
 * @module
 */

import { fieldValueOf } from "../field_lines.ts";
import type { FieldLines } from "../field_section.ts";
import { isSafe } from "../method.ts";

/**
 * The URLs of which nothing stored may be used any more after a request: its own and, where they
 * are of the same origin, those in `Location` and `Content-Location`.
 *
 * @param exchange The request's method and URL, the response's status code and fields.
 * @param resolve What a reference means beside the URL; `undefined` for what is of another origin.
 *
 * @example What was posted is new
 * ```ts
 * import { invalidatedUrls } from "@avx/semantics/caching";
 * import { assertEquals } from "@std/assert";
 *
 * const url = "https://a.example/items";
 * const lines = ["location", "/items/7"];
 * const exchange = { method: "POST", url, status: 201, lines };
 * assertEquals(
 *   invalidatedUrls(exchange, (reference) => new URL(reference, url).href),
 *   [url, "https://a.example/items/7"],
 * );
 * ```
 */
export function invalidatedUrls(
  exchange: {
    readonly method: string;
    readonly url: string;
    readonly status: number;
    readonly lines: FieldLines;
  },
  resolve: (reference: string) => string | undefined,
): string[] {
  const { method, url, status, lines } = exchange;
  // An error has changed nothing, as far as anybody knows.
  if (isSafe(method) || status < 200 || status > 399) return [];
  const urls = new Set([url]);
  for (const name of ["location", "content-location"]) {
    const reference = fieldValueOf(lines, name);
    const other = reference === undefined ? undefined : resolve(reference);
    if (other !== undefined) urls.add(other);
  }
  return [...urls];
}
