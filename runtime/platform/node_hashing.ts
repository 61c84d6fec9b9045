/**
 * Hashes by `node:crypto`, which Deno carries.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { HashAlgorithm, Hashing, RunningHash } from "../ports/hashing.ts";

/** The hashes of `node:crypto`. */
export class NodeHashing implements Hashing {
  /** See {@linkcode Hashing.start}. */
  start(algorithm: HashAlgorithm): RunningHash {
    const hash = createHash(algorithm === "sha-256" ? "sha256" : "sha512");
    return {
      update: (bytes) => void hash.update(bytes),
      digest: () => new Uint8Array(hash.digest()),
    };
  }
}
