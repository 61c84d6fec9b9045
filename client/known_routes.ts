/**
 * What was learned about routes and is forgotten when it becomes too much.
 *
 * @module
 */

/** A set of keys of limited size, which lets go of the oldest. */
export class KnownRoutes {
  readonly #limit: number;
  readonly #keys = new Set<string>();

  /** Makes an empty one for so many keys. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the key is known. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Learns a key. */
  add(key: string): void {
    if (this.#keys.has(key)) return;
    if (this.#keys.size >= this.#limit) {
      for (const oldest of this.#keys) {
        this.#keys.delete(oldest);
        break;
      }
    }
    this.#keys.add(key);
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.#keys.delete(key);
  }
}
