/**
 * How long a message's body is (RFC 9112 §6.3).
 *
 * @module
 */

import type { Failed } from "./events.ts";
import { failed } from "./failure.ts";
import type { FramingFields } from "./framing_fields.ts";

/** The body comes in chunks. A framing is this, {@linkcode UNTIL_CLOSE}, or a length in bytes. */
export const CHUNKED = -1;
/** The body ends where the connection ends. */
export const UNTIL_CLOSE = -2;

/** The framing of a request's body, or why it cannot be trusted. */
export function requestFraming(
  fields: FramingFields,
  minorVersion: 0 | 1,
  maxBodyBytes: number,
): number | Failed {
  if (fields.chunked) {
    // RFC 9112 §6.1: a server may reject a request that carries both Content-Length and
    // Transfer-Encoding. We always do: it is the shape of request smuggling.
    if (fields.contentLength >= 0) return conflict();
    // The same section: a 1.0 message with Transfer-Encoding has to be treated as faulty.
    if (minorVersion === 0) return oldVersion();
    return CHUNKED;
  }
  if (fields.contentLength > maxBodyBytes) return bodyTooLarge(maxBodyBytes);
  return fields.contentLength < 0 ? 0 : fields.contentLength;
}

/**
 * The framing of a response's body, or why it cannot be trusted.
 *
 * @param method The method of the request; `CONNECT` with 2xx is no case of this.
 */
export function responseFraming(
  fields: FramingFields,
  minorVersion: 0 | 1,
  status: number,
  method: string,
  maxBodyBytes: number,
): number | Failed {
  // Faults first: what follows such a head cannot be trusted even where no body is due.
  if (fields.chunked && fields.contentLength >= 0) return conflict();
  if (fields.chunked && minorVersion === 0) return oldVersion();
  if (method === "HEAD" || !statusAllowsBody(status)) return 0;
  if (fields.chunked) return CHUNKED;
  if (fields.contentLength < 0) return UNTIL_CLOSE;
  if (fields.contentLength > maxBodyBytes) return bodyTooLarge(maxBodyBytes);
  return fields.contentLength;
}

/** Whether a response with this status may have a body at all (RFC 9110 §15). */
export function statusAllowsBody(status: number): boolean {
  return status >= 200 && status !== 204 && status !== 304;
}

/** The fault of a body that is larger than it may be. */
export function bodyTooLarge(maxBodyBytes: number): Failed {
  return failed("BODY_TOO_LARGE", `The body is larger than ${maxBodyBytes} bytes`);
}

function conflict(): Failed {
  return failed("LENGTH_CONFLICT", "There is both a Content-Length and a Transfer-Encoding");
}

function oldVersion(): Failed {
  return failed("BAD_TRANSFER_ENCODING", "There is a Transfer-Encoding in an HTTP/1.0 message");
}
