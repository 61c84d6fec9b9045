/**
 * Events that could not be told at once: where one frame makes more than one.
 *
 * @module
 */

import type { Http2Event } from "./events.ts";

/** Events in order. */
export class EventQueue {
  #events: Http2Event[] = [];
  #first = 0;

  /** Adds one. */
  push(event: Http2Event): void {
    this.#events.push(event);
  }

  /** Takes the oldest one. */
  shift(): Http2Event | undefined {
    if (this.#events.length === 0) return undefined;
    const event = this.#events[this.#first++];
    if (this.#first === this.#events.length) {
      this.#events = [];
      this.#first = 0;
    }
    return event;
  }

  /** Whether there is none. */
  get isEmpty(): boolean {
    return this.#events.length === 0;
  }
}
