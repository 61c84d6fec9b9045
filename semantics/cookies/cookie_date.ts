/**
 * The dates in cookies, whose grammar takes nearly anything (RFC 6265bis §5.1.1).
 *
 * @module
 */

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** What stands between tokens: tab, and printable ASCII but letters, digits and the colon. */
const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/;
const DAY = /^(\d{1,2})(?!\d)/;
const YEAR = /^(\d{2,4})(?!\d)/;

/** No date of a cookie is before this year: the first that a Windows file time can tell. */
const FIRST_YEAR = 1601;

/**
 * Reads the date of an `Expires` attribute: tokens in any order, of which the first that looks like
 * a time, a day, a month or a year is one. Everything else, the weekday and the zone among it, is
 * skipped.
 *
 * @returns Milliseconds since 1970, or `undefined` if there is no such date in the text.
 *
 * @example Dates that other parsers refuse
 * ```ts
 * import { parseCookieDate } from "@avx/semantics/cookies";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCookieDate("Sun, 06 Nov 1994 08:49:37 GMT"), 784_111_777_000);
 * assertEquals(parseCookieDate("Sun 06-Nov-94 8:49:37"), 784_111_777_000);
 * assertEquals(parseCookieDate("1994 nov 6th 08:49:37 UTC"), 784_111_777_000);
 * assertEquals(parseCookieDate("tomorrow"), undefined);
 * ```
 */
export function parseCookieDate(text: string): number | undefined {
  let time: RegExpExecArray | null = null;
  let day = -1;
  let month = -1;
  let year = -1;
  for (const token of text.split(DELIMITERS)) {
    let match: RegExpExecArray | null;
    if (time === null && (match = TIME.exec(token)) !== null) time = match;
    else if (day === -1 && (match = DAY.exec(token)) !== null) day = Number(match[1]);
    else if (month === -1 && (month = monthOf(token)) !== -1) continue;
    else if (year === -1 && (match = YEAR.exec(token)) !== null) year = Number(match[1]);
  }
  if (time === null || day === -1 || month === -1 || year === -1) return undefined;
  return dateOf(fullYear(year), month, day, time);
}

function monthOf(token: string): number {
  return token.length < 3 ? -1 : MONTHS.indexOf(token.slice(0, 3).toLowerCase());
}

// RFC 6265bis §5.1.1, steps 3 and 4.
function fullYear(year: number): number {
  if (year >= 70 && year <= 99) return year + 1900;
  return year <= 69 ? year + 2000 : year;
}

function dateOf(
  year: number,
  month: number,
  day: number,
  time: RegExpExecArray,
): number | undefined {
  const hour = Number(time[1]);
  const minute = Number(time[2]);
  const second = Number(time[3]);
  if (year < FIRST_YEAR || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms = Date.UTC(year, month, day, hour, minute, second);
  // A day that the month does not have has moved the date into the next one.
  return day >= 1 && new Date(ms).getUTCDate() === day ? ms : undefined;
}
