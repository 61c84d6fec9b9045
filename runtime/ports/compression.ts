/**
 * The compression port: streaming content codings (RFC 9110 §8.4.1) with a bound on what comes out.
 *
 * @module
 */

/**
 * The codings that there may be: the names of the HTTP content codings, where `deflate` is the zlib
 * format, and `deflate-raw` (RFC 1951), which WebSocket messages are compressed with.
 *
 * @example Named as in Content-Encoding
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { CompressionCoding } from "@avx/runtime/ports/compression";
 *
 * const preferred: CompressionCoding[] = ["zstd", "br", "gzip"];
 * assertEquals(preferred[0], "zstd");
 * ```
 */
export type CompressionCoding = "gzip" | "deflate" | "deflate-raw" | "br" | "zstd";

/**
 * How an encoder works.
 *
 * @example Fast enough for every response
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { EncoderOptions } from "@avx/runtime/ports/compression";
 *
 * const options: EncoderOptions = { level: 1 };
 * assertEquals(options.level, 1);
 * ```
 */
export interface EncoderOptions {
  /**
   * The coding's own level: 0–9 for gzip and deflate, 0–11 for br, 1–22 for zstd. Explicit, because
   * the platforms' own defaults go up to 200 ms of blocked event loop per 100 KiB.
   */
  readonly level: number;
  /** The base-two logarithm of the window, in bytes, where the coding has one to choose. */
  readonly windowBits?: number;
}

/**
 * How a decoder works.
 *
 * @example At most a megabyte
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { DecoderOptions } from "@avx/runtime/ports/compression";
 *
 * const options: DecoderOptions = { maxOutputBytes: 1024 * 1024 };
 * assertEquals(options.maxOutputBytes, 1_048_576);
 * ```
 */
export interface DecoderOptions {
  /** How many bytes may come out in all; what decompression bombs run into. */
  readonly maxOutputBytes: number;
  /**
   * How many times more bytes may come out than went in, once there are `ratioFromBytes`.
   *
   * @default {Infinity}
   */
  readonly maxRatio?: number;
  /**
   * How many bytes may come out whatever the ratio.
   *
   * @default {0}
   */
  readonly ratioFromBytes?: number;
  /** The base-two logarithm of the window, in bytes, where the coding has one to choose. */
  readonly windowBits?: number;
}

/**
 * A running encoder or decoder. One call at a time; the work is done on the calling thread
 * whatever the promises suggest, so callers give pieces of a few KiB.
 *
 * @example One that changes nothing
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Codec } from "@avx/runtime/ports/compression";
 *
 * const nothing = new Uint8Array(0);
 * const identity: Codec = {
 *   write: (bytes) => Promise.resolve(bytes.slice()),
 *   flush: () => Promise.resolve(nothing),
 *   finish: () => Promise.resolve(nothing),
 *   close: () => {},
 * };
 * assertEquals(await identity.write(new Uint8Array([1, 2])), new Uint8Array([1, 2]));
 * ```
 */
export interface Codec {
  /**
   * Takes `bytes` in, which may be used again once the promise settles.
   *
   * @returns What came out so far, which may be nothing.
   * @throws {RangeError} If more came out than `maxOutputBytes` or `maxRatio` allow.
   * @throws {TypeError} If a decoder's input is malformed.
   */
  write(bytes: Uint8Array): Promise<Uint8Array>;
  /** Brings out all that went in, so that the other end can read it now. Encoders only. */
  flush(): Promise<Uint8Array>;
  /**
   * Ends the input and returns the rest of the output.
   *
   * @throws {TypeError} If a decoder's input ends too early.
   */
  finish(): Promise<Uint8Array>;
  /** Frees what it holds; needed where {@linkcode finish} was not reached. May be called twice. */
  close(): void;
}

/**
 * A platform's compression.
 *
 * @example The best coding both ends have
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Compression } from "@avx/runtime/ports/compression";
 *
 * function negotiate(compression: Compression, accepted: readonly string[]): string | undefined {
 *   return compression.codings.find((coding) => accepted.includes(coding));
 * }
 *
 * const none = () => {
 *   throw new TypeError("No such coding");
 * };
 * const platform: Compression = { codings: ["br", "gzip"], encoder: none, decoder: none };
 * assertEquals(negotiate(platform, ["gzip", "zstd"]), "gzip");
 * ```
 */
export interface Compression {
  /** The codings there are, both ways. */
  readonly codings: readonly CompressionCoding[];
  /**
   * Starts an encoder.
   *
   * @throws {TypeError} If there is no such coding here.
   */
  encoder(coding: CompressionCoding, options: EncoderOptions): Codec;
  /**
   * Starts a decoder.
   *
   * @throws {TypeError} If there is no such coding here.
   */
  decoder(coding: CompressionCoding, options: DecoderOptions): Codec;
}
