/**
 * No bytes at all.
 *
 * @module
 */

/** An array of no length, shared by all that have nothing. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);
