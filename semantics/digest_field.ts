/**
 * `Content-Digest` and `Repr-Digest` (RFC 9530): dictionaries of byte sequences (RFC 9651).
 *
 * @module
 */

import { decodeBase64, encodeBase64 } from "./base64.ts";
import { trimWhitespace } from "./field_value.ts";

/** The algorithms that are not known to be weak (RFC 9530 §5). */
export type DigestAlgorithm = "sha-256" | "sha-512";

/**
 * The digests that a field gives, by their algorithms; those that nobody should rely on are left
 * out.
 *
 * @param value The combined value.
 * @returns `undefined` where it is malformed, which makes the field void (RFC 9651 §4.2).
 *
 * @example A digest, and one by an algorithm of old
 * ```ts
 * import { parseDigestField } from "@avx/semantics/digest-field";
 * import { assertEquals } from "@std/assert";
 *
 * const digests = parseDigestField("md5=:AAAA:, sha-256=:Zm9v:");
 * assertEquals(digests, new Map([["sha-256", new Uint8Array([102, 111, 111])]]));
 * assertEquals(parseDigestField("sha-256=Zm9v"), undefined);
 * ```
 */
export function parseDigestField(value: string): Map<DigestAlgorithm, Uint8Array> | undefined {
  const digests = new Map<DigestAlgorithm, Uint8Array>();
  for (const member of value.split(",")) {
    const match = MEMBER.exec(trimWhitespace(member));
    const bytes = match === null ? undefined : decodeBase64(match[2]);
    if (match === null || bytes === undefined) return undefined;
    const [, algorithm] = match;
    if (algorithm === "sha-256" || algorithm === "sha-512") digests.set(algorithm, bytes);
  }
  return digests;
}

/** A key, a byte sequence, and parameters that nobody knows. */
const MEMBER = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):(?:;[^,]*)?$/;

/**
 * Writes a field.
 *
 * @example A digest of three bytes
 * ```ts
 * import { formatDigestField } from "@avx/semantics/digest-field";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDigestField("sha-256", new Uint8Array([102, 111, 111])), "sha-256=:Zm9v:");
 * ```
 */
export function formatDigestField(algorithm: DigestAlgorithm, digest: Uint8Array): string {
  return `${algorithm}=:${encodeBase64(digest)}:`;
}
