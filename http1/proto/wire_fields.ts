/**
 * A field section that stays in the bytes it was received in.
 *
 * @module
 */

import { equalsIgnoreCase, latin1 } from "@avx/runtime/ascii";
import type { FieldSection } from "@avx/semantics/field-section";

const CR = 0x0d;
const COLON = 0x3a;

/**
 * Field lines that have been checked and are left where they are. Making one costs nothing but
 * itself; the lines are indexed when one is first asked for, and become strings one by one.
 */
export class WireFields implements FieldSection {
  /** How many field lines there are. */
  readonly size: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  #index: number[] | undefined; // name start, name end, value start, value end; for each line

  /**
   * Makes one over checked lines.
   *
   * @param bytes They must never change.
   * @param start Where the first line starts.
   * @param size How many lines there are.
   */
  constructor(bytes: Uint8Array, start: number, size: number) {
    this.#bytes = bytes;
    this.#start = start;
    this.size = size;
    this.#index = undefined;
  }

  /** The name of line `index`, in the case it was sent in. */
  nameAt(index: number): string {
    const at = this.#line(index);
    const offsets = this.#offsets();
    return latin1(this.#bytes, offsets[at], offsets[at + 1]);
  }

  /** The value of line `index`, without surrounding white space. */
  valueAt(index: number): string {
    const at = this.#line(index);
    const offsets = this.#offsets();
    return latin1(this.#bytes, offsets[at + 2], offsets[at + 3]);
  }

  /** The values of a field, joined by `", "` (RFC 9110 §5.3). `name` is in lower case. */
  get(name: string): string | undefined {
    const offsets = this.#offsets();
    let at = this.#find(name, 0);
    if (at < 0) return undefined;
    let combined = latin1(this.#bytes, offsets[at + 2], offsets[at + 3]);
    while ((at = this.#find(name, at + 4)) >= 0) {
      combined += ", " + latin1(this.#bytes, offsets[at + 2], offsets[at + 3]);
    }
    return combined;
  }

  /** The values of a field, a line each. `name` is in lower case. */
  getAll(name: string): string[] {
    const offsets = this.#offsets();
    const values: string[] = [];
    for (let at = this.#find(name, 0); at >= 0; at = this.#find(name, at + 4)) {
      values.push(latin1(this.#bytes, offsets[at + 2], offsets[at + 3]));
    }
    return values;
  }

  /** Whether there is such a field. `name` is in lower case. */
  has(name: string): boolean {
    return this.#find(name, 0) >= 0;
  }

  /** The lines in wire order. */
  *[Symbol.iterator](): IterableIterator<readonly [name: string, value: string]> {
    for (let index = 0; index < this.size; index++) {
      yield [this.nameAt(index), this.valueAt(index)];
    }
  }

  #line(index: number): number {
    if (!(index >= 0 && index < this.size)) {
      throw new RangeError(`Cannot read field line ${index} as there are ${this.size}`);
    }
    return index * 4;
  }

  #find(name: string, from: number): number {
    const offsets = this.#offsets();
    for (let at = from; at < offsets.length; at += 4) {
      if (equalsIgnoreCase(this.#bytes, offsets[at], offsets[at + 1], name)) return at;
    }
    return -1;
  }

  #offsets(): number[] {
    return this.#index ??= indexLines(this.#bytes, this.#start, this.size);
  }
}

/** Finds the parts of `count` checked lines. */
function indexLines(bytes: Uint8Array, start: number, count: number): number[] {
  const offsets: number[] = [];
  let at = start;
  for (let line = 0; line < count; line++) {
    const name = at;
    while (bytes[at] !== COLON) at++;
    const nameEnd = at++;
    while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
    const value = at;
    while (bytes[at] !== CR) at++;
    let valueEnd = at;
    while (valueEnd > value && (bytes[valueEnd - 1] === 0x20 || bytes[valueEnd - 1] === 0x09)) {
      valueEnd--;
    }
    offsets.push(name, nameEnd, value, valueEnd);
    at += 2;
  }
  return offsets;
}
