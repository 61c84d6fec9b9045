/**
 * Dates as HTTP writes them (RFC 9110 §5.6.7).
 *
 * @module
 */

import { writeAscii } from "@avx/runtime/ascii";

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const SHORT_DAYS = "Sun Mon Tue Wed Thu Fri Sat".split(" ");
const LONG_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** The first and the last millisecond that IMF-fixdate can write: the years 0000 to 9999. */
const MIN_MS = -62_167_219_200_000;
const MAX_MS = 253_402_300_799_999;

const MONTH = `(${MONTHS.join("|")})`;
const TIME = String.raw`(\d\d):(\d\d):(\d\d)`;
const IMF_FIXDATE = new RegExp(
  `^(${SHORT_DAYS.join("|")}), (\\d\\d) ${MONTH} (\\d{4}) ${TIME} GMT$`,
);
const RFC850_DATE = new RegExp(
  `^(${LONG_DAYS.join("|")}), (\\d\\d)-${MONTH}-(\\d\\d) ${TIME} GMT$`,
);
const ASCTIME_DATE = new RegExp(
  `^(${SHORT_DAYS.join("|")}) ${MONTH} (\\d\\d| \\d) ${TIME} (\\d{4})$`,
);

/**
 * Writes a date as IMF-fixdate, the one format that may be sent. Milliseconds are dropped.
 *
 * @param ms Milliseconds since 1970.
 * @throws {RangeError} If the date is not within the years 0 to 9999.
 *
 * @example The example of the RFC
 * ```ts
 * import { formatDate } from "@avx/semantics/date";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatDate(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
 * ```
 */
export function formatDate(ms: number): string {
  if (!(ms >= MIN_MS && ms <= MAX_MS)) {
    throw new RangeError(
      `Cannot format date as it must be within the years 0 to 9999: current value is ${ms} ms`,
    );
  }
  // ECMA-262 fixes the output of toUTCString, and it is IMF-fixdate.
  return new Date(ms).toUTCString();
}

/**
 * Reads a date in any of the three formats: IMF-fixdate, the obsolete RFC 850 format and that of
 * C's `asctime`. It is strict: case, spaces, the day's existence and its weekday must be right.
 * A leap second (`:60`) counts as the second after it.
 *
 * @param nowMs The present, in milliseconds since 1970: it decides the century of a year with two
 *   digits, which is never more than 50 years ahead.
 * @returns Milliseconds since 1970, or `undefined` if the text is no such date.
 *
 * @example Three spellings of one date
 * ```ts
 * import { parseDate } from "@avx/semantics/date";
 * import { assertEquals } from "@std/assert";
 *
 * const now = Date.UTC(2024, 0);
 * assertEquals(parseDate("Sun, 06 Nov 1994 08:49:37 GMT", now), 784_111_777_000);
 * assertEquals(parseDate("Sunday, 06-Nov-94 08:49:37 GMT", now), 784_111_777_000);
 * assertEquals(parseDate("Sun Nov  6 08:49:37 1994", now), 784_111_777_000);
 * assertEquals(parseDate("1994-11-06T08:49:37Z", now), undefined);
 * ```
 */
export function parseDate(text: string, nowMs: number): number | undefined {
  const fixdate = IMF_FIXDATE.exec(text);
  if (fixdate !== null) {
    const [, weekday, day, month, year, hour, minute, second] = fixdate;
    return dateOf(SHORT_DAYS.indexOf(weekday), Number(year), month, day, hour, minute, second);
  }
  const asctime = ASCTIME_DATE.exec(text);
  if (asctime !== null) {
    const [, weekday, month, day, hour, minute, second, year] = asctime;
    return dateOf(SHORT_DAYS.indexOf(weekday), Number(year), month, day, hour, minute, second);
  }
  const rfc850 = RFC850_DATE.exec(text);
  if (rfc850 === null) return undefined;
  const [, weekday, day, month, shortYear, hour, minute, second] = rfc850;
  const year = fullYear(Number(shortYear), new Date(nowMs).getUTCFullYear());
  return dateOf(LONG_DAYS.indexOf(weekday), year, month, day, hour, minute, second);
}

/**
 * The current date as text and as bytes, made once a second however often it is asked for.
 *
 * @example Two questions within one second
 * ```ts
 * import { DateFormatter } from "@avx/semantics/date";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const date = new DateFormatter();
 * assertEquals(date.text(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
 * assertStrictEquals(date.bytes(784_111_777_001), date.bytes(784_111_777_999));
 * ```
 */
export class DateFormatter {
  #second = NaN;
  #text = "";
  #bytes: Uint8Array | undefined;

  /**
   * The date as IMF-fixdate.
   *
   * @param nowMs Milliseconds since 1970.
   * @throws {RangeError} If the date is not within the years 0 to 9999.
   */
  text(nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#text = formatDate(second * 1000);
      this.#second = second;
      this.#bytes = undefined;
    }
    return this.#text;
  }

  /**
   * The date as the 29 bytes of IMF-fixdate. They are not to be written to; the array is the same
   * for as long as the second lasts, and another one after it.
   *
   * @param nowMs Milliseconds since 1970.
   * @throws {RangeError} If the date is not within the years 0 to 9999.
   */
  bytes(nowMs: number): Uint8Array {
    const text = this.text(nowMs);
    if (this.#bytes === undefined) {
      const bytes = new Uint8Array(text.length);
      writeAscii(bytes, 0, text);
      this.#bytes = bytes;
    }
    return this.#bytes;
  }
}

function dateOf(
  weekday: number,
  year: number,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
): number | undefined {
  const date = new Date(0);
  // Not Date.UTC: it takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, MONTHS.indexOf(month), Number(day));
  if (date.getUTCDate() !== Number(day) || date.getUTCDay() !== weekday) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}

/** RFC 9110 §5.6.7: what seems to be more than 50 years ahead is the most recent past instead. */
function fullYear(shortYear: number, currentYear: number): number {
  const year = currentYear - (currentYear % 100) + shortYear;
  if (year > currentYear + 50) return year - 100;
  // The other end of the window: in 2095 the year "03" is 2103 and not 2003.
  return year <= currentYear - 50 ? year + 100 : year;
}
