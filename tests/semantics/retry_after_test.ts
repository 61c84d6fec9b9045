import { parseRetryAfter } from "@avx/semantics/retry-after";
import { assertEquals } from "../support/assert.ts";

const NOW = Date.UTC(1999, 11, 31, 23, 59, 0);

Deno.test("Retry-After is read in both forms, the RFC's examples among them", () => {
  assertEquals(parseRetryAfter("120", NOW), 120_000);
  assertEquals(parseRetryAfter("0", NOW), 0);
  assertEquals(parseRetryAfter("Fri, 31 Dec 1999 23:59:59 GMT", NOW), 59_000);
  assertEquals(parseRetryAfter("Fri, 31 Dec 1999 23:58:00 GMT", NOW), 0);
  assertEquals(parseRetryAfter("9".repeat(400), NOW), Infinity);
});

Deno.test("Retry-After that is neither is none", () => {
  for (const value of ["", "-1", "1.5", "1s", "0x10", "tomorrow", "120, 60"]) {
    assertEquals(parseRetryAfter(value, NOW), undefined, value);
  }
});
