/**
 * The body of a response that did not arrive together with its head.
 *
 * @module
 */

import { Deferred } from "@avx/runtime/deferred";
import { AbortError } from "@avx/runtime/errors";
import type { BodySource } from "@avx/semantics/body-source";
import type { FieldSection } from "@avx/semantics/field-section";

/** Who feeds a {@linkcode ResponseBody}. */
export interface ResponseBodyFeeder {
  /** The reader waits for a chunk, or has taken one out of the queue. */
  wanted(body: ResponseBody): void;
  /** The reader wants no more of it. */
  cancelled(body: ResponseBody, reason: unknown): void;
}

/**
 * A queue of chunks between the connection that reads them and the caller who pulls them. Connections
 * make them and give them to `Http1Exchange.answered`.
 *
 * @example A chunk and the end
 * ```ts
 * import { ResponseBody } from "@avx/http1/client-connection";
 * import { assertEquals } from "@std/assert";
 *
 * const body = new ResponseBody(undefined, { wanted() {}, cancelled() {} });
 * const first = body.pull();
 * body.push(new Uint8Array([1, 2]));
 * body.end(undefined);
 *
 * assertEquals(await first, new Uint8Array([1, 2]));
 * assertEquals(await body.pull(), undefined);
 * ```
 */
export class ResponseBody implements BodySource {
  /** See {@linkcode BodySource.declaredLength}. */
  readonly declaredLength: number | undefined;
  readonly #feeder: ResponseBodyFeeder;
  readonly #chunks: Uint8Array[] = [];
  #queuedBytes = 0;
  #receivedBytes = 0;
  #waiting: Deferred<Uint8Array | undefined> | undefined;
  #outcome: { readonly error: unknown } | "ended" | undefined;
  #trailers: FieldSection | undefined;

  /** Makes an empty one that `feeder` fills. */
  constructor(declaredLength: number | undefined, feeder: ResponseBodyFeeder) {
    this.declaredLength = declaredLength;
    this.#feeder = feeder;
  }

  /** How many bytes lie in the queue. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** How many bytes have arrived so far. */
  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Whether a pull waits for a chunk. */
  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** See {@linkcode BodySource.trailers}. */
  get trailers(): FieldSection | undefined {
    return this.#trailers;
  }

  /** See {@linkcode BodySource.pull}. */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) {
      this.#queuedBytes -= chunk.length;
      this.#feeder.wanted(this);
      return chunk;
    }
    if (this.#outcome === "ended") return undefined;
    if (this.#outcome !== undefined) throw this.#outcome.error;
    this.#waiting = new Deferred();
    this.#feeder.wanted(this);
    return this.#waiting.promise;
  }

  /** See {@linkcode BodySource.cancel}. */
  cancel(reason?: unknown): void {
    this.discard();
    if (this.#outcome !== undefined) return;
    // What a cancelled body ends with must not pass for its end.
    this.fail(new AbortError("The body was cancelled"));
    this.#feeder.cancelled(this, reason);
  }

  /** Drops what is queued. */
  discard(): void {
    this.#chunks.length = 0;
    this.#queuedBytes = 0;
  }

  /** Adds a chunk. */
  push(chunk: Uint8Array): void {
    this.#receivedBytes += chunk.length;
    const waiting = this.#waiting;
    if (waiting === undefined) {
      this.#chunks.push(chunk);
      this.#queuedBytes += chunk.length;
      return;
    }
    this.#waiting = undefined;
    waiting.resolve(chunk);
  }

  /** Marks the end. */
  end(trailers: FieldSection | undefined): void {
    if (this.#outcome !== undefined) return;
    this.#trailers = trailers;
    this.#outcome = "ended";
    this.#waiting?.resolve(undefined);
    this.#waiting = undefined;
  }

  /** Breaks it off: what is queued can still be pulled, then `error` is thrown. */
  fail(error: unknown): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = { error };
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}
