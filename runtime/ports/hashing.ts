/**
 * The hashing port: digests of bytes that come in pieces, which the Web's `crypto.subtle` cannot do.
 *
 * @module
 */

/**
 * The algorithms that there are, by the names that RFC 9530 gives them.
 *
 * @example As in Content-Digest
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { HashAlgorithm } from "@avx/runtime/ports/hashing";
 *
 * const preferred: HashAlgorithm[] = ["sha-512", "sha-256"];
 * assertEquals(preferred[1], "sha-256");
 * ```
 */
export type HashAlgorithm = "sha-256" | "sha-512";

/**
 * A running hash.
 *
 * @example One that only counts
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RunningHash } from "@avx/runtime/ports/hashing";
 *
 * let count = 0;
 * const hash: RunningHash = {
 *   update: (bytes) => void (count += bytes.length),
 *   digest: () => new Uint8Array([count]),
 * };
 * hash.update(new Uint8Array(3));
 * assertEquals(hash.digest(), new Uint8Array([3]));
 * ```
 */
export interface RunningHash {
  /** Takes bytes in, which may be used again afterwards. */
  update(bytes: Uint8Array): void;
  /** Ends it. */
  digest(): Uint8Array;
}

/**
 * A platform's hashes.
 *
 * @example The digest of three bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hashing } from "@avx/runtime/platform";
 * import type { Hashing } from "@avx/runtime/ports/hashing";
 *
 * function digestOf(bytes: Uint8Array, by: Hashing): Uint8Array {
 *   const hash = by.start("sha-256");
 *   hash.update(bytes);
 *   return hash.digest();
 * }
 * assertEquals(digestOf(new Uint8Array(3), hashing).length, 32);
 * ```
 */
export interface Hashing {
  /** Starts a hash. */
  start(algorithm: HashAlgorithm): RunningHash;
}
