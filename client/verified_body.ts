/**
 * The body of a response, compared with the digests that came with it.
 *
 * @module
 */

import type { HashAlgorithm, Hashing, RunningHash } from "@avx/runtime/ports/hashing";
import type { BodySource } from "@avx/semantics/body-source";
import { parseDigestField } from "@avx/semantics/digest-field";
import { RemoteProtocolError } from "@avx/semantics/errors";
import { SeenBody } from "./seen_body.ts";

/** What a body is compared with. */
export interface ExpectedDigests {
  /** Digests that came before the body. */
  readonly digests: readonly (readonly [HashAlgorithm, Uint8Array])[];
  /** Whether others may come after it. */
  readonly inTrailers: boolean;
  /** Whether there has to be one in the end. @default {false} */
  readonly required?: boolean;
}

const ALGORITHMS: readonly HashAlgorithm[] = ["sha-256", "sha-512"];

/** Hashes a body as it is pulled; its last pull rejects where a digest does not fit. */
export class VerifiedBody extends SeenBody {
  readonly #expected: ExpectedDigests;
  readonly #hashes = new Map<HashAlgorithm, RunningHash>();

  /** Makes one. */
  constructor(source: BodySource, expected: ExpectedDigests, hashing: Hashing) {
    super(source);
    this.#expected = expected;
    const needed = expected.inTrailers ? ALGORITHMS : expected.digests.map(([name]) => name);
    for (const name of needed) this.#hashes.set(name, hashing.start(name));
  }

  /** See {@linkcode SeenBody.see}. */
  protected override see(chunk: Uint8Array | undefined): void {
    if (chunk === undefined) this.#compare();
    else for (const hash of this.#hashes.values()) hash.update(chunk);
  }

  #compare(): void {
    const found = new Map<HashAlgorithm, Uint8Array>();
    for (const [name, hash] of this.#hashes) found.set(name, hash.digest());
    this.#hashes.clear();
    if (found.size === 0) return; // the end was seen before
    const late = this.#expected.inTrailers ? this.trailers?.get("content-digest") : undefined;
    const trailing = late === undefined ? undefined : parseDigestField(late);
    const all = [...this.#expected.digests, ...trailing ?? []];
    if (all.length === 0 && this.#expected.required) {
      throw new RemoteProtocolError("Cannot accept body as no digest came behind it", {
        code: "DIGEST_MISSING",
      });
    }
    for (const [name, digest] of all) {
      if (equal(digest, found.get(name)!)) continue;
      throw new RemoteProtocolError(`Cannot accept body as its ${name} digest does not fit`, {
        code: "DIGEST_MISMATCH",
      });
    }
  }
}

// Digests are no secrets, so that it may tell by its time where they differ.
function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
