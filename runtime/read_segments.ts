/**
 * Memory that a connection reads into.
 *
 * @module
 */

import type { BufferPool } from "./buffer_pool.ts";

const FIRST_BYTES = 1024; // an idle connection holds no more
const STEADY_BYTES = 4 * 1024; // what a connection with small messages grows to
const MIN_SPACE_BYTES = 512; // less is not worth a system call
const MAX_RETIRED = 4; // as many full segments are waited for; others are left to the collector

interface Segment {
  readonly bytes: Uint8Array;
  /** How much of it was handed out, in bytes. */
  used: number;
  /** How many hold on to parts of it. While that is not none, nothing is read over them. */
  holds: number;
  /** Whether one of them never ends. */
  kept: boolean;
}

/**
 * Hands out space for reads, and no byte of it again while anyone holds it, so that whatever points
 * into what was read (a head, a chunk of a body) stays valid.
 *
 * Each read holds its segment, for good unless {@linkcode settle} is called: then only the chunks
 * do that {@linkcode hold} was told of, until they are released. A segment that nobody holds is read
 * into again, which keeps a long body from leaving its own length in garbage. All others are left to
 * the collector. So who says nothing is safe.
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
  readonly #buffers: BufferPool | undefined;
  #segment: Segment | undefined = undefined;
  /** The segment of the last read, as long as nobody has said what became of that. */
  #unsettled: Segment | undefined = undefined;
  /** Full segments that somebody holds. */
  #retired: Segment[] | undefined = undefined;
  #nextBytes = FIRST_BYTES;

  /**
   * Makes an empty one: the first segment is allocated by the first call of {@linkcode space}.
   *
   * @param maxBytes The largest segment, in bytes.
   * @param buffers Where large segments come from and go back to.
   */
  constructor(maxBytes: number, buffers?: BufferPool) {
    this.#maxBytes = maxBytes;
    this.#buffers = buffers;
  }

  /** Where the next read may put its bytes. */
  space(): Uint8Array {
    this.keep(); // what was not settled by now will not be
    const segment = this.#segment;
    if (segment === undefined) return this.#begin();
    const { bytes, used } = segment;
    if (segment.holds === 0) {
      // All of it was given back, or nothing was read yet.
      if (used === 0 || bytes.length === this.#nextBytes) {
        segment.used = 0;
        return bytes;
      }
      this.#buffers?.release(bytes);
      return this.#begin();
    }
    if (bytes.length - used >= MIN_SPACE_BYTES) return bytes.subarray(used);
    if (this.#nextBytes < STEADY_BYTES) this.#nextBytes *= 2;
    if (bytes.length > STEADY_BYTES) this.#retire(segment);
    return this.#begin();
  }

  /**
   * The bytes that a read has put at the start of the last {@linkcode space}; they are not handed
   * out again while anyone holds them, which the read itself does to begin with.
   *
   * @param count How many bytes were read.
   */
  taken(count: number): Uint8Array {
    const segment = this.#segment!;
    const { bytes, used } = segment;
    segment.used = used + count;
    segment.holds++;
    this.#unsettled = segment;
    const room = bytes.length - used;
    if (count === room && room * 2 >= bytes.length) {
      // There is more where this came from: fewer and larger reads. (The last bit of a segment is
      // filled by anything.)
      this.#nextBytes = Math.min(Math.max(this.#nextBytes, bytes.length) * 4, this.#maxBytes);
    } else if (count * 8 < room && this.#nextBytes > STEADY_BYTES) {
      this.#nextBytes = STEADY_BYTES;
    }
    return bytes.subarray(used, used + count);
  }

  /** Somebody holds `chunk`, a part of what was read, until it is given to {@linkcode release}. */
  hold(chunk: Uint8Array): void {
    const segment = this.#find(chunk);
    if (segment !== undefined) segment.holds++;
  }

  /** A chunk is given back, once and whole. One that is not of a segment is let go. */
  release(chunk: Uint8Array): void {
    const segment = this.#find(chunk);
    if (segment !== undefined) this.#drop(segment);
  }

  /** Nobody holds anything of the last read but what {@linkcode hold} was told of. */
  settle(): void {
    const segment = this.#unsettled;
    if (segment === undefined) return;
    this.#unsettled = undefined;
    this.#drop(segment);
  }

  /** Somebody holds on to the last read for good. */
  keep(): void {
    if (this.#unsettled === undefined) return;
    this.#unsettled.kept = true;
    this.#unsettled = undefined;
  }

  /** Not much will come for now: a large segment is let go. No read may be pending. */
  rest(): void {
    if (this.#segment === undefined || this.#segment.bytes.length <= STEADY_BYTES) return;
    this.#retire(this.#segment);
    this.#segment = undefined;
    this.#nextBytes = STEADY_BYTES;
  }

  #begin(): Uint8Array {
    const size = this.#nextBytes;
    const bytes = size > STEADY_BYTES && this.#buffers !== undefined
      ? this.#buffers.acquire(size)
      : new Uint8Array(size);
    this.#segment = { bytes, used: 0, holds: 0, kept: false };
    return bytes;
  }

  #retire(segment: Segment): void {
    if (segment.holds === 0) {
      this.#buffers?.release(segment.bytes);
      return;
    }
    if (segment.kept) return;
    const retired = this.#retired ??= [];
    if (retired.length === MAX_RETIRED) retired.shift();
    retired.push(segment);
  }

  #find(chunk: Uint8Array): Segment | undefined {
    const { buffer } = chunk;
    if (this.#segment?.bytes.buffer === buffer) return this.#segment;
    return this.#retired?.find((segment) => segment.bytes.buffer === buffer);
  }

  #drop(segment: Segment): void {
    if (--segment.holds > 0 || segment === this.#segment) return;
    const at = this.#retired?.indexOf(segment) ?? -1;
    if (at < 0) return;
    this.#retired!.splice(at, 1);
    this.#buffers?.release(segment.bytes);
  }
}
