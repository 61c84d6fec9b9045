/**
 * A bounded channel: values in the order they were sent, and senders that wait while it is full.
 *
 * @module
 */

import type { Cancellation } from "./cancellation.ts";
import { WaitQueue } from "./wait_queue.ts";

/**
 * Carries values from any number of senders to any number of receivers, at most `capacity` of them
 * under way. It cannot carry `undefined`, which is what a receiver gets at the end.
 *
 * @example A sender that waits for its reader
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Channel } from "@avx/runtime/channel";
 *
 * const channel = new Channel<number>(2);
 * async function count(): Promise<void> {
 *   for (let value = 1; value <= 5; value++) await channel.send(value);
 *   channel.close();
 * }
 *
 * const counting = count();
 * const received: number[] = [];
 * for await (const value of channel) received.push(value);
 * await counting;
 * assertEquals(received, [1, 2, 3, 4, 5]);
 * ```
 */
export class Channel<T extends NonNullable<unknown> | null> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #ring: (T | undefined)[] = [];
  readonly #senders = new WaitQueue<void, T>();
  readonly #receivers = new WaitQueue<T | undefined>();
  #first = 0;
  #size = 0;
  #closed = false;

  /**
   * Makes an empty one. With a `capacity` of 0, each sender waits for its receiver.
   *
   * @throws {RangeError} If `capacity` is not a whole number from zero.
   */
  constructor(capacity: number) {
    if (!(Number.isSafeInteger(capacity) && capacity >= 0)) {
      throw new RangeError(`Cannot make a channel of capacity ${capacity}: must be a whole number`);
    }
    this.#capacity = capacity;
  }

  /** How many values are under way, without those of waiting senders. */
  get size(): number {
    return this.#size;
  }

  /** Whether it takes no more values. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends `value`, waiting while the channel is full.
   *
   * @throws {TypeError} If the channel is closed, before or while waiting.
   * @throws The signal's reason, if it is aborted; `value` was then not sent.
   */
  send(value: T, signal?: Cancellation): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(closedError());
    if (this.trySend(value)) return Promise.resolve();
    return this.#senders.wait(value, signal);
  }

  /** Sends `value` if there is room or a receiver waits. Returns whether it did. */
  trySend(value: T): boolean {
    if (this.#closed) return false;
    const receiver = this.#receivers.shift();
    if (receiver !== undefined) {
      receiver.resolve(value);
      return true;
    }
    if (this.#size === this.#capacity) return false;
    this.#put(value);
    return true;
  }

  /**
   * The next value, waiting while there is none; `undefined` once the channel is closed and empty.
   *
   * @throws The signal's reason, if it is aborted; no value is lost then.
   */
  receive(signal?: Cancellation): Promise<T | undefined> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const value = this.tryReceive();
    if (value !== undefined || this.#closed) return Promise.resolve(value);
    return this.#receivers.wait(undefined, signal);
  }

  /** The next value, if there is one now. */
  tryReceive(): T | undefined {
    const value = this.#size > 0 ? this.#take() : undefined;
    const sender = this.#senders.shift();
    if (sender === undefined) return value;
    sender.resolve();
    if (value === undefined) return sender.payload; // capacity 0: from hand to hand
    this.#put(sender.payload);
    return value;
  }

  /**
   * Takes no more values. Waiting senders are rejected, waiting receivers get `undefined`; values
   * under way can still be received. Calling it again does nothing.
   */
  close(): void {
    this.#closed = true;
    for (let next = this.#senders.shift(); next !== undefined; next = this.#senders.shift()) {
      next.reject(closedError());
    }
    for (let next = this.#receivers.shift(); next !== undefined; next = this.#receivers.shift()) {
      next.resolve(undefined);
    }
  }

  /** Receives until the channel is closed and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (
      let value = await this.receive();
      value !== undefined;
      value = await this.receive()
    ) yield value;
  }

  #put(value: T): void {
    this.#ring[(this.#first + this.#size) % this.#capacity] = value;
    this.#size++;
  }

  #take(): T {
    const value = this.#ring[this.#first] as T;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#capacity;
    this.#size--;
    return value;
  }
}

function closedError(): TypeError {
  return new TypeError("Cannot send: the channel is closed");
}
