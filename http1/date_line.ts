/**
 * The `Date` field line, made once a second (RFC 9110 §6.6.1).
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import { formatDate } from "@avx/semantics/date";

let second = NaN;
let line = new Uint8Array(0);

/**
 * The line for a moment.
 *
 * @param wallNow Milliseconds since the Unix epoch.
 * @returns `date: …` with its line end. The same bytes within one second.
 */
export function dateLine(wallNow: number): Uint8Array {
  const current = Math.floor(wallNow / 1000);
  if (current !== second) {
    second = current;
    line = encodeUtf8(`date: ${formatDate(wallNow)}\r\n`);
  }
  return line;
}
