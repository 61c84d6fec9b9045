/**
 * Content codings (RFC 9110 §8.4).
 *
 * @module
 */

import { trimWhitespace } from "./field_value.ts";

/**
 * The codings that were applied to a message's content, in the order they were applied, in lower
 * case. `identity` and empty members are left out, `x-gzip` is `gzip` (RFC 9110 §8.4.1.3).
 *
 * @param value The combined value of `content-encoding`; `undefined` where there is none.
 *
 * @example Two layers
 * ```ts
 * import { contentCodings } from "@avx/semantics/content-coding";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(contentCodings("X-Gzip, br"), ["gzip", "br"]);
 * assertEquals(contentCodings("identity"), []);
 * assertEquals(contentCodings(undefined), []);
 * ```
 */
export function contentCodings(value: string | undefined): string[] {
  if (value === undefined) return [];
  const codings: string[] = [];
  for (const member of value.split(",")) {
    const coding = trimWhitespace(member).toLowerCase();
    if (coding === "" || coding === "identity") continue;
    codings.push(ALIASES.get(coding) ?? coding);
  }
  return codings;
}

const ALIASES: ReadonlyMap<string, string> = new Map([
  ["x-gzip", "gzip"],
  ["x-compress", "compress"],
]);

/**
 * Whether what goes by the name of `deflate` is what the name stands for, the zlib format (RFC 1950),
 * and not the raw format (RFC 1951) that some servers send.
 *
 * @param first The first byte.
 * @param second The second byte.
 *
 * @example The header of zlib, and none
 * ```ts
 * import { isZlibHeader } from "@avx/semantics/content-coding";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isZlibHeader(0x78, 0x9c), true);
 * assertEquals(isZlibHeader(0xcb, 0x48), false);
 * ```
 */
export function isZlibHeader(first: number, second: number): boolean {
  // Method 8, a window of at most 32 KiB, and a check that the two bytes are a multiple of 31.
  return (first & 0x0f) === 8 && first >> 4 <= 7 && (first * 256 + second) % 31 === 0;
}
