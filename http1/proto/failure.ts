/**
 * The peer's faults as values: which status a server answers each with.
 *
 * @module
 */

import type { Failed, FailureCode } from "./events.ts";

/** The status for each fault of a request; absent where no answer is due. RFC 9110 §15.5, §15.6. */
const STATUS: { readonly [code in FailureCode]: number | undefined } = {
  BAD_REQUEST_LINE: 400,
  BAD_STATUS_LINE: undefined,
  BAD_VERSION: 505,
  BAD_METHOD: 501,
  BAD_TARGET: 400,
  TARGET_TOO_LONG: 414,
  BAD_FIELD: 400,
  HEAD_TOO_LARGE: 431,
  TOO_MANY_FIELDS: 431,
  FIELD_TOO_LARGE: 431,
  BAD_HOST: 400,
  BAD_CONTENT_LENGTH: 400,
  BAD_TRANSFER_ENCODING: 400,
  LENGTH_CONFLICT: 400,
  BAD_CHUNK: 400,
  CHUNK_LINE_TOO_LONG: 400,
  TRAILERS_TOO_LARGE: 431,
  BAD_TRAILER: 400,
  BODY_TOO_LARGE: 413,
  EXPECTATION_FAILED: 417,
  UNEXPECTED_EOF: 400,
  UNEXPECTED_DATA: undefined,
  HEAD_TIMEOUT: 408,
  BODY_TIMEOUT: 408,
  IDLE_TIMEOUT: undefined,
  BODY_TOO_SLOW: 408,
  TOO_MANY_INFORMATIONAL: undefined,
  UPGRADE_REFUSED: undefined,
};

/** Makes the event for a fault. `statusHint` is the usual one for `code` unless given. */
export function failed(
  code: FailureCode,
  reason: string,
  statusHint: number | undefined = STATUS[code],
): Failed {
  return { type: "failed", scope: "connection", code, statusHint, reason };
}

/** Names a byte for a reason: `0x0a`. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}
