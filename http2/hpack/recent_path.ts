/**
 * The path decoded last. Most clients send `:path` as a literal that no table gets, however often it
 * repeats: then it need not be decoded again, and is the same string.
 *
 * @module
 */

/** A longer literal is not kept. */
const MAX_LITERAL_BYTES = 128;

/** A literal on the wire, name included, and its value. */
export class RecentPath {
  /** The value. */
  value = "";
  /** How many bytes the literal has; 0 if there is none. */
  length = 0;

  #literal: Uint8Array | undefined = undefined;

  /** Whether the same literal is at `at`, byte for byte: the length is in it. */
  isAt(bytes: Uint8Array, at: number, end: number): boolean {
    const literal = this.#literal;
    const { length } = this;
    if (literal === undefined || length === 0 || end - at < length) return false;
    for (let index = 0; index < length; index++) {
      if (bytes[at + index] !== literal[index]) return false;
    }
    return true;
  }

  /** Keeps the literal from `start` to `end` instead of the last one. */
  keep(bytes: Uint8Array, start: number, end: number, value: string): void {
    this.length = 0;
    if (end - start > MAX_LITERAL_BYTES) return;
    const literal = this.#literal ??= new Uint8Array(MAX_LITERAL_BYTES);
    for (let at = start; at < end; at++) literal[at - start] = bytes[at];
    this.length = end - start;
    this.value = value;
  }
}
