/**
 * The port between a protocol driver and whoever reads a message body.
 *
 * @module
 */

import type { FieldSection } from "./field_section.ts";

/**
 * An incoming message body, pulled a chunk at a time. The caller
 * waits for one pull before it makes the next.
 *
 * Drivers implement it; `IncomingBody` of `@avx/semantics/body` and the Web bridge read from it.
 *
 * @example A body in memory
 * ```ts
 * import { IncomingBody } from "@avx/semantics/body";
 * import type { BodySource } from "@avx/semantics/body-source";
 * import { encodeUtf8 } from "@avx/runtime/ascii";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = [encodeUtf8("hello"), encodeUtf8(" world")];
 * const source: BodySource = {
 *   declaredLength: 11,
 *   trailers: undefined,
 *   pull: () => chunks.shift(),
 *   cancel: () => chunks.length = 0,
 * };
 *
 * assertEquals(await new IncomingBody(source).text(), "hello world");
 * ```
 */
export interface BodySource {
  /** The length that was declared, in bytes; `undefined` where it is not known beforehand. */
  readonly declaredLength: number | undefined;
  /**
   * The next chunk, never empty; `undefined` at the end. The chunk belongs to the caller, until
   * it is released.
   * A chunk that is already there is returned without a promise.
   *
   * Rejects (or throws) with an error family: `NetworkError`, `RemoteProtocolError`,
   * `TimeoutError`, `AbortError`, `BodyTooLargeError`.
   */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /**
   * Gives a pulled chunk back, once and whole: nobody holds it any more, as all that was of use has
   * been copied, and its memory may be read into again. Who does not know that keeps the chunk, or
   * leaves it to the collector.
   */
  release?(chunk: Uint8Array): void;
  /**
   * Gives the rest up. The driver drains it or closes, as its protocol asks for. To call it again, or
   * after the end, does nothing.
   */
  cancel(reason?: unknown): void;
  /** The trailer section, once {@linkcode pull} has returned `undefined`. */
  readonly trailers: FieldSection | undefined;
}
