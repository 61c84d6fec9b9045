/**
 * How much the peer may send, and when it is told that it may send more (RFC 9113 §5.2, §6.9).
 *
 * @module
 */

/** The peer's room: a connection's or a stream's. */
export interface ReceiveCredit {
  /** How many bytes the peer may still send. */
  available: number;
  /** How many bytes it has sent that nobody has taken. */
  outstanding: number;
}

/**
 * Counts bytes that came.
 *
 * @returns Whether the peer was allowed to send them.
 */
export function takeIn(credit: ReceiveCredit, count: number): boolean {
  if (count > credit.available) return false;
  credit.available -= count;
  credit.outstanding += count;
  return true;
}

/**
 * Opens a window that many share: what some of them have not read holds up the others only once it
 * comes to `mostBytes` together.
 *
 * @param windowBytes How large the window should be.
 * @param mostBytes How much may be unread and promised together.
 * @returns How much room to announce; 0 if it is not worth a frame yet.
 */
export function reopen(credit: ReceiveCredit, windowBytes: number, mostBytes: number): number {
  const increment = Math.min(windowBytes, mostBytes - credit.outstanding) - credit.available;
  if (increment * 2 < windowBytes) return 0;
  credit.available += increment;
  return increment;
}

/**
 * Counts bytes that were taken by whoever reads them. Room is given back in batches: once half of
 * the window is to be had, so that a reader of small pieces does not make a frame of each.
 *
 * @param windowBytes How large the window should be; it may have grown since.
 * @returns How much room to announce; 0 if it is not worth a frame yet.
 */
export function giveBack(credit: ReceiveCredit, count: number, windowBytes: number): number {
  credit.outstanding -= count;
  const increment = windowBytes - credit.outstanding - credit.available;
  if (increment * 2 < windowBytes) return 0;
  credit.available += increment;
  return increment;
}
