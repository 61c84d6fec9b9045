/**
 * The body of a response that is looked at on the way to its reader.
 *
 * @module
 */

import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";

/** A body as it comes, each part of which is seen before its reader gets it. */
export abstract class SeenBody implements BodySource {
  readonly release: ((chunk: Uint8Array) => void) | undefined;
  readonly #source: BodySource;

  /** Makes one. */
  constructor(source: BodySource) {
    this.#source = source;
    this.release = source.release === undefined ? undefined : (chunk) => source.release?.(chunk);
  }

  /** See {@linkcode BodySource.declaredLength}. */
  get declaredLength(): number | undefined {
    return this.#source.declaredLength;
  }

  /** See {@linkcode BodySource.trailers}. */
  get trailers(): FieldSection | undefined {
    return this.#source.trailers;
  }

  /** See {@linkcode BodySource.pull}. */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const pulled = this.#source.pull();
    return pulled instanceof Promise
      ? pulled.then((chunk) => this.#passOn(chunk))
      : this.#passOn(pulled);
  }

  /** See {@linkcode BodySource.cancel}. */
  cancel(reason?: unknown): void {
    this.#source.cancel(reason);
  }

  /** A chunk has come, or the end. What it throws is what the reader gets instead. */
  protected abstract see(chunk: Uint8Array | undefined): void;

  #passOn(chunk: Uint8Array | undefined): Uint8Array | undefined {
    this.see(chunk);
    return chunk;
  }
}
