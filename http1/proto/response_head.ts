/**
 * A response's head as the client core hands it over.
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import type { FieldSection } from "@avx/semantics/field-section";
import type { HeadParser } from "./head_parser.ts";
import { asksKeepAlive } from "./request_head.ts";
import { WireFields } from "./wire_fields.ts";

/** A status line and its field lines. The bytes behind them must never change. */
export class ResponseHead {
  /** The status code. */
  readonly status: number;
  /** The version: HTTP/1.0, or HTTP/1.1 for that and anything above. */
  readonly minorVersion: 0 | 1;
  /** What `Content-Length` says, in bytes: of a response to HEAD too, which has no body. */
  readonly contentLength: number | undefined;
  /** Whether the server would keep the connection (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
  /** The header section. */
  readonly fields: FieldSection;

  readonly #bytes: Uint8Array;
  readonly #reasonAt: number;
  readonly #reasonEnd: number;

  /** Takes what `parser` has found in the head at `start` of `bytes`. */
  constructor(parser: HeadParser, bytes: Uint8Array, start: number) {
    const { contentLength } = parser.framing;
    this.status = parser.status;
    this.minorVersion = parser.minorVersion;
    this.contentLength = contentLength < 0 ? undefined : contentLength;
    this.keepAlive = asksKeepAlive(parser);
    this.fields = new WireFields(bytes, start + parser.fieldsStart, parser.fieldCount);
    this.#bytes = bytes;
    this.#reasonAt = start + parser.reasonStart;
    this.#reasonEnd = start + parser.reasonEnd;
  }

  /** The reason phrase, which means nothing (RFC 9112 §4). */
  get reason(): string {
    return latin1(this.#bytes, this.#reasonAt, this.#reasonEnd);
  }
}
