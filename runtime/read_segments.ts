/**
 * Memory that a connection reads into, going forward only.
 *
 * @module
 */

const FIRST_BYTES = 1024; // an idle connection holds no more
const STEADY_BYTES = 4 * 1024; // what a connection with small messages grows to
const MIN_SPACE_BYTES = 512; // less is not worth a system call

/**
 * Hands out space for reads and never the same bytes twice, so that whatever points into what was
 * read (a head, a chunk of a body) stays valid for as long as anyone holds it. A segment is
 * garbage once nobody does.
 *
 * Segments are small until reads fill them, and small again when reads are.
 *
 * @example What was read stays as it was
 * ```ts
 * import { ReadSegments } from "@avx/runtime/read-segments";
 * import { assertEquals } from "@std/assert";
 *
 * const segments = new ReadSegments(64 * 1024);
 * segments.space().set([1, 2, 3]); // a read
 * const first = segments.taken(3);
 * segments.space().set([4, 5]); // the next one
 * assertEquals([...first], [1, 2, 3]);
 * assertEquals([...segments.taken(2)], [4, 5]);
 * ```
 */
export class ReadSegments {
  readonly #maxBytes: number;
  #segment: Uint8Array | undefined;
  #used = 0;
  #nextBytes = FIRST_BYTES;

  /**
   * Makes an empty one: the first segment is allocated by the first call of {@linkcode space}.
   *
   * @param maxBytes The largest segment, in bytes.
   */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Where the next read may put its bytes. */
  space(): Uint8Array {
    const segment = this.#segment;
    if (segment !== undefined && segment.length - this.#used >= MIN_SPACE_BYTES) {
      return this.#used === 0 ? segment : segment.subarray(this.#used);
    }
    if (segment !== undefined && this.#nextBytes < STEADY_BYTES) this.#nextBytes *= 2;
    this.#used = 0;
    return this.#segment = new Uint8Array(this.#nextBytes);
  }

  /**
   * The bytes that a read has put at the start of the last {@linkcode space}; they are not handed
   * out again.
   *
   * @param count How many bytes were read.
   */
  taken(count: number): Uint8Array {
    const segment = this.#segment!;
    const start = this.#used;
    this.#used = start + count;
    const room = segment.length - start;
    if (count === room && room * 2 >= segment.length) {
      // There is more where this came from: fewer and larger reads. (The last bit of a segment is
      // filled by anything.)
      this.#nextBytes = Math.min(Math.max(this.#nextBytes, segment.length) * 4, this.#maxBytes);
    } else if (count * 8 < room && this.#nextBytes > STEADY_BYTES) {
      this.#nextBytes = STEADY_BYTES;
    }
    return segment.subarray(start, this.#used);
  }
}
