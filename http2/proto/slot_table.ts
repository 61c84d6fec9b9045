/**
 * A table of what is on the streams of a connection, by their ids.
 *
 * @module
 */

const FIRST_SLOTS = 16;
const MAX_SLOTS = 16 * 1024;
const NO_ID = -1;

/**
 * Values by stream id, in a ring of slots: ids come in order, so that nearly all have a slot of
 * their own.
 *
 * A `Map` would do the same, but not for long. It grows into a new table whenever as many ids as it
 * has room for have come and gone, and each table refers to the next one. Once one of them is old,
 * the garbage collector takes everything that its successors ever held for alive.
 */
export class SlotTable<T> {
  /** How many there are. */
  size = 0;

  #ids: number[] = new Array(FIRST_SLOTS).fill(NO_ID);
  #values: (T | undefined)[] = new Array(FIRST_SLOTS).fill(undefined);
  #more: Map<number, T> | undefined = undefined;

  /** The value of an id. */
  find(id: number): T | undefined {
    const index = id & (this.#ids.length - 1);
    return this.#ids[index] === id ? this.#values[index] : this.#more?.get(id);
  }

  /** Adds a value by an id that has none. */
  add(id: number, value: T): void {
    this.size++;
    const index = id & (this.#ids.length - 1);
    if (this.#ids[index] === NO_ID) {
      this.#ids[index] = id;
      this.#values[index] = value;
    } else if (this.#ids.length < MAX_SLOTS && this.size * 4 > this.#ids.length) {
      this.#grow(id, value);
    } else (this.#more ??= new Map()).set(id, value);
  }

  /** Takes a value out. Returns whether it was there. */
  remove(id: number): boolean {
    const index = id & (this.#ids.length - 1);
    if (this.#ids[index] === id) {
      this.#ids[index] = NO_ID;
      this.#values[index] = undefined;
    } else {
      if (!this.#more?.delete(id)) return false;
      if (this.#more.size === 0) this.#more = undefined;
    }
    this.size--;
    return true;
  }

  /** All values, in no order. They may be removed meanwhile, but none added. */
  *values(): IterableIterator<T> {
    for (const [, value] of this.#entries()) yield value;
  }

  /** Takes all values out. */
  clear(): void {
    this.#ids.fill(NO_ID);
    this.#values.fill(undefined);
    this.#more = undefined;
    this.size = 0;
  }

  *#entries(): IterableIterator<[number, T]> {
    const [ids, values] = [this.#ids, this.#values];
    for (let index = 0; index < ids.length; index++) {
      if (ids[index] !== NO_ID) yield [ids[index], values[index]!];
    }
    if (this.#more !== undefined) yield* this.#more;
  }

  #grow(newestId: number, newest: T): void {
    const entries = [...this.#entries(), [newestId, newest] as const];
    const count = this.#ids.length * 2;
    this.#ids = new Array(count).fill(NO_ID);
    this.#values = new Array(count).fill(undefined);
    this.#more = undefined;
    for (const [id, value] of entries) {
      const index = id & (count - 1);
      if (this.#ids[index] === NO_ID) {
        this.#ids[index] = id;
        this.#values[index] = value;
      } else (this.#more ??= new Map()).set(id, value);
    }
  }
}
