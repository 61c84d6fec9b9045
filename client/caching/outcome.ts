/**
 * What the answer of an origin, or its absence, means to a cache.
 *
 * @module
 */

import { ConnectError, NetworkError, TimeoutError, TlsError } from "@avx/runtime/errors";
import { RemoteProtocolError } from "@avx/semantics/errors";

/** Whether an error is the network's or the origin's, so that what is stale may stand in for it. */
export function isOriginFailure(error: unknown): boolean {
  return error instanceof ConnectError || error instanceof NetworkError ||
    error instanceof TlsError || error instanceof TimeoutError ||
    error instanceof RemoteProtocolError;
}

/** Whether a status tells of an error in the words of RFC 5861 §4. */
export function isOutage(status: number): boolean {
  return status === 500 || status === 502 || status === 503 || status === 504;
}

/** Whether a response with this status, though not to be stored, takes the place of what is. */
export function isSuccessor(status: number): boolean {
  return status < 400 || status === 404 || status === 410;
}
