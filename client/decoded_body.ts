/**
 * The body of a response with its content codings taken off.
 *
 * @module
 */

import { AbortError } from "@avx/runtime/errors";
import type {
  Codec,
  Compression,
  CompressionCoding,
  DecoderOptions,
} from "@avx/runtime/ports/compression";
import type { BodySource } from "@avx/semantics/body-source";
import { RemoteProtocolError } from "@avx/semantics/errors";
import type { FieldSection } from "@avx/semantics/field-section";
import { SniffedDeflate } from "./sniffed_deflate.ts";

/** How much is decoded in one go: decoding blocks everything else. */
const PIECE_BYTES = 16 * 1024;

/** What a body is decoded with. */
export interface BodyDecoding {
  /** The platform's decoders. */
  readonly compression: Compression;
  /** Their bounds. */
  readonly bounds: DecoderOptions;
}

/**
 * Decodes a body as it is pulled. Nothing is held before the first pull; an input that ends early,
 * is malformed or runs into a bound rejects with `RemoteProtocolError`.
 */
export class DecodedBody implements BodySource {
  /** Nobody knows it. */
  readonly declaredLength = undefined;
  readonly #source: BodySource;
  readonly #codings: readonly CompressionCoding[];
  readonly #decoding: BodyDecoding;
  #layers: Codec[] = [];
  #chunk: Uint8Array | undefined;
  #at = 0;
  #inputBytes = 0;
  #outputBytes = 0;
  #state: "fresh" | "running" | "over" = "fresh";
  #reason: unknown;

  /**
   * Makes one.
   *
   * @param codings In the order they were applied.
   */
  constructor(source: BodySource, codings: readonly CompressionCoding[], decoding: BodyDecoding) {
    this.#source = source;
    this.#codings = codings;
    this.#decoding = decoding;
  }

  /** See {@linkcode BodySource.trailers}. */
  get trailers(): FieldSection | undefined {
    return this.#source.trailers;
  }

  /** See {@linkcode BodySource.pull}. */
  async pull(): Promise<Uint8Array | undefined> {
    try {
      while (this.#state !== "over") {
        const output = await this.#step();
        if (this.#reason !== undefined) throw this.#reason;
        if (output.length > 0) return output;
      }
    } catch (error) {
      const reason = this.#reason ?? translated(error);
      this.cancel(reason);
      throw reason;
    }
    if (this.#reason !== undefined) throw this.#reason;
    return undefined;
  }

  /** See {@linkcode BodySource.cancel}. */
  cancel(reason?: unknown): void {
    if (this.#state === "over") return;
    this.#reason = reason ?? new AbortError("The body was cancelled");
    this.#end();
    this.#source.cancel(reason);
  }

  async #step(): Promise<Uint8Array> {
    if (this.#chunk === undefined) {
      const pulled = this.#source.pull();
      this.#chunk = pulled instanceof Promise ? await pulled : pulled;
      this.#at = 0;
    }
    const chunk = this.#chunk;
    if (chunk === undefined) return await this.#finish();
    if (this.#state === "over") return NOTHING; // cancelled meanwhile
    if (this.#state === "fresh") this.#start();
    const piece = chunk.subarray(this.#at, this.#at + PIECE_BYTES);
    this.#inputBytes += piece.length;
    const output = await this.#through(piece, 0);
    this.#at += piece.length;
    if (this.#at === chunk.length) {
      this.#chunk = undefined;
      this.#source.release?.(chunk);
    }
    return output;
  }

  async #through(bytes: Uint8Array, from: number): Promise<Uint8Array> {
    for (let layer = from; layer < this.#layers.length && bytes.length > 0; layer++) {
      if (bytes.length > PIECE_BYTES) return await this.#inPieces(bytes, layer);
      bytes = await this.#layers[layer].write(bytes);
    }
    this.#count(bytes.length);
    return bytes;
  }

  /** A layer can make much of little: what the next one gets of it is as little as the first got. */
  async #inPieces(bytes: Uint8Array, from: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      parts.push(await this.#through(bytes.subarray(at, at + PIECE_BYTES), from));
    }
    return joined(parts.filter((part) => part.length > 0));
  }

  /** The ratio is one of all layers together: those of each one multiply. */
  #count(bytes: number): void {
    const { maxRatio = Infinity, ratioFromBytes = 0 } = this.#decoding.bounds;
    this.#outputBytes += bytes;
    if (this.#outputBytes <= ratioFromBytes) return;
    if (this.#outputBytes <= this.#inputBytes * maxRatio) return;
    throw new RangeError(`Cannot decompress as more than ${maxRatio} times the input comes out`);
  }

  /** Brings out what the layers still hold: what an outer one does, goes through the inner ones. */
  async #finish(): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    // A body without a byte is an empty one, whatever coding it claims.
    for (let layer = 0; layer < this.#layers.length; layer++) {
      parts.push(await this.#through(await this.#layers[layer].finish(), layer + 1));
    }
    this.#end();
    return joined(parts.filter((part) => part.length > 0));
  }

  #start(): void {
    this.#state = "running";
    const { compression, bounds } = this.#decoding;
    for (const coding of this.#codings) {
      const layer = coding === "deflate"
        ? new SniffedDeflate(compression, bounds)
        : compression.decoder(coding, bounds);
      this.#layers.unshift(layer); // what was applied last is taken off first
    }
  }

  #end(): void {
    this.#state = "over";
    this.#chunk = undefined;
    for (const layer of this.#layers) layer.close();
    this.#layers = [];
  }
}

const NOTHING = new Uint8Array(0);

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length < 2) return parts[0] ?? NOTHING;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function translated(error: unknown): unknown {
  // The codec's own: a bound or malformed input. All else comes from the connection.
  if (error instanceof RangeError) {
    return new RemoteProtocolError(error.message, { code: "DECOMPRESSION_LIMIT", cause: error });
  }
  if (error instanceof TypeError) {
    return new RemoteProtocolError(error.message, { code: "MALFORMED_CONTENT", cause: error });
  }
  return error;
}
