/**
 * The port of raw deflate (RFC 1951) that runs on at once, message by message, over one window:
 * what WebSocket compresses with (RFC 7692).
 *
 * @module
 */

/**
 * How a deflater works.
 *
 * @example Small and fast
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RawDeflateOptions } from "@avx/runtime/ports/raw-deflate";
 *
 * const options: RawDeflateOptions = { level: 1, windowBits: 12, memoryLevel: 5 };
 * assertEquals(2 ** options.windowBits, 4096);
 * ```
 */
export interface RawDeflateOptions {
  /** From 1, the fastest, to 9. */
  readonly level: number;
  /** The base-two logarithm of the window, in bytes: 9 to 15. */
  readonly windowBits: number;
  /** From 1 to 9: the state besides the window takes 2 to the power of this plus 9, in bytes. */
  readonly memoryLevel: number;
}

/**
 * A running deflater.
 *
 * @example One that only pretends
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RawDeflater } from "@avx/runtime/ports/raw-deflate";
 *
 * const stored: RawDeflater = { deflate: (bytes) => bytes, reset: () => {}, close: () => {} };
 * assertEquals(stored.deflate(new Uint8Array([7])), new Uint8Array([7]));
 * ```
 */
export interface RawDeflater {
  /**
   * Compresses `bytes` and flushes (`Z_SYNC_FLUSH`), so that the end is `00 00 ff ff`.
   *
   * @returns What came out, good until the next call.
   */
  deflate(bytes: Uint8Array): Uint8Array;
  /** Forgets what was compressed before. */
  reset(): void;
  /** Frees what it holds. May be called twice. */
  close(): void;
}

/**
 * A running inflater.
 *
 * @example What there is to say about a bomb
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { RawInflater } from "@avx/runtime/ports/raw-deflate";
 *
 * const inflater: RawInflater = {
 *   inflate: (bytes, maxBytes) => bytes.length > maxBytes ? "too large" : bytes,
 *   reset: () => {},
 *   close: () => {},
 * };
 * assertEquals(inflater.inflate(new Uint8Array(9), 8), "too large");
 * ```
 */
export interface RawInflater {
  /**
   * Decompresses `bytes`, of which there may be more later.
   *
   * @param bytes What the peer's deflater made.
   * @param maxBytes How many bytes may come out. No more than a few KiB beyond are ever made.
   * @returns All that comes out, the caller's own; or what is wrong. After a fault nothing works
   * until {@linkcode reset}.
   */
  inflate(bytes: Uint8Array, maxBytes: number): Uint8Array | "too large" | "malformed";
  /** Forgets what was decompressed before. */
  reset(): void;
  /** Frees what it holds. May be called twice. */
  close(): void;
}

/**
 * A platform's raw deflate.
 *
 * @example There and back
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rawDeflate } from "@avx/runtime/platform";
 *
 * const deflater = rawDeflate.deflater({ level: 6, windowBits: 15, memoryLevel: 8 });
 * const inflater = rawDeflate.inflater(15);
 * const packed = deflater.deflate(new Uint8Array(1000));
 *
 * assertEquals(packed.length < 30, true);
 * assertEquals(inflater.inflate(packed, 1000), new Uint8Array(1000));
 * deflater.close();
 * inflater.close();
 * ```
 */
export interface RawDeflate {
  /** Starts a deflater. */
  deflater(options: RawDeflateOptions): RawDeflater;
  /** Starts an inflater for a window of 2 to the power of `windowBits` bytes: 8 to 15. */
  inflater(windowBits: number): RawInflater;
}
