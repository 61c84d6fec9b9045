/**
 * The content coding `deflate` in both of the forms it comes in.
 *
 * @module
 */

import type { Codec, Compression, DecoderOptions } from "@avx/runtime/ports/compression";
import { isZlibHeader } from "@avx/semantics/content-coding";

const HEADER_BYTES = 2;

/**
 * Decodes the zlib format, which RFC 9110 §8.4.1.2 means by `deflate`, and the raw format, which
 * some servers send, as the first two bytes tell.
 */
export class SniffedDeflate implements Codec {
  readonly #compression: Compression;
  readonly #options: DecoderOptions;
  #first: number | undefined;
  #codec: Codec | undefined;

  /** Makes one that has seen nothing. */
  constructor(compression: Compression, options: DecoderOptions) {
    this.#compression = compression;
    this.#options = options;
  }

  /** See {@linkcode Codec.write}. */
  write(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#codec !== undefined) return this.#codec.write(bytes);
    const head = this.#first === undefined ? bytes : new Uint8Array([this.#first, ...bytes]);
    if (head.length < HEADER_BYTES) {
      this.#first = head[0];
      return Promise.resolve(NOTHING);
    }
    return this.#decoder(isZlibHeader(head[0], head[1])).write(head);
  }

  /** See {@linkcode Codec.flush}. */
  flush(): Promise<Uint8Array> {
    return this.#decoder(true).flush();
  }

  /** See {@linkcode Codec.finish}. */
  async finish(): Promise<Uint8Array> {
    // A single byte is too short for either.
    return await this.#decoder(true).finish();
  }

  /** See {@linkcode Codec.close}. */
  close(): void {
    this.#codec?.close();
  }

  #decoder(isZlib: boolean): Codec {
    return this.#codec ??= this.#compression.decoder(
      isZlib ? "deflate" : "deflate-raw",
      this.#options,
    );
  }
}

const NOTHING = new Uint8Array(0);
