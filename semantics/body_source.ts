/**
 * The port between a protocol driver and whoever reads a message body.
 *
 * @module
 */

import type { FieldSection } from "./field_section.ts";

/** An incoming message body, pulled a chunk at a time. One pull at a time. */
export interface BodySource {
  /** The length that was declared, in bytes; `undefined` where it is not known beforehand. */
  readonly declaredLength: number | undefined;
  /**
   * The next chunk, never empty; `undefined` at the end. The chunk belongs to the caller.
   * A chunk that is already there is returned without a promise.
   *
   * Rejects (or throws) with an error family: `NetworkError`, `RemoteProtocolError`,
   * `TimeoutError`, `AbortError`, `BodyTooLargeError`.
   */
  pull(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Gives the rest up. The driver drains it or closes, as its protocol asks for. */
  cancel(reason?: unknown): void;
  /** The trailer section, once {@linkcode pull} has returned `undefined`. */
  readonly trailers: FieldSection | undefined;
}
