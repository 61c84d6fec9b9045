/**
 * What an encoder knows about a field name: where it is in the tables, with which values.
 *
 * @module
 */

import { STATIC_COUNT, STATIC_INDEX, STATIC_NAMES, STATIC_VALUES } from "./static_table.ts";
import { type Indexing, indexingOf, NEVER } from "./field_secrecy.ts";

/**
 * After so many values in a row that the table had not, as request ids are, only every so many-th is
 * added: they drive out what does repeat.
 */
const PATIENCE = 16;

/** A name, in whatever case it was first given. */
export class KnownName {
  /** The name in lower case, as it is sent. */
  readonly name: string;
  /** Its first index in the static table; 0 if it has none. */
  readonly staticIndex: number;
  /** How a field of it is sent that no table has. */
  readonly indexing: Indexing;
  /** The value added last to the dynamic table. */
  newestValue = "";
  /** Its entry's sequence number; -1 if the table has no entry of the name. */
  newest = -1;
  /** How many entries of the table have the name. */
  count = 0;

  /** How many values in a row were new to the table. */
  newInARow = 0;

  /** The sequence number of each value's entry. */
  #entries: Map<string, number> | undefined = undefined;

  /** `secret` says that its fields are never to be indexed. */
  constructor(name: string, secret: boolean) {
    this.name = name;
    this.staticIndex = STATIC_INDEX.get(name) ?? 0;
    this.indexing = secret ? NEVER : indexingOf(name);
  }

  /** The index of the field with `value` in the static table; 0 if it has none. */
  staticIndexOf(value: string): number {
    let index = this.staticIndex;
    if (index === 0) return 0;
    for (; index <= STATIC_COUNT && STATIC_NAMES[index] === this.name; index++) {
      if (STATIC_VALUES[index] === value) return index;
    }
    return 0;
  }

  /** The sequence number of the entry with `value`; -1 if there is none. */
  entryOf(value: string): number {
    if (this.newest < 0) return -1;
    if (value === this.newestValue) return this.newest;
    return this.count === 1 ? -1 : this.#entries?.get(value) ?? -1;
  }

  /** Whether another new value is worth a place in the table. Counts it. */
  isWorthAdding(): boolean {
    const before = this.newInARow++;
    return before < PATIENCE || before % PATIENCE === 0;
  }

  /** Notes that `value` was added. */
  add(value: string, sequence: number): void {
    this.newestValue = value;
    this.newest = sequence;
    this.count++;
    (this.#entries ??= new Map()).set(value, sequence);
  }

  /** Notes that the entry has left the table. */
  remove(value: string, sequence: number): void {
    this.count--;
    if (this.#entries?.get(value) === sequence) this.#entries.delete(value);
    // The oldest leave first: if it was the newest, it was the last one.
    if (this.newest === sequence) {
      this.newest = -1;
      this.newestValue = "";
    }
  }
}
