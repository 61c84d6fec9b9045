/**
 * The compression port: streaming content codings (RFC 9110 §8.4.1) with a bound on what comes out.
 *
 * @module
 */

/**
 * The codings that there may be: the names of the HTTP content codings, where `deflate` is the zlib
 * format, and `deflate-raw` (RFC 1951), which WebSocket messages are compressed with.
 */
export type CompressionCoding = "gzip" | "deflate" | "deflate-raw" | "br" | "zstd";

/** How an encoder works. */
export interface EncoderOptions {
  /**
   * The coding's own level: 0–9 for gzip and deflate, 0–11 for br, 1–22 for zstd. Explicit, because
   * the platforms' own defaults go up to 200 ms of blocked event loop per 100 KiB.
   */
  readonly level: number;
  /** The base-two logarithm of the window, in bytes, where the coding has one to choose. */
  readonly windowBits?: number;
}

/** How a decoder works. */
export interface DecoderOptions {
  /** How many bytes may come out in all; what decompression bombs run into. */
  readonly maxOutputBytes: number;
  /** The base-two logarithm of the window, in bytes, where the coding has one to choose. */
  readonly windowBits?: number;
}

/**
 * A running encoder or decoder. One call at a time; the work is done on the calling thread
 * whatever the promises suggest, so callers give pieces of a few KiB.
 */
export interface Codec {
  /**
   * Takes `bytes` in, which may be used again once the promise settles.
   *
   * @returns What came out so far, which may be nothing.
   * @throws {RangeError} If more than `maxOutputBytes` came out.
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

/** A platform's compression. */
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
