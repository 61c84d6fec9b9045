/**
 * Who listens to a connection: the part of `EventTarget` that applies, without its costs.
 *
 * @module
 */

import { SocketEvent } from "./socket_events.ts";

/** Hears of an event. */
export type SocketListener<E> = ((event: E) => void) | { handleEvent(event: E): void };

/** As in `addEventListener`. */
export interface SocketListenerOptions {
  /** Hear of one event only. */
  readonly once?: boolean;
  /** Stops listening when it aborts. */
  readonly signal?: AbortSignal;
}

/** The handler of an `on…` attribute. */
export type SocketHandler<E> = ((event: E) => void) | null;

interface Entry<E> {
  readonly listener: SocketListener<E>;
  readonly once: boolean;
  removed: boolean;
}

const NO_ENTRIES: readonly never[] = [];

/** The listeners to one kind of event, in the order they came; the `on…` handler before them. */
export class Listeners<E extends SocketEvent> {
  #handler: SocketHandler<E> = null;
  #entries: readonly Entry<E>[] = NO_ENTRIES;

  /** The handler of the `on…` attribute; anything that is set and is no function is none. */
  get handler(): SocketHandler<E> {
    return this.#handler;
  }

  /** See the getter. */
  set handler(handler: SocketHandler<E>) {
    this.#handler = typeof handler === "function" ? handler : null;
  }

  /** Whether nobody listens. */
  get empty(): boolean {
    return this.#handler === null && this.#entries.length === 0;
  }

  /** As `EventTarget.addEventListener`. */
  add(listener: SocketListener<E>, { once = false, signal }: SocketListenerOptions): void {
    if (signal?.aborted || this.#entries.some((entry) => entry.listener === listener)) return;
    // A new list: the old one may be being walked.
    this.#entries = [...this.#entries, { listener, once, removed: false }];
    signal?.addEventListener("abort", () => this.remove(listener), { once: true });
  }

  /** As `EventTarget.removeEventListener`. */
  remove(listener: SocketListener<E>): void {
    const entry = this.#entries.find((some) => some.listener === listener);
    if (entry === undefined) return;
    entry.removed = true;
    this.#entries = this.#entries.filter((some) => some !== entry);
  }

  /** Tells all who listen. What they throw is reported as uncaught, and stops nobody. */
  dispatch(event: E, target: EventTarget): void {
    if (this.#handler !== null) {
      try {
        this.#handler.call(target, event);
      } catch (error) {
        reportUncaught(error);
      }
    }
    for (const entry of this.#entries) {
      if (entry.removed) continue;
      if (event instanceof SocketEvent && SocketEvent.isStopped(event)) return;
      if (entry.once) this.remove(entry.listener);
      const { listener } = entry;
      try {
        if (typeof listener === "function") listener.call(target, event);
        else listener.handleEvent(event);
      } catch (error) {
        reportUncaught(error);
      }
    }
  }
}

/** Not every platform has `reportError`. */
function reportUncaught(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
