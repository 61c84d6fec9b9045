import { assertEquals } from "../../support/assert.ts";
import { parseCookieDate } from "@avx/semantics/cookies";

const EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

Deno.test("a cookie date is found in whatever order and shape its tokens come", () => {
  for (
    const text of [
      "Sun, 06 Nov 1994 08:49:37 GMT",
      "Sunday, 06-Nov-94 08:49:37 GMT",
      "Sun Nov  6 08:49:37 1994",
      "6 november 1994 8:49:37",
      "Nov 6 8:49:37 94",
      "8:49:37 6 NOV 1994",
      "\t;06/Nov/1994,[08:49:37]",
      "06 Nov 1994 08:49:37 +0200", // zones are ignored
      "06th Nov 1994x 08:49:37.123 GMT", // what follows a number is ignored
      "Sun, 06 Nov 1994 08:49:37 GMT; 07 Dec 2011 10:00:00", // the first of each counts
    ]
  ) assertEquals(parseCookieDate(text), EXAMPLE, text);
});

Deno.test("a cookie date that lacks a part or names an impossible one is none", () => {
  for (
    const text of [
      "",
      "Nov 1994 08:49:37",
      "06 1994 08:49:37",
      "06 Nov 08:49:37",
      "06 Nov 1994",
      "06 Nov 1994 08:49",
      "06 Nov 1994 24:00:00",
      "06 Nov 1994 08:60:00",
      "06 Nov 1994 08:49:60",
      "06 Nov 1994 008:49:37",
      "31 Nov 1994 08:49:37",
      "29 Feb 2023 00:00:00",
      "0 Nov 1994 08:49:37",
      "32 Nov 1994 08:49:37",
      "31 Dec 1600 23:59:59",
      "06 Nov 11994 08:49:37",
      "06 No 1994 08:49:37",
    ]
  ) assertEquals(parseCookieDate(text), undefined, text);
});

Deno.test("a cookie date's short years are of 1970 to 2069", () => {
  assertEquals(parseCookieDate("1 Jan 70 00:00:00"), 0);
  assertEquals(parseCookieDate("1 Jan 99 00:00:00"), Date.UTC(1999, 0));
  assertEquals(parseCookieDate("1 Jan 00 00:00:00"), Date.UTC(2000, 0));
  assertEquals(parseCookieDate("1 Jan 69 00:00:00"), Date.UTC(2069, 0));
  assertEquals(parseCookieDate("1 Jan 069 00:00:00"), Date.UTC(2069, 0));
  assertEquals(parseCookieDate("1 Jan 1601 00:00:00"), Date.UTC(1601, 0));
  assertEquals(parseCookieDate("29 Feb 2024 00:00:00"), Date.UTC(2024, 1, 29));
});
