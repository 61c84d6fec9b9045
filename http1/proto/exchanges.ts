/**
 * The requests a server has read and not yet answered, oldest first.
 *
 * @module
 */

/** The request is HEAD: its response has no body. */
export const IS_HEAD = 1;
/** The request is CONNECT. */
export const IS_CONNECT = 2;
/** The request is HTTP/1.0. */
export const IS_OLD = 4;
/** The connection may be kept after its response. */
export const KEEPS = 8;
/** The request asks for another protocol. */
export const ASKS_UPGRADE = 16;

const FIRST_CAPACITY = 4;

/** A queue of what has to be remembered of each request, a small number each. */
export class Exchanges {
  /** How many there are. */
  count = 0;
  #ring: number[] = [0, 0, 0, 0];
  #head = 0;

  /** The oldest. */
  get front(): number {
    return this.#ring[this.#head];
  }

  /** Adds one. */
  push(flags: number): void {
    if (this.count === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.count++) & (this.#ring.length - 1)] = flags;
  }

  /** Takes the oldest away. */
  shift(): void {
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.count--;
  }

  /** Takes the newest away. */
  pop(): void {
    this.count--;
  }

  /** Takes all away. */
  clear(): void {
    this.count = 0;
    if (this.#ring.length > FIRST_CAPACITY) this.#ring = [0, 0, 0, 0];
  }

  #grow(): void {
    const { length } = this.#ring;
    const ring = new Array<number>(length * 2).fill(0);
    for (let index = 0; index < length; index++) {
      ring[index] = this.#ring[(this.#head + index) & (length - 1)];
    }
    this.#ring = ring;
    this.#head = 0;
  }
}
