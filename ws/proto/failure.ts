/**
 * The peer's faults as values: which close code each is answered with (RFC 6455 §7.4.1).
 *
 * @module
 */

import { INVALID_PAYLOAD, POLICY_VIOLATION, PROTOCOL_ERROR, TOO_LARGE } from "./close_code.ts";
import type { FailedEvent, FailureCode } from "./events.ts";

const CLOSE_CODE: { readonly [code in FailureCode]: number | undefined } = {
  RESERVED_BITS: PROTOCOL_ERROR,
  BAD_OPCODE: PROTOCOL_ERROR,
  BAD_CONTROL_FRAME: PROTOCOL_ERROR,
  BAD_LENGTH: PROTOCOL_ERROR,
  BAD_MASKING: PROTOCOL_ERROR,
  BAD_CONTINUATION: PROTOCOL_ERROR,
  BAD_UTF8: INVALID_PAYLOAD,
  BAD_CLOSE: PROTOCOL_ERROR,
  BAD_COMPRESSION: INVALID_PAYLOAD,
  FRAME_TOO_LARGE: TOO_LARGE,
  MESSAGE_TOO_LARGE: TOO_LARGE,
  TOO_MANY_FRAGMENTS: POLICY_VIOLATION,
  TOO_MANY_CONTROL_FRAMES: POLICY_VIOLATION,
  SLOW_PEER: POLICY_VIOLATION,
  // Nobody is there to be told.
  PONG_TIMEOUT: undefined,
  CLOSE_TIMEOUT: undefined,
};

/** Makes the event for a fault. */
export function failed(code: FailureCode, reason: string): FailedEvent {
  return { type: "failed", scope: "connection", code, statusHint: CLOSE_CODE[code], reason };
}
