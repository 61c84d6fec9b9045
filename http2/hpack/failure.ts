/**
 * What can be wrong with a header block.
 *
 * @module
 */

/**
 * What is wrong with a header block:
 *
 * - `compression`: it cannot be decoded. The tables of both sides are no longer the same: the
 *   connection ends with COMPRESSION_ERROR (RFC 9113 §4.3).
 * - `size`: the list is larger than allowed. Its beginning has been handed out, the rest has only
 *   been taken into the table: the connection goes on.
 * - `field`: a field has a name or value that no field may have (RFC 9113 §8.2.1). The list is
 *   complete: the message is malformed, the connection goes on.
 *
 * @example Whom it concerns
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HpackDecoder, type HpackFailure } from "@avx/http2/hpack";
 *
 * const decoder = new HpackDecoder({ maxListBytes: 16_384 });
 * const failure: HpackFailure | undefined = decoder.decode(new Uint8Array([0x80]), 0, 1, []);
 * assertEquals(failure?.kind, "compression");
 * ```
 */
export interface HpackFailure {
  /** What kind of fault it is, and so whom it concerns. */
  readonly kind: "compression" | "size" | "field";
  /** What is wrong, in a sentence. */
  readonly reason: string;
}

/** Makes a fault of the coding itself. */
export function compressionFailure(reason: string): HpackFailure {
  return Object.freeze({ kind: "compression", reason });
}

/** The list is over its limit. */
export const TOO_LARGE: HpackFailure = Object.freeze({
  kind: "size",
  reason: "Header list is larger than allowed",
});

/** A name is not one of HTTP/2. */
export const BAD_NAME: HpackFailure = Object.freeze({
  kind: "field",
  reason: "Field name has a character that is not allowed, such as an upper-case letter",
});

/** A value is none. */
export const BAD_VALUE: HpackFailure = Object.freeze({
  kind: "field",
  reason: "Field value has a character that is not allowed, or blanks around it",
});
