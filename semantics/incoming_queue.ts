/**
 * The body of a message while it arrives.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { AbortError } from "@avx/runtime/errors";
import type { BodySource } from "./body_source.ts";
import { LocalProtocolError } from "./errors.ts";
import type { FieldSection } from "./field_section.ts";

/** What a queue asks of the connection that feeds it. */
export interface IncomingOwner {
  /** The reader wants a chunk and none is there, or has just taken one. */
  wanted(queue: IncomingQueue): void;
  /** The reader has taken a chunk of a body that has ended: more of what was kept is gone. */
  taken?(queue: IncomingQueue): void;
  /** The reader will not read the rest, for `reason` if it gives one. */
  abandoned(queue: IncomingQueue, reason?: unknown): void;
  /** Nobody holds `chunk` any more, which was pushed once: its memory can be used again. */
  released?(chunk: Uint8Array): void;
}

/** How far a body has come. */
export type IncomingState = "open" | "ended" | "discarded" | "failed";

/**
 * A queue of chunks between the connection that reads them and whoever pulls them, on either side
 * of any version of HTTP. The connection looks at {@linkcode queuedBytes} to know when to stop
 * reading, so a reader that stops stops the peer.
 *
 * @example Chunks in, chunks out
 * ```ts
 * import { IncomingQueue } from "@avx/semantics/incoming-queue";
 * import { assertEquals } from "@std/assert";
 *
 * const queue = new IncomingQueue({ wanted() {}, abandoned() {} }, undefined);
 * queue.push(new Uint8Array([1, 2]));
 * queue.push(new Uint8Array([3]));
 * queue.end(undefined);
 * assertEquals(queue.queuedBytes, 3);
 * assertEquals(await queue.pull(), new Uint8Array([1, 2]));
 * assertEquals(await queue.pull(), new Uint8Array([3]));
 * assertEquals(await queue.pull(), undefined);
 * ```
 */
export class IncomingQueue implements BodySource {
  /** How long the peer says the body is, in bytes; `undefined` where it does not. */
  readonly declaredLength: number | undefined;
  readonly #owner: IncomingOwner;
  #state: IncomingState = "open";
  #first: Uint8Array | undefined = undefined;
  #others: Uint8Array[] | undefined = undefined;
  #queuedBytes = 0;
  #receivedBytes = 0;
  #asking = false; // the owner is being asked for a chunk that a pull can return at once
  #waiting: Deferred<Uint8Array | undefined> | undefined = undefined;
  #error: unknown = undefined;
  #trailers: FieldSection | undefined = undefined;
  #finished: Deferred<void> | undefined = undefined;

  /**
   * Makes the queue of a message whose head has just arrived.
   *
   * @param owner Who feeds it.
   * @param declaredLength The length the head declares, in bytes.
   */
  constructor(owner: IncomingOwner, declaredLength: number | undefined) {
    this.#owner = owner;
    this.declaredLength = declaredLength;
  }

  /** How far it has come. */
  get state(): IncomingState {
    return this.#state;
  }

  /** How many bytes wait to be pulled. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** How many bytes have arrived so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Whether the reader waits for a chunk. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined || this.#asking;
  }

  /** The trailer section, once the body has ended; `undefined` where there is none. */
  get trailers(): FieldSection | undefined {
    return this.#trailers;
  }

  /** Settles when nothing more of the body will come. */
  get finished(): Promise<void> {
    this.#finished ??= new Deferred();
    if (this.#state !== "open") this.#finished.resolve();
    return this.#finished.promise;
  }

  /** Takes the next chunk; `undefined` is the end of the body. */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.#waiting !== undefined) {
      throw new TypeError("Cannot pull body as another pull is pending");
    }
    let asked = false;
    if (this.#first === undefined && this.#state === "open") {
      this.#asking = asked = true;
      this.#owner.wanted(this);
      this.#asking = false;
    }
    const chunk = this.#first;
    if (chunk !== undefined) {
      this.#first = this.#others?.shift();
      this.#queuedBytes -= chunk.length;
      if (this.#state === "ended") this.#owner.taken?.(this);
      else if (!asked && this.#state === "open") this.#owner.wanted(this);
      return chunk;
    }
    if (this.#state === "ended") return undefined;
    if (this.#state !== "open") throw this.#error;
    this.#waiting = new Deferred();
    return this.#waiting.promise;
  }

  /** Takes back a chunk that was pulled. See {@linkcode BodySource.release}. */
  release(chunk: Uint8Array): void {
    this.#owner.released?.(chunk);
  }

  /** Says that nobody will read the rest. */
  cancel(reason?: unknown): void {
    if (this.#state !== "open" && this.#first === undefined) return;
    // What a cancelled body ends with must not pass for its end.
    this.#discard(new AbortError("The body was cancelled"));
    this.#owner.abandoned(this, reason);
  }

  /** A chunk arrived; none may be empty. */
  push(bytes: Uint8Array): void {
    if (this.#state !== "open") return this.release(bytes);
    this.#receivedBytes += bytes.length;
    const waiting = this.#waiting;
    if (waiting !== undefined) {
      this.#waiting = undefined;
      waiting.resolve(bytes);
      return;
    }
    this.#queuedBytes += bytes.length;
    if (this.#first === undefined) this.#first = bytes;
    else (this.#others ??= []).push(bytes);
  }

  /** The end arrived. */
  end(trailers: FieldSection | undefined): void {
    if (this.#state !== "open") return;
    this.#trailers = trailers;
    this.#settle("ended");
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
  }

  /** Nothing more will come, because of `error`; what came before can still be pulled. */
  fail(error: unknown): void {
    if (this.#state !== "open") return;
    this.#settle("failed");
    this.#error = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /** Nobody reads the rest: what was kept of it is dropped. */
  discard(why: string): void {
    if (this.#state !== "open" && this.#first === undefined) return;
    this.#discard(
      new LocalProtocolError(`Cannot read body as ${why}`, { code: "BODY_DISCARDED" }),
    );
  }

  /** Drops what came and was not pulled, and nothing else: {@linkcode fail} says why. */
  clear(): void {
    const first = this.#first;
    const others = this.#others;
    this.#first = this.#others = undefined;
    this.#queuedBytes = 0;
    if (first !== undefined) this.release(first);
    for (const chunk of others ?? []) this.release(chunk);
  }

  #discard(error: Error): void {
    this.clear();
    this.#settle("discarded");
    this.#error = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #settle(state: IncomingState): void {
    this.#state = state;
    this.#finished?.resolve();
  }
}
