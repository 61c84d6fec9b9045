/**
 * A request's head as it is given to the client core.
 *
 * @module
 */

import type { FieldLines } from "@avx/semantics/field-section";

/** A request's head as a client sends it. */
export interface OutgoingHead {
  /** The method. */
  readonly method: string;
  /** The target, in the form that is sent (RFC 9112 §3.2). */
  readonly target: string;
  /**
   * The field lines, `host` included. `content-length` must agree with {@linkcode body},
   * `transfer-encoding` may say `chunked`, and of `connection` only `close` is heeded: the core
   * writes those fields itself.
   */
  readonly lines: FieldLines;
  /** What follows: nothing, chunks, or so many bytes. */
  readonly body: "none" | "chunked" | number;
  /** Whether to ask for `100 (Continue)`. The body may be sent before it all the same. */
  readonly expectContinue?: boolean;
  /** Whether the lines ask for another protocol, which the server may grant by 101. */
  readonly upgrade?: boolean;
}
