/**
 * Writes a message's body, however it is framed, and holds the caller to what the head said.
 *
 * @module
 */

import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { CHUNKED } from "./body_framing.ts";
import { writeChunk, writeLastChunk } from "./chunk_writer.ts";
import type { OutputQueue } from "@avx/runtime/output-queue";

/** The body is not sent at all, whatever the caller gives: a response to HEAD, 204, 304. */
export const NOT_SENT = -3;

const NO_LINES: FieldLines = Object.freeze([]);

/** Writes one body after another. */
export class BodyWriter {
  #framing = 0;
  #left = 0;

  /** Makes ready for the body behind a head: a length, or one of the framings. */
  begin(framing: number): void {
    this.#framing = framing;
    this.#left = framing;
  }

  /**
   * Writes a part.
   *
   * @throws {LocalProtocolError} If it is more than the head said.
   */
  data(out: OutputQueue, bytes: Uint8Array): void {
    if (bytes.length === 0 || this.#framing === NOT_SENT) return;
    if (this.#framing === CHUNKED) writeChunk(out, bytes);
    else {
      if (this.#framing >= 0) this.#count(bytes.length);
      out.bytes(bytes);
    }
  }

  /**
   * Writes the end. Trailers are dropped where the framing has no place for them.
   *
   * @throws {LocalProtocolError} If less was sent than the head said.
   */
  end(out: OutputQueue, trailers: FieldLines = NO_LINES): void {
    if (this.#framing === CHUNKED) writeLastChunk(out, trailers);
    else if (this.#framing > 0 && this.#left > 0) {
      throw new LocalProtocolError(
        `Cannot end body as ${this.#left} bytes of ${this.#framing} have not been sent`,
      );
    }
  }

  #count(bytes: number): void {
    if (bytes > this.#left) {
      throw new LocalProtocolError(
        `Cannot send ${bytes} bytes as ${this.#left} of ${this.#framing} are left to send`,
      );
    }
    this.#left -= bytes;
  }
}
