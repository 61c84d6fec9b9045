/**
 * Where the client's reads go: forward through fresh segments, never over what was handed out.
 *
 * A body chunk belongs to the caller once it was delivered, so its bytes must stay what they are.
 * Segments grow while reads fill them, and are small again for an idle connection.
 *
 * @module
 */

const SMALLEST_BYTES = 4 * 1024; // about 30 small responses; 16 KiB resident per idle connection
const LARGEST_BYTES = 128 * 1024; // reads of 256 KiB gain nothing over this one
const LEAST_SPACE_BYTES = 512; // what is left of a segment below this is not worth a read

/** A segment with a mark up to which it has been read into. */
export class ReadBuffer {
  #segment: Uint8Array = EMPTY;
  #used = 0;
  #nextBytes = SMALLEST_BYTES;

  /** The size of the segment in use, in bytes. */
  get capacity(): number {
    return this.#segment.length;
  }

  /** The free part of the segment, or of a fresh one. Valid until the next call. */
  space(): Uint8Array {
    if (this.#segment.length - this.#used < LEAST_SPACE_BYTES) {
      this.#segment = new Uint8Array(this.#nextBytes);
      this.#used = 0;
      return this.#segment;
    }
    return this.#used === 0 ? this.#segment : this.#segment.subarray(this.#used);
  }

  /** Marks the first `count` bytes of {@linkcode space} as read and returns them. */
  take(count: number): Uint8Array {
    const start = this.#used;
    this.#used = start + count;
    const segment = this.#segment;
    // Filled at once: there is more where that came from.
    if (this.#used === segment.length && segment.length >= this.#nextBytes) {
      this.#nextBytes = Math.min(segment.length * 4, LARGEST_BYTES);
    }
    return segment.subarray(start, this.#used);
  }

  /** Lets a large segment go: the connection has nothing to read for now. */
  shrink(): void {
    this.#nextBytes = SMALLEST_BYTES;
    if (this.#segment.length > SMALLEST_BYTES) {
      this.#segment = EMPTY;
      this.#used = 0;
    }
  }
}

const EMPTY = new Uint8Array(0);
