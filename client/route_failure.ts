/**
 * Errors that cast doubt on all connections of a route.
 *
 * @module
 */

import { ConnectError, NetworkError, TimeoutError } from "@avx/runtime/errors";

// What a peer does itself (a reset, a refusal) says nothing about the way to it.
const CODES: ReadonlySet<string> = new Set([
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "ENETUNREACH",
  "EADDRNOTAVAIL", // our own address is gone
  "ETIMEDOUT",
]);

/** Whether an error says that the network between us and the peer has changed, or may have. */
export function isRouteFailure(error: unknown): boolean {
  if (error instanceof TimeoutError) return error.phase === "connect";
  if (error instanceof ConnectError || error instanceof NetworkError) return CODES.has(error.code);
  return false;
}

/** Whether an error says that a peer has been silent on a connection that others use as well. */
export function isSilence(error: unknown): boolean {
  return error instanceof TimeoutError && (error.phase === "headers" || error.phase === "request");
}
