/**
 * A bounded map that drops what was not used for longest.
 *
 * @module
 */

/**
 * How much an {@linkcode Lru} holds.
 *
 * @example Bounded by bytes
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Lru, type LruOptions } from "@avx/runtime/lru";
 *
 * const options: LruOptions<string, string> = { maxWeight: 10, weigh: (value) => value.length };
 * const lru = new Lru(options);
 * lru.set("a", "12345");
 * lru.set("b", "123456");
 * assertEquals([lru.has("a"), lru.weight], [false, 6]);
 * ```
 */
export interface LruOptions<K, V> {
  /** How many entries at most. @default {Infinity} */
  readonly maxEntries?: number;
  /** How much all entries may weigh together, in the unit of `weigh`. @default {Infinity} */
  readonly maxWeight?: number;
  /** What an entry weighs, such as its bytes. @default {() => 1} */
  readonly weigh?: (value: V, key: K) => number;
  /** Called with each entry that is dropped for room, not with one deleted or replaced. */
  readonly onEvict?: (key: K, value: V) => void;
}

/**
 * A map with a bound. Every operation is O(1): a hash map into a list in the order of use.
 *
 * @example What was not used goes first
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Lru } from "@avx/runtime/lru";
 *
 * const lru = new Lru<string, number>({ maxEntries: 2 });
 * lru.set("a", 1);
 * lru.set("b", 2);
 * lru.get("a");
 * lru.set("c", 3);
 * assertEquals([...lru], [["c", 3], ["a", 1]]);
 * ```
 */
export class Lru<K, V> {
  readonly #maxEntries: number;
  readonly #maxWeight: number;
  readonly #weigh: (value: V, key: K) => number;
  readonly #onEvict: ((key: K, value: V) => void) | undefined;
  readonly #entries = new Map<K, Entry<K, V>>();
  #newest: Entry<K, V> | undefined = undefined;
  #oldest: Entry<K, V> | undefined = undefined;
  #weight = 0;

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If no bound is set, or one that is not above zero.
   */
  constructor(options: LruOptions<K, V>) {
    const { maxEntries = Infinity, maxWeight = Infinity, weigh = () => 1, onEvict } = options;
    if (!(maxEntries > 0 && maxWeight > 0 && Math.min(maxEntries, maxWeight) < Infinity)) {
      throw new RangeError("Cannot make an LRU map: maxEntries or maxWeight must be set, above 0");
    }
    this.#maxEntries = maxEntries;
    this.#maxWeight = maxWeight;
    this.#weigh = weigh;
    this.#onEvict = onEvict;
  }

  /** How many entries there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** What all entries weigh together. */
  get weight(): number {
    return this.#weight;
  }

  /** The value of `key`, which counts as used now. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry !== this.#newest) {
      this.#unlink(entry);
      this.#link(entry);
    }
    return entry.value;
  }

  /** The value of `key`, which does not count as used. */
  peek(key: K): V | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Whether there is an entry for `key`, which does not count as used. */
  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /**
   * Sets the value of `key`, which counts as used now, and drops old entries until all fit. A value
   * that weighs more than is allowed in all is not kept, and neither is the one it replaces.
   */
  set(key: K, value: V): void {
    this.delete(key);
    const weight = this.#weigh(value, key);
    if (weight > this.#maxWeight) return;
    const entry: Entry<K, V> = { key, value, weight, newer: undefined, older: undefined };
    this.#entries.set(key, entry);
    this.#link(entry);
    this.#weight += weight;
    while (this.size > this.#maxEntries || this.#weight > this.#maxWeight) this.#evict();
  }

  /** Removes the entry of `key`. Returns whether there was one. */
  delete(key: K): boolean {
    const entry = this.#entries.get(key);
    if (entry === undefined) return false;
    this.#remove(entry);
    return true;
  }

  /** Removes all entries. */
  clear(): void {
    this.#entries.clear();
    this.#newest = this.#oldest = undefined;
    this.#weight = 0;
  }

  /** The entries, the one used last first. The map must not be changed meanwhile. */
  *[Symbol.iterator](): Generator<[key: K, value: V], void, undefined> {
    for (let entry = this.#newest; entry !== undefined; entry = entry.older) {
      yield [entry.key, entry.value];
    }
  }

  #evict(): void {
    const entry = this.#oldest!;
    this.#remove(entry);
    this.#onEvict?.(entry.key, entry.value);
  }

  #remove(entry: Entry<K, V>): void {
    this.#entries.delete(entry.key);
    this.#unlink(entry);
    this.#weight -= entry.weight;
  }

  #link(entry: Entry<K, V>): void {
    entry.newer = undefined;
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry<K, V>): void {
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
  }
}

interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  readonly weight: number;
  newer: Entry<K, V> | undefined;
  older: Entry<K, V> | undefined;
}
