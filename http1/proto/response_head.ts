/**
 * A response's head as the client core hands it over.
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";

/** A status line and its field lines, good for as long as anyone holds them. */
export interface ResponseHead {
  /** The status code. */
  readonly status: number;
  /** The reason phrase, which means nothing (RFC 9112 §4). */
  readonly reason: string;
  /** The version: HTTP/1.0, or HTTP/1.1 for that and anything above. */
  readonly minorVersion: 0 | 1;
  /** The header section. */
  readonly fields: FieldSection;
  /** What `Content-Length` says, in bytes: of a response to HEAD too, which has no body. */
  readonly contentLength: number | undefined;
  /** Whether the server would keep the connection (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
}
