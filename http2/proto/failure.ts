/**
 * The peer's faults as values.
 *
 * @module
 */

import { ENHANCE_YOUR_CALM } from "../frame/error_code.ts";
import type { Http2Failed, Http2LimitName } from "./events.ts";

/** What is known of a fault beside its code. */
export interface FaultDetails {
  /** The limit that was crossed. */
  readonly limit?: Http2LimitName;
  /** The status that HTTP/1.1 would have answered with. */
  readonly statusHint?: number;
}

/** Makes the event of a fault; `streamId` is 0 for the connection. */
export function failed(
  streamId: number,
  code: number,
  reason: string,
  details: FaultDetails = {},
): Http2Failed {
  const { limit, statusHint = code === ENHANCE_YOUR_CALM ? 429 : 400 } = details;
  const scope = streamId === 0 ? "connection" : "stream";
  return { type: "failed", scope, streamId, code, statusHint, limit, reason };
}
