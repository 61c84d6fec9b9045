/**
 * Which fields go into the dynamic table, and which must never be in one.
 *
 * Whoever can make a peer send fields of their choice next to a secret in the same table, and sees how
 * long the blocks are, can guess the secret (CRIME; RFC 7541 §7.1). A secret is sent as a literal
 * that is never indexed, by nobody who forwards it either (RFC 7541 §6.2.3).
 *
 * @module
 */

/**
 * How a field is sent that no table has, as the first bits of its literal: to be added to the table,
 * as it is, or never to be in a table.
 */
export type Indexing = typeof ADDED | typeof PLAIN | typeof NEVER;

/** A literal that goes into the table (RFC 7541 §6.2.1). */
export const ADDED = 0x40;
/** A literal that does not (RFC 7541 §6.2.2). */
export const PLAIN = 0x00;
/** A literal that no table on the way may have (RFC 7541 §6.2.3). */
export const NEVER = 0x10;

/** A shorter cookie is too easily guessed; nghttp2 and nginx draw the line at the same length. */
const GUESSABLE_COOKIE_BYTES = 20;

const SECRET: readonly string[] = ["authorization", "proxy-authorization", "set-cookie"];

/** Their values hardly come twice: in the table they would drive others out. The list is nghttp2's. */
const FLEETING: readonly string[] = [
  ":path",
  "age",
  "content-length",
  "etag",
  "if-modified-since",
  "if-none-match",
  "location",
];

const BY_NAME: ReadonlyMap<string, Indexing> = new Map<string, Indexing>([
  ...FLEETING.map((name) => [name, PLAIN] as const),
  ...SECRET.map((name) => [name, NEVER] as const),
]);

/** How fields with this name are sent; a value may still say otherwise: {@linkcode isGuessable}. */
export function indexingOf(name: string): Indexing {
  return BY_NAME.get(name) ?? ADDED;
}

/** Whether the field is a secret short enough to be guessed. `name` is in lower case. */
export function isGuessable(name: string, value: string): boolean {
  return value.length < GUESSABLE_COOKIE_BYTES && name === "cookie";
}
