/**
 * Randomness on Deno.
 *
 * @module
 */

import type { Random } from "../ports/random.ts";

const MAX_CALL_BYTES = 65_536; // what crypto.getRandomValues gives in one call

/** Web Crypto's generator. */
export class DenoRandom implements Random {
  /** See {@linkcode Random.fill}. */
  fill(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += MAX_CALL_BYTES) {
      crypto.getRandomValues(bytes.subarray(at, at + MAX_CALL_BYTES) as Uint8Array<ArrayBuffer>);
    }
  }
}
