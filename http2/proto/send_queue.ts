/**
 * Content that waits until windows let it through.
 *
 * @module
 */

/** Parts of content, in order; they lie where the caller left them and must not change. */
export class SendQueue {
  /** How many bytes wait. */
  byteCount = 0;

  #parts: Uint8Array[] = [];
  #first = 0;
  #offset = 0; // into the first part

  /** Adds a part. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#parts.push(bytes);
    this.byteCount += bytes.length;
  }

  /** Takes `count` bytes, as many as there are at most, and copies them to `at`. */
  take(into: Uint8Array, at: number, count: number): void {
    let to = at;
    let left = count;
    this.byteCount -= count;
    while (left > 0) {
      const part = this.#parts[this.#first];
      const from = this.#offset;
      const size = Math.min(left, part.length - from);
      if (from === 0 && size === part.length) into.set(part, to);
      else into.set(part.subarray(from, from + size), to);
      to += size;
      left -= size;
      if (from + size === part.length) this.#drop();
      else this.#offset = from + size;
    }
  }

  #drop(): void {
    this.#parts[this.#first] = NO_BYTES; // a sent part must not be held
    this.#first++;
    this.#offset = 0;
    if (this.#first === this.#parts.length) {
      this.#parts.length = 0;
      this.#first = 0;
    } else if (this.#first >= 64) {
      this.#parts = this.#parts.slice(this.#first);
      this.#first = 0;
    }
  }
}

const NO_BYTES = new Uint8Array(0);
