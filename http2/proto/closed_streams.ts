/**
 * How the streams closed last were closed, because it decides what a late frame means.
 *
 * @module
 */

import { CLOSED_ENDED } from "./stream_state.ts";

const FIRST_SLOTS = 64;
const MAX_SLOTS = 1024;

/** Nothing is known of the stream: it was skipped, or it was closed long ago. */
export const FORGOTTEN = -1;

/** A memory of 1,024 streams at most, of one parity. */
export class ClosedStreams {
  #slots: Uint32Array | undefined = undefined;
  #count = 0;

  /** Remembers how a stream was closed: one of the three closed states. */
  remember(streamId: number, state: number): void {
    const slots = this.#slots === undefined ? this.#grow(FIRST_SLOTS) : this.#slots;
    const key = streamId >>> 1;
    // Two bits for one of the three closed states, which follow one another; 0 for none.
    slots[key & (slots.length - 1)] = ((key << 2) | (state - CLOSED_ENDED + 1)) >>> 0;
    if (++this.#count === slots.length && slots.length < MAX_SLOTS) this.#grow(slots.length * 4);
  }

  /** How a stream was closed, or {@linkcode FORGOTTEN}. */
  find(streamId: number): number {
    const slots = this.#slots;
    if (slots === undefined) return FORGOTTEN;
    const key = streamId >>> 1;
    const slot = slots[key & (slots.length - 1)];
    const state = slot & 3;
    return state !== 0 && slot >>> 2 === key ? state + CLOSED_ENDED - 1 : FORGOTTEN;
  }

  #grow(count: number): Uint32Array {
    const grown = new Uint32Array(Math.min(count, MAX_SLOTS));
    for (const slot of this.#slots ?? []) {
      if (slot !== 0) grown[(slot >>> 2) & (grown.length - 1)] = slot;
    }
    return this.#slots = grown;
  }
}
