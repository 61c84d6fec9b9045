/**
 * Who waits for something, first come first served; leaving the queue early is as cheap as joining.
 *
 * @module
 */

import type { Cancellation } from "./cancellation.ts";

/** One that waits. */
export interface Waiter<T, P> {
  /** What it brought along. */
  readonly payload: P;
  /** Ends its wait. */
  resolve(value: T): void;
  /** Ends its wait with an error. */
  reject(reason: unknown): void;
}

/** A FIFO queue of waits: a circular list, so that each operation is O(1). */
export class WaitQueue<T, P = undefined> {
  readonly #head: Node<T, P> = new Node<T, P>(undefined as P, ignore, ignore);
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Joins the queue. Rejects with the signal's reason when it is aborted, and leaves. */
  wait(payload: P, signal: Cancellation | undefined): Promise<T> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise<T>((resolve, reject) => {
      const node = new Node<T, P>(payload, resolve, reject);
      if (signal !== undefined) {
        const abort = () => {
          this.#remove(node);
          reject(signal.reason);
        };
        signal.addEventListener("abort", abort);
        node.leave = () => signal.removeEventListener("abort", abort);
      }
      this.#append(node);
    });
  }

  /** Takes the one that has waited longest. Whoever takes it must end its wait. */
  shift(): Waiter<T, P> | undefined {
    const node = this.#head.next;
    if (node === this.#head) return undefined;
    this.#remove(node);
    return node;
  }

  #append(node: Node<T, P>): void {
    const last = this.#head.previous;
    node.previous = last;
    node.next = this.#head;
    last.next = node;
    this.#head.previous = node;
    this.#size++;
  }

  #remove(node: Node<T, P>): void {
    node.previous.next = node.next;
    node.next.previous = node.previous;
    node.leave();
    this.#size--;
  }
}

class Node<T, P> implements Waiter<T, P> {
  previous: Node<T, P> = this;
  next: Node<T, P> = this;
  leave: () => void = ignore;
  readonly payload: P;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;

  constructor(payload: P, resolve: (value: T) => void, reject: (reason: unknown) => void) {
    this.payload = payload;
    this.resolve = resolve;
    this.reject = reject;
  }
}

function ignore(): void {}
