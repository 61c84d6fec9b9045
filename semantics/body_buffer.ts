/**
 * A body that is collected whole.
 *
 * @module
 */

import type { BodySource } from "./body_source.ts";

const MIN_BYTES = 64 * 1024;

/**
 * Puts the chunks of a body together. One that came in a single chunk is not copied.
 *
 * @example Two chunks
 * ```ts
 * import { BodyBuffer } from "@avx/semantics/body-buffer";
 * import { assertEquals } from "@std/assert";
 *
 * const buffer = new BodyBuffer({ declaredLength: 3 });
 * buffer.add(new Uint8Array([1, 2]));
 * buffer.add(new Uint8Array([3]));
 * assertEquals(buffer.whole(), new Uint8Array([1, 2, 3]));
 * ```
 */
export class BodyBuffer {
  readonly #source: Pick<BodySource, "declaredLength" | "release">;
  #only: Uint8Array | undefined = undefined;
  #bytes: Uint8Array | undefined = undefined;
  #length = 0;

  /** Makes an empty one for what `source` gives. */
  constructor(source: Pick<BodySource, "declaredLength" | "release">) {
    this.#source = source;
  }

  /** How many bytes were added. */
  get length(): number {
    return this.#length;
  }

  /** Adds the next chunk, which is given back to the source as soon as it was copied. */
  add(chunk: Uint8Array): void {
    if (this.#length === 0) {
      this.#only = chunk;
      this.#length = chunk.length;
      return;
    }
    const only = this.#only;
    const bytes = this.#reserve(this.#length + chunk.length);
    if (only !== undefined) {
      bytes.set(only);
      this.#only = undefined;
      this.#source.release?.(only);
    }
    bytes.set(chunk, this.#length);
    this.#length += chunk.length;
    this.#source.release?.(chunk);
  }

  /** All that was added: perhaps a view into a buffer that holds more. */
  whole(): Uint8Array {
    return this.#only ?? this.#bytes?.subarray(0, this.#length) ?? new Uint8Array(0);
  }

  /** Room for `length` bytes. A declared length is believed only as it comes true. */
  #reserve(length: number): Uint8Array {
    const bytes = this.#bytes;
    if (bytes !== undefined && bytes.length >= length) return bytes;
    const { declaredLength } = this.#source;
    const capacity = declaredLength === undefined || declaredLength < length
      ? Math.max(2 * length, MIN_BYTES)
      : Math.min(declaredLength, Math.max(4 * length, MIN_BYTES));
    const grown = new Uint8Array(capacity);
    if (bytes !== undefined) grown.set(bytes.subarray(0, this.#length));
    return this.#bytes = grown;
  }
}
