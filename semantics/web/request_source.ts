/**
 * The port between a protocol driver and the request it shows to a handler.
 *
 * @module
 */

import type { BodySource } from "../body_source.ts";
import type { FieldSection } from "../field_section.ts";

/** Where a lazily materialised request gets its members from, each only when asked for. */
export interface RequestSource {
  /** The method, as sent. */
  readonly method: string;
  /** The protocol that an extended CONNECT asks for (RFC 8441); `undefined` on other requests. */
  readonly connectProtocol?: string | undefined;
  /** The absolute URL, serialised as the URL standard does. */
  readonly url: string;
  /** The header section. */
  readonly fields: FieldSection;
  /** The body; `undefined` where there is none. */
  readonly body: BodySource | undefined;
  /** The largest body that is collected by `text()`, `json()` and their kin, in bytes. */
  readonly maxBufferedBodyBytes: number;
  /** Aborts when the peer goes away before the response is complete. */
  readonly signal: AbortSignal;
}
