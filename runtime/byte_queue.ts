/**
 * Bytes that arrive in pieces and leave in others.
 *
 * @module
 */

/**
 * A queue of bytes. What is pushed is kept as it is, not copied; what is taken is copied only where
 * it spans pieces. A search goes on where the last one for the same delimiter ended.
 *
 * @example Lines out of pieces
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteQueue } from "@avx/runtime/byte-queue";
 *
 * const text = (bytes?: Uint8Array) => bytes && new TextDecoder().decode(bytes);
 * const bytes = (text: string) => new TextEncoder().encode(text);
 * const crlf = bytes("\r\n");
 * const queue = new ByteQueue();
 *
 * queue.push(bytes("first line\r"));
 * assertEquals(text(queue.takeThrough(crlf)), undefined);
 * queue.push(bytes("\nsecond"));
 * assertEquals(text(queue.takeThrough(crlf)), "first line\r\n");
 * assertEquals(queue.length, 6);
 * ```
 */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #first = 0; // index of the first chunk that is left
  #offset = 0; // of the first byte that is left in it
  #length = 0;
  readonly #search = new DelimiterSearch();
  #cursorChunk = 0; // where the search goes on
  #cursorOffset = 0;

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds `bytes` at the end: a view of them, so they must not change while they are here. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** The byte at `index`; `undefined` where there is none. */
  at(index: number): number | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    let rest = index + this.#offset;
    for (let at = this.#first;; at++) {
      const chunk = this.#chunks[at];
      if (rest < chunk.length) return chunk[rest];
      rest -= chunk.length;
    }
  }

  /**
   * Takes `count` bytes from the front: a view where they are in one piece.
   *
   * @throws {RangeError} If there are fewer.
   */
  take(count: number): Uint8Array {
    this.#require(count);
    const chunk = this.#chunks[this.#first];
    const end = this.#offset + count;
    let taken: Uint8Array;
    if (count === 0) taken = new Uint8Array(0);
    else if (end <= chunk.length) taken = chunk.subarray(this.#offset, end);
    else taken = this.#join(count);
    this.#drop(count);
    return taken;
  }

  /** Takes the first piece, or as much of it as `maxBytes` allows; `undefined` where it is empty. */
  takeChunk(maxBytes = Infinity): Uint8Array | undefined {
    if (this.#length === 0) return undefined;
    return this.take(Math.min(maxBytes, this.#chunks[this.#first].length - this.#offset));
  }

  /**
   * Takes everything up to and including `delimiter`; `undefined` where it has not come yet.
   *
   * @throws {RangeError} If `delimiter` is empty.
   */
  takeThrough(delimiter: Uint8Array): Uint8Array | undefined {
    const end = this.find(delimiter);
    return end < 0 ? undefined : this.take(end);
  }

  /**
   * How many bytes there are up to and including the first `delimiter`; -1 where it has not come
   * yet. No byte is looked at twice, however the input is cut.
   *
   * @throws {RangeError} If `delimiter` is empty.
   */
  find(delimiter: Uint8Array): number {
    const search = this.#search;
    search.start(delimiter);
    if (search.scanned === 0) this.#rewind();
    while (!search.found) {
      if (this.#cursorChunk === this.#chunks.length) return -1;
      const chunk = this.#chunks[this.#cursorChunk];
      const at = search.scan(chunk, this.#cursorOffset);
      if (at === chunk.length) {
        this.#cursorChunk++;
        this.#cursorOffset = 0;
      } else {
        this.#cursorOffset = at;
      }
    }
    return search.scanned;
  }

  /**
   * Drops `count` bytes from the front.
   *
   * @throws {RangeError} If there are fewer.
   */
  skip(count: number): void {
    this.#require(count);
    this.#drop(count);
  }

  /** Drops everything. */
  clear(): void {
    this.#drop(this.#length);
  }

  #require(count: number): void {
    if (!(count >= 0 && count <= this.#length)) {
      throw new RangeError(`Cannot take ${count} bytes: there are ${this.#length}`);
    }
  }

  #join(count: number): Uint8Array {
    const joined = new Uint8Array(count);
    let written = 0;
    let from = this.#offset;
    for (let at = this.#first; written < count; at++) {
      const part = this.#chunks[at].subarray(from, from + count - written);
      joined.set(part, written);
      written += part.length;
      from = 0;
    }
    return joined;
  }

  #drop(count: number): void {
    this.#search.drop(count);
    this.#length -= count;
    this.#offset += count;
    while (this.#first < this.#chunks.length) {
      const size = this.#chunks[this.#first].length;
      if (this.#offset < size) break;
      this.#offset -= size;
      this.#chunks[this.#first++] = EMPTY; // do not keep it alive
    }
    // Moving the rest to the front at every second half costs a constant per chunk.
    if (this.#first * 2 >= this.#chunks.length) {
      this.#chunks.splice(0, this.#first);
      this.#cursorChunk -= this.#first; // stale where it falls behind, and then rewound
      this.#first = 0;
    }
  }

  #rewind(): void {
    this.#cursorChunk = this.#first;
    this.#cursorOffset = this.#offset;
  }
}

const EMPTY = new Uint8Array(0);

/** A Knuth–Morris–Pratt search that can be interrupted between any two bytes. */
class DelimiterSearch {
  scanned = 0; // bytes from the front of the queue that have been looked at
  #matched = 0; // how much of the delimiter the last of them are
  #delimiter: Uint8Array = EMPTY;
  #borders: number[] = []; // for each prefix, its longest proper prefix that is also its end

  get found(): boolean {
    return this.#matched === this.#delimiter.length;
  }

  start(delimiter: Uint8Array): void {
    if (delimiter.length === 0) throw new RangeError("Cannot search for an empty delimiter");
    if (isSame(delimiter, this.#delimiter)) return;
    this.#delimiter = delimiter.slice();
    this.#borders = bordersOf(delimiter);
    this.scanned = this.#matched = 0;
  }

  /** Looks at `chunk` up to its end or the delimiter's. Returns the offset it got to. */
  scan(chunk: Uint8Array, from: number): number {
    const delimiter = this.#delimiter;
    let matched = this.#matched;
    let at = from;
    while (at < chunk.length && matched < delimiter.length) {
      if (matched === 0) {
        const next = chunk.indexOf(delimiter[0], at);
        if (next < 0) {
          at = chunk.length;
          break;
        }
        at = next;
      }
      if (chunk[at] === delimiter[matched]) {
        matched++;
        at++;
      } else {
        matched = this.#borders[matched - 1];
      }
    }
    this.#matched = matched;
    this.scanned += at - from;
    return at;
  }

  drop(count: number): void {
    // What is dropped out of a match must not count as matched: look at its rest again.
    if (count > this.scanned - this.#matched) this.scanned = this.#matched = 0;
    else this.scanned -= count;
  }
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

function bordersOf(delimiter: Uint8Array): number[] {
  const borders = [0];
  for (let index = 1, length = 0; index < delimiter.length; index++) {
    while (length > 0 && delimiter[index] !== delimiter[length]) length = borders[length - 1];
    if (delimiter[index] === delimiter[length]) length++;
    borders.push(length);
  }
  return borders;
}
