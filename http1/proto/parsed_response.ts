/**
 * A response's head, left in the bytes it was received in.
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";
import type { FieldSection } from "@avx/semantics/field-section";
import { asksKeepAlive, type HeadParser } from "./head_parser.ts";
import type { ResponseHead } from "./response_head.ts";
import { WireFields } from "./wire_fields.ts";

/** A status line and its field lines. The bytes behind them must never change. */
export class ParsedResponse implements ResponseHead {
  /** The status code. */
  readonly status: number;
  /** The minor version. */
  readonly minorVersion: 0 | 1;
  /** What `Content-Length` says, in bytes. */
  readonly contentLength: number | undefined;
  /** Whether the server would keep the connection. */
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

  /** The reason phrase. */
  get reason(): string {
    return latin1(this.#bytes, this.#reasonAt, this.#reasonEnd);
  }
}
