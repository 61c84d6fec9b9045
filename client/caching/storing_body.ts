/**
 * A body that is stored while it is read.
 *
 * @module
 */

import type { BodySource } from "@avx/semantics/body-source";
import type { CacheWriter } from "@avx/semantics/caching";
import type { FieldSection } from "@avx/semantics/field-section";

/**
 * Passes a body on and gives it to a store on the way, which keeps it only if it was read to its
 * end: a reader that gives up, a body that fails or is too large leaves nothing. What goes wrong in
 * the store is not the reader's concern.
 */
export class StoringBody implements BodySource {
  readonly #source: BodySource;
  readonly #maxBytes: number;
  readonly #onSettled: (body: StoringBody) => void;
  #writer: CacheWriter | undefined;
  #bytes = 0;

  /**
   * Makes one.
   *
   * @param maxBytes Beyond so many bytes nothing is stored.
   * @param onSettled Hears, once, that the response is stored or will not be.
   */
  constructor(
    source: BodySource,
    writer: CacheWriter,
    maxBytes: number,
    onSettled: (body: StoringBody) => void,
  ) {
    this.#source = source;
    this.#writer = writer;
    this.#maxBytes = maxBytes;
    this.#onSettled = onSettled;
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
  async pull(): Promise<Uint8Array | undefined> {
    let chunk: Uint8Array | undefined;
    try {
      chunk = await this.#source.pull();
    } catch (error) {
      this.giveUp();
      throw error;
    }
    const writer = this.#writer;
    if (writer === undefined) return chunk;
    try {
      if (chunk === undefined) await this.#commit(writer);
      else if ((this.#bytes += chunk.length) > this.#maxBytes) this.giveUp();
      else await writer.write(chunk); // until then, the chunk must not be released
    } catch {
      this.giveUp();
    }
    return chunk;
  }

  /** See {@linkcode BodySource.release}. */
  release(chunk: Uint8Array): void {
    this.#source.release?.(chunk);
  }

  /** See {@linkcode BodySource.cancel}. */
  cancel(reason?: unknown): void {
    this.giveUp();
    this.#source.cancel(reason);
  }

  /** Stores nothing of it. The body goes on. */
  giveUp(): void {
    const writer = this.#writer;
    if (writer === undefined) return;
    this.#settle();
    discard(writer);
  }

  async #commit(writer: CacheWriter): Promise<void> {
    await writer.commit();
    this.#settle();
  }

  #settle(): void {
    this.#writer = undefined;
    this.#onSettled(this);
  }
}

/** Aborts what a writer was given, without waiting for it. */
export function discard(writer: CacheWriter): void {
  Promise.resolve().then(() => writer.abort()).catch(ignore);
}

function ignore(): void {}
