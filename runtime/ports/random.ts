/**
 * The random port: where masks, keys, nonces and trace ids come from.
 *
 * @module
 */

/** A cryptographically strong source of random bytes. Tests give a counting one. */
export interface Random {
  /** Overwrites all of `bytes` with random ones. There is no limit on how many. */
  fill(bytes: Uint8Array): void;
}
