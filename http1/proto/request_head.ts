/**
 * A request's head as the server core hands it over.
 *
 * @module
 */

import type { FieldSection } from "@avx/semantics/field-section";

/**
 * A request line and its field lines. Values become strings when they are asked for; a head is good
 * for as long as anyone holds it, and holds on to the bytes it was read from.
 */
export interface RequestHead {
  /** The method, as sent. */
  readonly method: string;
  /** The target, as sent: in origin, absolute, authority or asterisk form (RFC 9112 §3.2). */
  readonly target: string;
  /** The version: HTTP/1.0, or HTTP/1.1 for that and anything above (RFC 9110 §2.5). */
  readonly minorVersion: 0 | 1;
  /** The header section. */
  readonly fields: FieldSection;
  /** Whether a body follows. */
  readonly hasBody: boolean;
  /** The length of the body, in bytes; `undefined` if it comes in chunks, or if there is none. */
  readonly contentLength: number | undefined;
  /** Whether the client waits for `100 (Continue)` (RFC 9110 §10.1.1); never without a body. */
  readonly expectsContinue: boolean;
  /**
   * The value of `Upgrade` in lower case, if `Connection` lists it and the version is HTTP/1.1
   * (RFC 9110 §7.8).
   */
  readonly upgrade: string | undefined;
  /** Whether the client would keep the connection (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
  /**
   * Host and port the request is for: of the target where that has them (RFC 9112 §3.2.2),
   * otherwise of `Host`.
   */
  readonly host: string | undefined;
}
