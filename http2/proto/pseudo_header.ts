/**
 * Pseudo-header fields (RFC 9113 §8.3): before all others, each once, no unknown ones.
 *
 * @module
 */

const COLON = 0x3a;

/** Those of a request, in the order in which their values are handed out. */
export const REQUEST_PSEUDO_HEADERS: readonly string[] = [
  ":method",
  ":scheme",
  ":authority",
  ":path",
  ":protocol",
];

/** That of a response. */
export const RESPONSE_PSEUDO_HEADERS: readonly string[] = [":status"];

/** None: for trailers. */
export const NO_PSEUDO_HEADERS: readonly string[] = [];

/**
 * Reads the pseudo-header fields at the start of a section.
 *
 * @param values Gets their values, in the order of `known`; `undefined` for those that are absent.
 * @returns The offset of the first regular line, or what is wrong.
 */
export function readPseudoHeaders(
  lines: readonly string[],
  known: readonly string[],
  values: (string | undefined)[],
): number | string {
  for (let index = 0; index < known.length; index++) values[index] = undefined;
  let at = 0;
  for (; at < lines.length; at += 2) {
    const name = lines[at];
    if (name.charCodeAt(0) !== COLON) break;
    const index = known.indexOf(name);
    if (index < 0) return `An unknown or misplaced pseudo-header field came: "${name}"`;
    if (values[index] !== undefined) return `A pseudo-header field came twice: "${name}"`;
    values[index] = lines[at + 1];
  }
  return at;
}
