/**
 * The prefixes of names by which a cookie promises its own attributes (RFC 6265bis §4.1.3).
 *
 * @module
 */

/** A prefix, in lower case: browsers and servers compare it in any case (RFC 6265bis §5.7). */
export type NamePrefix = "__secure-" | "__host-";

/** The prefix that a name has. */
export function namePrefix(name: string): NamePrefix | undefined {
  if (!name.startsWith("__")) return undefined;
  const lower = name.slice(0, 9).toLowerCase();
  if (lower === "__secure-") return lower;
  return lower.startsWith("__host-") ? "__host-" : undefined;
}
