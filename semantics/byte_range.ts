/**
 * Ranges of bytes (RFC 9110 §14).
 *
 * @module
 */

import { splitList, trimWhitespace } from "./field_value.ts";

/** Bytes of a representation, the first and the last one included. */
export interface ByteRange {
  /** The offset of the first byte. */
  readonly first: number;
  /** The offset of the last byte, which is part of it. */
  readonly last: number;
}

/** What a `Content-Range` field says. */
export interface ContentRange {
  /** The bytes that follow; `undefined` with a 416. */
  readonly range: ByteRange | undefined;
  /** The length of the whole; `undefined` where nobody knows. */
  readonly length: number | undefined;
}

/**
 * How many ranges of one request are looked at. A request for more is answered as if it had none.
 *
 * @example The limit
 * ```ts
 * import { MAX_RANGES } from "@avx/semantics/byte-range";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(MAX_RANGES, 200);
 * ```
 */
export const MAX_RANGES = 200; // Apache 200, nginx unlimited by default

/**
 * Reads a `Range` field.
 *
 * @param value The field value.
 * @param length The length of the whole, in bytes.
 * @returns The ranges that can be satisfied, cut to what there is; none is a 416. `undefined` where
 *   the field is to be ignored: another unit, malformed, or more than {@linkcode MAX_RANGES}.
 *
 * @example The last bytes, and from somewhere on
 * ```ts
 * import { parseRange } from "@avx/semantics/byte-range";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseRange("bytes=-5, 7-", 10), [{ first: 5, last: 9 }, { first: 7, last: 9 }]);
 * assertEquals(parseRange("bytes=10-", 10), []);
 * assertEquals(parseRange("lines=1-2", 10), undefined);
 * ```
 */
export function parseRange(value: string, length: number): ByteRange[] | undefined {
  const match = /^bytes=(.*)$/i.exec(trimWhitespace(value));
  if (match === null) return undefined;
  const specs = splitList(match[1]);
  if (specs.length === 0 || specs.length > MAX_RANGES) return undefined;
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const parts = /^(\d*)-(\d*)$/.exec(spec);
    if (parts === null || spec === "-") return undefined;
    const [, from, to] = parts;
    const first = from === "" ? Math.max(0, length - Number(to)) : Number(from);
    const last = from === "" || to === "" ? length - 1 : Math.min(Number(to), length - 1);
    if (from !== "" && to !== "" && Number(to) < Number(from)) return undefined;
    if (first < length && first <= last) ranges.push({ first, last });
  }
  return ranges;
}

/**
 * Writes a `Content-Range` field.
 *
 * @example Part of a whole, and nothing of it
 * ```ts
 * import { formatContentRange } from "@avx/semantics/byte-range";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatContentRange({ range: { first: 0, last: 4 }, length: 10 }), "bytes 0-4/10");
 * assertEquals(formatContentRange({ range: undefined, length: 10 }), "bytes *\/10");
 * ```
 */
export function formatContentRange({ range, length }: ContentRange): string {
  const bytes = range === undefined ? "*" : `${range.first}-${range.last}`;
  return `bytes ${bytes}/${length ?? "*"}`;
}

/**
 * Reads a `Content-Range` field.
 *
 * @returns `undefined` where it is malformed, contradicts itself or has another unit.
 *
 * @example Part of a whole
 * ```ts
 * import { parseContentRange } from "@avx/semantics/byte-range";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseContentRange("bytes 0-4/10"), { range: { first: 0, last: 4 }, length: 10 });
 * assertEquals(parseContentRange("bytes 0-10/10"), undefined);
 * ```
 */
export function parseContentRange(value: string): ContentRange | undefined {
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(trimWhitespace(value));
  if (match === null) return undefined;
  const length = match[3] === "*" ? undefined : Number(match[3]);
  if (match[1] === undefined) {
    return length === undefined ? undefined : { range: undefined, length };
  }
  const range = { first: Number(match[1]), last: Number(match[2]) };
  if (range.last < range.first || range.last >= (length ?? Infinity)) return undefined;
  return { range, length };
}
