/**
 * Close frames: codes and reasons (RFC 6455 §5.5.1, §7.4).
 *
 * @module
 */

import { utf8Length } from "@avx/runtime/utf8";
import { isWireCode, NO_STATUS } from "./close_code.ts";
import type { FailedEvent } from "./events.ts";
import { failed } from "./failure.ts";
import { isShortAscii, textOf } from "./utf8.ts";

/** How long a reason may be, in bytes. */
export const MAX_REASON_BYTES = 123;

/** What a close frame said. */
export interface CloseStatus {
  /** The tag. */
  readonly type: "status";
  /** The code; {@linkcode NO_STATUS} where there was none. */
  readonly code: number;
  /** The reason. */
  readonly reason: string;
}

/** Reads the payload of a close frame, from `start` to `end`. */
export function parseClose(
  bytes: Uint8Array,
  start: number,
  end: number,
): CloseStatus | FailedEvent {
  const length = end - start;
  if (length === 0) return { type: "status", code: NO_STATUS, reason: "" };
  if (length === 1) return failed("BAD_CLOSE", "A close frame carries half a code");
  const code = (bytes[start] << 8) | bytes[start + 1];
  if (!isWireCode(code)) return failed("BAD_CLOSE", `A close frame carries the code ${code}`);
  const from = start + 2;
  const reason = textOf(bytes, from, end, isShortAscii(bytes, from, end));
  if (reason === undefined) return failed("BAD_UTF8", "The reason of a close frame is not UTF-8");
  return { type: "status", code, reason };
}

/**
 * Checks what a caller wants to close with.
 *
 * @throws {TypeError} If the code is not for the wire, the reason is longer than 123 bytes, or
 * there is a reason without a code.
 */
export function checkClose(code: number | undefined, reason: string): void {
  if (code === undefined) {
    if (reason !== "") throw new TypeError("Cannot close with a reason as there is no code");
    return;
  }
  if (!Number.isInteger(code) || !isWireCode(code)) {
    throw new TypeError(`Cannot close with code ${code} as no close frame may carry it`);
  }
  const bytes = utf8Length(reason);
  if (bytes > MAX_REASON_BYTES) {
    throw new TypeError(
      `Cannot close as the reason must have at most ${MAX_REASON_BYTES} bytes: it has ${bytes}`,
    );
  }
}
