/**
 * The body of a request while it arrives.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";

/** What the body asks of its connection. */
export interface BodyOwner {
  /** The reader wants a chunk and none is there. */
  wanted(body: ExchangeBody): void;
  /** The reader will not read the rest. */
  abandoned(body: ExchangeBody): void;
}

/** How far a body has come. */
export type BodyState = "open" | "ended" | "discarded" | "failed";

/**
 * Holds at most one chunk: the connection takes the next one from its core only when this one was
 * pulled, so a reader that stops reading stops the peer.
 */
export class ExchangeBody implements BodySource {
  readonly declaredLength: number | undefined;
  readonly #owner: BodyOwner;
  #state: BodyState = "open";
  #chunk: Uint8Array | undefined;
  #waiting: Deferred<Uint8Array | undefined> | undefined;
  #error: Error | undefined;
  #trailers: FieldSection | undefined;
  #touched = false;
  #finished: Deferred<void> | undefined;

  /** Makes the body of a request whose head has just arrived. */
  constructor(owner: BodyOwner, declaredLength: number | undefined) {
    this.#owner = owner;
    this.declaredLength = declaredLength;
  }

  /** How far it has come. */
  get state(): BodyState {
    return this.#state;
  }

  /** Whether a chunk waits to be pulled. */
  get full(): boolean {
    return this.#chunk !== undefined;
  }

  /** Whether anyone has pulled yet. */
  get touched(): boolean {
    return this.#touched;
  }

  /** Whether the reader waits for a chunk. */
  get wanted(): boolean {
    return this.#waiting !== undefined;
  }

  /** @inheritdoc */
  get trailers(): FieldSection | undefined {
    return this.#trailers;
  }

  /** Settles when nothing more of the body will come. */
  get finished(): Promise<void> {
    this.#finished ??= new Deferred();
    if (this.#state !== "open") this.#finished.resolve();
    return this.#finished.promise;
  }

  /** @inheritdoc */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    this.#touched = true;
    if (this.#chunk === undefined && this.#state === "open") this.#owner.wanted(this);
    const chunk = this.#chunk;
    if (chunk !== undefined) {
      this.#chunk = undefined;
      return chunk;
    }
    if (this.#state === "ended") return undefined;
    if (this.#error !== undefined) throw this.#error;
    if (this.#waiting !== undefined) {
      throw new TypeError("Cannot pull body as another pull is pending");
    }
    this.#waiting = new Deferred();
    return this.#waiting.promise;
  }

  /** @inheritdoc */
  cancel(): void {
    if (this.#state !== "open" && this.#chunk === undefined) return;
    this.discard("it was cancelled");
    this.#owner.abandoned(this);
  }

  /** A chunk arrived. */
  push(bytes: Uint8Array): void {
    if (this.#state !== "open") return;
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#chunk = bytes;
      return;
    }
    this.#waiting = undefined;
    waiting.resolve(bytes);
  }

  /** The end arrived. */
  end(trailers: FieldSection | undefined): void {
    if (this.#state !== "open") return;
    this.#trailers = trailers;
    this.#settle("ended");
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
  }

  /** Nothing more will come, because of `error`. */
  fail(error: Error): void {
    if (this.#state !== "open") return;
    this.#settle("failed");
    this.#error = error;
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  /** Nobody reads the rest: what was kept of it is dropped. */
  discard(why: string): void {
    if (this.#state !== "open" && this.#chunk === undefined) return;
    this.#chunk = undefined;
    this.#settle("discarded");
    this.#error = new LocalProtocolError(`Cannot read body as ${why}`, { code: "BODY_DISCARDED" });
    this.#waiting?.reject(this.#error);
    this.#waiting = undefined;
  }

  #settle(state: BodyState): void {
    this.#state = state;
    this.#finished?.resolve();
  }
}
