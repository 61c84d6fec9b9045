import { DateFormatter, formatDate, parseDate } from "@avx/semantics/date";
import fc from "fast-check";
import {
  assertEquals,
  assertNotStrictEquals,
  assertStrictEquals,
  assertThrows,
} from "../support/assert.ts";

const NOW = Date.UTC(2024, 5, 15);
const RFC_DATE = 784_111_777_000; // the example of RFC 9110 §5.6.7

const LONG_DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");

/** A whole second within the years 0 to 9999. */
const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 });

/** The same date as `asctime` writes it. */
function asctime(ms: number): string {
  const [weekday, day, month, year, time] = formatDate(ms).replace(",", "").split(" ");
  return `${weekday} ${month} ${day.replace(/^0/, " ")} ${time} ${year}`;
}

/** The same date in the format of RFC 850. */
function rfc850(ms: number): string {
  const [, day, month, year, time] = formatDate(ms).replace(",", "").split(" ");
  return `${LONG_DAYS[new Date(ms).getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
}

Deno.test("formatDate writes IMF-fixdate and drops milliseconds", () => {
  assertEquals(formatDate(RFC_DATE), "Sun, 06 Nov 1994 08:49:37 GMT");
  assertEquals(formatDate(RFC_DATE + 999), "Sun, 06 Nov 1994 08:49:37 GMT");
  assertEquals(formatDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  assertEquals(formatDate(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
});

Deno.test("formatDate always writes 29 characters, and refuses what would take more", () => {
  assertEquals(formatDate(-62_167_219_200_000), "Sat, 01 Jan 0000 00:00:00 GMT");
  assertEquals(formatDate(253_402_300_799_999), "Fri, 31 Dec 9999 23:59:59 GMT");
  for (const ms of [-62_167_219_200_001, 253_402_300_800_000, NaN, Infinity]) {
    assertThrows(() => formatDate(ms), RangeError, "within the years 0 to 9999");
  }
});

Deno.test("parseDate gives back what formatDate was given", () => {
  fc.assert(fc.property(seconds, (second) => {
    const text = formatDate(second * 1000);
    assertEquals(text.length, 29);
    assertEquals(parseDate(text, NOW), second * 1000);
  }));
});

Deno.test("parseDate reads the format of asctime", () => {
  assertEquals(parseDate("Sun Nov  6 08:49:37 1994", NOW), RFC_DATE);
  assertEquals(parseDate("Wed Nov 16 08:49:37 1994", NOW), RFC_DATE + 10 * 86_400_000);
  fc.assert(fc.property(seconds, (second) => {
    assertEquals(parseDate(asctime(second * 1000), NOW), second * 1000);
  }));
});

Deno.test("parseDate reads the format of RFC 850 within 49 years of now", () => {
  const span = 49 * 365 * 86_400;
  fc.assert(fc.property(seconds, fc.integer({ min: -span, max: span }), (now, distance) => {
    const second = now + distance;
    fc.pre(second >= -62_167_219_200 && second <= 253_402_300_799);
    // Not in the first and last century, whose neighbours cannot be written.
    fc.pre(now > -60_000_000_000 && now < 250_000_000_000);
    assertEquals(parseDate(rfc850(second * 1000), now * 1000), second * 1000);
  }));
});

Deno.test("parseDate takes a year with two digits for a past one if it were more than 50 years ahead", () => {
  assertEquals(parseDate("Sunday, 06-Nov-94 08:49:37 GMT", NOW), RFC_DATE);
  assertEquals(parseDate("Tuesday, 06-Nov-74 08:49:37 GMT", NOW), Date.UTC(2074, 10, 6, 8, 49, 37));
  assertEquals(
    parseDate("Thursday, 06-Nov-75 08:49:37 GMT", NOW),
    Date.UTC(1975, 10, 6, 8, 49, 37),
  );
  assertEquals(
    parseDate("Tuesday, 06-Nov-03 08:49:37 GMT", Date.UTC(2095, 0)),
    Date.UTC(2103, 10, 6, 8, 49, 37),
  );
});

Deno.test("parseDate takes a leap second for the second after it", () => {
  assertEquals(parseDate("Sat, 31 Dec 2016 23:59:60 GMT", NOW), Date.UTC(2017, 0, 1));
});

Deno.test("parseDate refuses every deviation", () => {
  const refused = [
    "",
    "0",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 06 Nov 1994 08:49:37 UTC",
    "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 06 Nov 1994 08:49:37 gmt",
    "sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 nov 1994 08:49:37 GMT",
    "Sun, 6 Nov 1994 08:49:37 GMT",
    "Sun,  06 Nov 1994 08:49:37 GMT",
    "Sun 06 Nov 1994 08:49:37 GMT",
    " Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:37 GMT ",
    "Sun, 06 Nov 1994 08:49:37 GMT\n",
    "Sun, 06 Nov 94 08:49:37 GMT",
    "Mon, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:00:00 GMT",
    "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Wed, 31 Nov 1994 08:49:37 GMT",
    "Thu, 00 Dec 1994 08:49:37 GMT",
    "Thu, 29 Feb 2023 08:49:37 GMT",
    "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06-Nov-94 08:49:37 GMT",
    "Monday, 06-Nov-94 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sun Nov 6 08:49:37 1994",
    "Sun Nov 06 08:49:37 94",
    "Mon Nov  6 08:49:37 1994",
    "Sun Nov  6 08:49:37 1994 GMT",
  ];
  for (const text of refused) assertEquals(parseDate(text, NOW), undefined, JSON.stringify(text));
});

Deno.test("DateFormatter makes text and bytes once a second", () => {
  const date = new DateFormatter();
  const text = date.text(RFC_DATE);
  const bytes = date.bytes(RFC_DATE + 1);
  assertEquals(text, "Sun, 06 Nov 1994 08:49:37 GMT");
  assertEquals(new TextDecoder().decode(bytes), text);
  assertStrictEquals(date.bytes(RFC_DATE + 999), bytes);

  const later = date.bytes(RFC_DATE + 1000);
  assertNotStrictEquals(later, bytes);
  assertEquals(new TextDecoder().decode(later), "Sun, 06 Nov 1994 08:49:38 GMT");
  assertEquals(new TextDecoder().decode(bytes), text);
});

Deno.test("DateFormatter follows a clock that goes back", () => {
  const date = new DateFormatter();
  assertEquals(date.text(1000), "Thu, 01 Jan 1970 00:00:01 GMT");
  assertEquals(date.text(999), "Thu, 01 Jan 1970 00:00:00 GMT");
  assertEquals(date.text(-1), "Wed, 31 Dec 1969 23:59:59 GMT");
});

Deno.test("DateFormatter refuses a time that is none and stays usable", () => {
  const date = new DateFormatter();
  assertThrows(() => date.text(NaN), RangeError);
  assertThrows(() => date.bytes(NaN), RangeError);
  assertEquals(date.text(0), "Thu, 01 Jan 1970 00:00:00 GMT");
  assertThrows(() => date.text(Infinity), RangeError);
  assertEquals(date.text(0), "Thu, 01 Jan 1970 00:00:00 GMT");
});
