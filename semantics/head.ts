/**
 * The heads of messages, in the form that every version of HTTP shares (RFC 9110 §6).
 *
 * @module
 */

import type { FieldSection } from "./field_section.ts";

/** The head of a request as it was received. */
export interface RequestHead {
  /** The method; a registered one is always the same string (RFC 9110 §9). */
  readonly method: string;
  /** The request target as sent (RFC 9112 §3.2); in HTTP/2 and HTTP/3 the `:path`. */
  readonly target: string;
  /** The value of `Host` or `:authority`; `undefined` where there was none. */
  readonly host: string | undefined;
  /** The header section. */
  readonly fields: FieldSection;
  /** Whether a body follows. One may be empty all the same. */
  readonly hasBody: boolean;
  /** The body's declared length in bytes; `undefined` where it is not known beforehand. */
  readonly contentLength: number | undefined;
  /** Whether the client waits for a 100 before it sends the body (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
}

/** The head of a response, interim or final, as it was received. */
export interface ResponseHead {
  /** The status code (RFC 9110 §15). */
  readonly status: number;
  /** The reason phrase as sent; empty where the protocol has none. */
  readonly reason: string;
  /** The header section. */
  readonly fields: FieldSection;
  /** The body's declared length in bytes; `undefined` where it is not known beforehand. */
  readonly contentLength: number | undefined;
}
