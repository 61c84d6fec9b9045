/**
 * The dynamic table, the same on both sides (RFC 7541 §2.3.2, §4): a ring of entries, the newest
 * first, bounded in bytes.
 *
 * @module
 */

/** What an entry takes beyond its name and value (RFC 7541 §4.1), in bytes. */
export const ENTRY_OVERHEAD = 32;

/** How many bytes both sides' tables may take to begin with (RFC 9113 §6.5.2). */
export const INITIAL_TABLE_BYTES = 4096;

const FIRST_SLOTS = 16; // a power of two, as are its successors

/** What both sides' entries have. */
export interface TableEntry {
  /** Name and value and {@linkcode ENTRY_OVERHEAD}, in bytes. */
  readonly byteCount: number;
}

/** Entries in the order they came, the oldest of which leave when there is no room. */
export class DynamicTable<Entry extends TableEntry> {
  /** How many bytes the entries may take. */
  maxBytes: number;
  /** How many bytes they take. */
  byteCount = 0;
  /** How many entries there are. */
  count = 0;
  /** How many have ever been added, which is the sequence number of the next one. */
  added = 0;

  readonly #onEvict: ((entry: Entry, sequence: number) => void) | undefined;
  #slots: (Entry | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);
  #mask = FIRST_SLOTS - 1;

  /** Makes an empty table. `onEvict` hears of each entry that leaves. */
  constructor(maxBytes: number, onEvict?: (entry: Entry, sequence: number) => void) {
    this.maxBytes = maxBytes;
    this.#onEvict = onEvict;
  }

  /** The entry `age` places behind the newest, which is 0. */
  at(age: number): Entry | undefined {
    return age < this.count ? this.#slots[this.added - 1 - age & this.#mask] : undefined;
  }

  /**
   * Adds an entry and makes room for it. One that is larger than the whole table empties it and is
   * not kept, which is no error (RFC 7541 §4.4).
   *
   * @returns Whether it is in the table now.
   */
  add(entry: Entry): boolean {
    this.#evict(this.maxBytes - entry.byteCount);
    if (entry.byteCount > this.maxBytes) return false;
    if (this.count === this.#slots.length) this.#grow();
    this.#slots[this.added & this.#mask] = entry;
    this.added++;
    this.count++;
    this.byteCount += entry.byteCount;
    return true;
  }

  /** Sets another bound and removes what is beyond it (RFC 7541 §4.3). */
  resize(maxBytes: number): void {
    this.maxBytes = maxBytes;
    this.#evict(maxBytes);
  }

  #evict(roomBytes: number): void {
    while (this.count > 0 && this.byteCount > roomBytes) {
      const sequence = this.added - this.count;
      const slot = sequence & this.#mask;
      const entry = this.#slots[slot]!;
      this.#slots[slot] = undefined;
      this.count--;
      this.byteCount -= entry.byteCount;
      this.#onEvict?.(entry, sequence);
    }
  }

  #grow(): void {
    const slots: (Entry | undefined)[] = new Array(this.#slots.length * 2).fill(undefined);
    const mask = slots.length - 1;
    for (let sequence = this.added - this.count; sequence < this.added; sequence++) {
      slots[sequence & mask] = this.#slots[sequence & this.#mask];
    }
    this.#slots = slots;
    this.#mask = mask;
  }
}
