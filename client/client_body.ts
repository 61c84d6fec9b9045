/**
 * The body of a response, in whatever form its reader wants it.
 *
 * @module
 */

import { decodeUtf8 } from "@avx/runtime/ascii";
import { files } from "@avx/runtime/platform";
import { BodyBuffer } from "@avx/semantics/body-buffer";
import { BodyPieces } from "@avx/semantics/body-pieces";
import type { BodySource } from "@avx/semantics/body-source";
import { BodyTooLargeError } from "@avx/semantics/errors";
import type { FieldSection } from "@avx/semantics/field-section";
import { bodyStream } from "@avx/semantics/web";
import { downloadTo, type ToFileOptions } from "./file_download.ts";

/** How a body is read whole. */
export interface ReadBodyOptions {
  /**
   * Reject with `BodyTooLargeError`, and give the rest up, beyond so many bytes.
   *
   * @default {Infinity}
   */
  readonly maxBytes?: number;
}

/**
 * A response's body. It can be read once, in one way: a second try throws `TypeError`.
 *
 * A body that arrived together with its head costs no stream and no further promise. One that
 * did not is read from the connection as fast as its reader takes it, and holds the connection
 * until it was read to the end or cancelled.
 *
 * @example Reading a body whole, with a limit
 * ```ts
 * import { ClientBody } from "@avx/client";
 * import { assertEquals } from "@std/assert";
 *
 * const body = new ClientBody(new TextEncoder().encode('{"a":1}'), undefined);
 * assertEquals(await body.json({ maxBytes: 1024 }), { a: 1 });
 * assertEquals(body.used, true);
 * ```
 */
export class ClientBody implements AsyncIterable<Uint8Array> {
  #source: BodySource | Uint8Array | undefined;
  #trailers: FieldSection | undefined;
  #used = false;

  /** Makes one over all of its bytes, or over where they come from. */
  constructor(source: BodySource | Uint8Array | undefined, trailers: FieldSection | undefined) {
    this.#source = source;
    this.#trailers = trailers;
  }

  /** Whether it has been read, or begun to be. */
  get used(): boolean {
    return this.#used;
  }

  /** The length that was declared or is known, in bytes. */
  get declaredLength(): number | undefined {
    const source = this.#source;
    return source instanceof Uint8Array ? source.length : source?.declaredLength;
  }

  /** The trailer section, once the body was read to its end; `undefined` where there is none. */
  get trailers(): FieldSection | undefined {
    const source = this.#source;
    return source === undefined || source instanceof Uint8Array ? this.#trailers : source.trailers;
  }

  /**
   * All bytes, if they are here already: a view into a buffer that holds more. Else `undefined`,
   * and nothing was read.
   */
  whole(): Uint8Array<ArrayBuffer> | undefined {
    const source = this.#source;
    if (this.#used || !(source === undefined || source instanceof Uint8Array)) return undefined;
    this.#used = true;
    return source === undefined ? new Uint8Array(0) : source as Uint8Array<ArrayBuffer>;
  }

  /**
   * All bytes, in a buffer of their own.
   *
   * @throws {BodyTooLargeError} If there are more than `options.maxBytes`.
   */
  async bytes(options?: ReadBodyOptions): Promise<Uint8Array<ArrayBuffer>> {
    const read = this.#read(options);
    const bytes = read instanceof Uint8Array ? read : await read;
    // A view into a buffer that also holds its neighbours would show them to whoever uses `.buffer`.
    const own = bytes.length === bytes.buffer.byteLength;
    return (own ? bytes : bytes.slice()) as Uint8Array<ArrayBuffer>;
  }

  /**
   * All of it as text, which is UTF-8; what is not becomes U+FFFD.
   *
   * @throws {BodyTooLargeError} If it is longer than `options.maxBytes`.
   */
  async text(options?: ReadBodyOptions): Promise<string> {
    const read = this.#read(options);
    return decodeUtf8(read instanceof Uint8Array ? read : await read);
  }

  /**
   * All of it as JSON.
   *
   * @throws {SyntaxError} If it is none.
   * @throws {BodyTooLargeError} If it is longer than `options.maxBytes`.
   */
  async json<T = unknown>(options?: ReadBodyOptions): Promise<T> {
    const read = this.#read(options);
    return JSON.parse(decodeUtf8(read instanceof Uint8Array ? read : await read));
  }

  /**
   * Where its bytes come from, for who puts another body around it. What it gives belongs to the
   * reader until it is released.
   */
  source(): BodySource {
    const source = this.#take();
    return source === undefined || source instanceof Uint8Array
      ? new WholeSource(source, this.#trailers)
      : source;
  }

  /**
   * Writes it to a file, which has its name once it is complete.
   *
   * @param path Where to.
   * @returns How many bytes were written. Rejects with the platform's own error where the file
   *   cannot be written.
   * @throws {BodyTooLargeError} If it is longer than `options.maxBytes`.
   */
  async toFile(path: string, options: ToFileOptions = {}): Promise<number> {
    return await downloadTo(path, this.source(), options, files);
  }

  /** A stream of it. Cancelling the stream gives the rest up. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return bodyStream(this.source());
  }

  /**
   * Its bytes as they arrive, in chunks that belong to the caller. Leaving the loop early gives the
   * rest up.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const source = this.#take();
    if (source === undefined) return;
    if (source instanceof Uint8Array) return yield source;
    const pieces = new BodyPieces(source);
    let done = false;
    try {
      while (await pieces.ready()) yield pieces.take();
      done = true;
    } finally {
      pieces.drop();
      if (!done) source.cancel();
    }
  }

  /** Gives up what has not been read. Does nothing to a body that was read whole. */
  cancel(reason?: unknown): void {
    this.#used = true;
    const source = this.#source;
    if (source !== undefined && !(source instanceof Uint8Array)) source.cancel(reason);
  }

  #read(options: ReadBodyOptions | undefined): Uint8Array | Promise<Uint8Array> {
    const source = this.#take();
    const maxBytes = options?.maxBytes ?? Infinity;
    if (source === undefined) return EMPTY;
    if (!(source instanceof Uint8Array)) return gather(source, maxBytes);
    if (source.length > maxBytes) throw new BodyTooLargeError(maxBytes);
    return source;
  }

  #take(): BodySource | Uint8Array | undefined {
    if (this.#used) throw new TypeError("Cannot read body as it has been read already");
    this.#used = true;
    return this.#source;
  }
}

const EMPTY = new Uint8Array(0);

async function gather(source: BodySource, maxBytes: number): Promise<Uint8Array> {
  const buffer = new BodyBuffer(source);
  const declared = source.declaredLength;
  let tooLarge = declared !== undefined && declared > maxBytes;
  while (!tooLarge) {
    const pulled = source.pull();
    const chunk = pulled instanceof Promise ? await pulled : pulled;
    if (chunk === undefined) return buffer.whole();
    tooLarge = buffer.length + chunk.length > maxBytes;
    buffer.add(chunk);
  }
  const error = new BodyTooLargeError(maxBytes);
  source.cancel(error);
  throw error;
}

/** A body that is there already, one chunk long. */
class WholeSource implements BodySource {
  readonly declaredLength: number;
  readonly trailers: FieldSection | undefined;
  #bytes: Uint8Array | undefined;

  constructor(bytes: Uint8Array | undefined, trailers: FieldSection | undefined) {
    this.#bytes = bytes;
    this.trailers = trailers;
    this.declaredLength = bytes?.length ?? 0;
  }

  pull(): Uint8Array | undefined {
    const bytes = this.#bytes;
    this.#bytes = undefined;
    return bytes === undefined || bytes.length === 0 ? undefined : bytes;
  }

  cancel(): void {
    this.#bytes = undefined;
  }
}
