/**
 * How much may be sent (RFC 9113 §6.9), as numbers.
 *
 * @module
 */

/** The largest window there may be. */
export const MAX_WINDOW_BYTES = 0x7fff_ffff;

/** A window of ours to send in: a connection's or a stream's. */
export interface SendCredit {
  /** How many bytes may be sent; below 0 after the peer has made its initial window smaller. */
  sendWindow: number;
}

/**
 * Gives more room.
 *
 * @returns Whether the window is still one; beyond 2^31-1 it is a FLOW_CONTROL_ERROR.
 */
export function widen(credit: SendCredit, increment: number): boolean {
  const window = credit.sendWindow + increment;
  if (window > MAX_WINDOW_BYTES) return false;
  credit.sendWindow = window;
  return true;
}
