/**
 * Reading the body of a received message.
 *
 * @module
 */

import { decodeUtf8 } from "@avx/runtime/ascii";
import { AbortError } from "@avx/runtime/errors";
import { BodyTooLargeError } from "./errors.ts";
import { BodyBuffer } from "./body_buffer.ts";
import { BodyPieces } from "./body_pieces.ts";
import type { BodySource } from "./body_source.ts";
import type { FieldSection } from "./field_section.ts";

/** How a body may be read. */
export interface IncomingBodyOptions {
  /**
   * The most bytes that are read. A longer body is refused: before the first byte where its length
   * was declared, otherwise with the chunk that goes past the limit.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
}

/**
 * A body over a {@linkcode BodySource}, to be read once: whole, as bytes, text or JSON, or chunk by
 * chunk with `for await`. A message without a body is an empty one, which can be read again and
 * again, as in the Fetch standard.
 *
 * @example Reading JSON, at most a kilobyte of it
 * ```ts
 * import { IncomingBody } from "@avx/semantics/body";
 * import { encodeUtf8 } from "@avx/runtime/ascii";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = [encodeUtf8('{"a":'), encodeUtf8("1}")];
 * const body = new IncomingBody({
 *   declaredLength: undefined,
 *   trailers: undefined,
 *   pull: () => chunks.shift(),
 *   cancel: () => {},
 * }, { maxBytes: 1024 });
 *
 * assertEquals(await body.json(), { a: 1 });
 * assertEquals(body.used, true);
 * ```
 */
export class IncomingBody implements AsyncIterable<Uint8Array> {
  readonly #source: BodySource | undefined;
  readonly #maxBytes: number;
  #state: "unread" | "reading" | "done" | "cancelled" = "unread";

  /**
   * Makes a body.
   *
   * @param source Where the bytes come from; `undefined` for a message without a body.
   * @throws {RangeError} If `maxBytes` is negative or not a number.
   */
  constructor(source: BodySource | undefined, options: IncomingBodyOptions = {}) {
    const { maxBytes = Infinity } = options;
    if (!(maxBytes >= 0)) {
      throw new RangeError(
        `Cannot limit body as maxBytes must be 0 or more: current value is ${maxBytes}`,
      );
    }
    this.#source = source;
    this.#maxBytes = maxBytes;
  }

  /** Whether reading has begun, or the body was given up. */
  get used(): boolean {
    return this.#state !== "unread";
  }

  /** The length that was declared, in bytes; `undefined` where it is not known beforehand. */
  get declaredLength(): number | undefined {
    return this.#source === undefined ? 0 : this.#source.declaredLength;
  }

  /** The trailer section, once the body was read to its end; `undefined` where there is none. */
  get trailers(): FieldSection | undefined {
    return this.#source?.trailers;
  }

  /**
   * The whole body, in an array of its own that shares its buffer with nothing.
   *
   * @returns Rejects with a `TypeError` if the body was used before, with a
   *   {@linkcode BodyTooLargeError} if it is longer than `maxBytes`, and with what the source fails
   *   with. If it is cancelled meanwhile, that is the source's own error or an `AbortError`.
   */
  async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const source = this.#begin();
    if (source === undefined) return new Uint8Array(0);
    const buffer = new BodyBuffer(source);
    for (;;) {
      const pulled = source.pull();
      const chunk = pulled instanceof Promise ? await pulled : pulled;
      if (!this.#goesOn(chunk !== undefined) || chunk === undefined) break;
      this.#check(buffer.length + chunk.length);
      buffer.add(chunk);
    }
    const whole = buffer.whole();
    // A chunk is a view into a buffer that holds its neighbours too, unless it is all of it.
    return ownsBuffer(whole) ? whole : whole.slice();
  }

  /**
   * The whole body, decoded from UTF-8 as the Web does: a byte order mark is removed, and what is
   * malformed becomes U+FFFD.
   *
   * @returns Rejects as {@linkcode bytes} does.
   */
  async text(): Promise<string> {
    return decodeUtf8(await this.bytes());
  }

  /**
   * The whole body, parsed as JSON.
   *
   * @returns Rejects as {@linkcode bytes} does, and with a `SyntaxError` if the text is not JSON.
   */
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  /**
   * Yields the body as it comes, in chunks that belong to the caller, none of them empty. To leave
   * the loop early gives the rest of the body up.
   *
   * @throws {TypeError} If the body was used before.
   * @throws {BodyTooLargeError} If it is longer than `maxBytes`.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let length = 0;
    const source = this.#begin();
    if (source === undefined) return;
    const pieces = new BodyPieces(source);
    try {
      for (;;) {
        const ready = pieces.ready();
        if (!this.#goesOn(ready instanceof Promise ? await ready : ready)) return;
        const piece = pieces.take();
        length += piece.length;
        this.#check(length);
        yield piece;
      }
    } finally {
      pieces.drop();
      this.cancel();
    }
  }

  /**
   * Gives up what was not read yet. A body that is complete, or was given up before, stays as it is;
   * who is reading it meanwhile gets the source's error for that, or an `AbortError`, but never a
   * part for the whole.
   */
  cancel(reason?: unknown): void {
    if (this.#source === undefined || this.#state === "done" || this.#state === "cancelled") return;
    this.#state = "cancelled";
    this.#source.cancel(reason);
  }

  #begin(): BodySource | undefined {
    if (this.#state !== "unread") {
      throw new TypeError("Cannot read body as it can be read only once: it was used before");
    }
    const source = this.#source;
    if (source === undefined) return undefined;
    this.#state = "reading";
    if (source.declaredLength !== undefined) this.#check(source.declaredLength);
    return source;
  }

  /** Whether the body goes on, now that the source has told whether there is more. */
  #goesOn(hasMore: boolean): boolean {
    // What a cancelled source ends with must not pass for the end of the body.
    if (this.#state === "cancelled") throw new AbortError("The body was cancelled");
    if (!hasMore) this.#state = "done";
    return hasMore;
  }

  #check(length: number): void {
    if (length <= this.#maxBytes) return;
    const error = new BodyTooLargeError(this.#maxBytes);
    this.cancel(error);
    throw error;
  }
}

function ownsBuffer(chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> {
  return chunk.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === chunk.length;
}
