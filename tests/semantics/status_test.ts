import {
  hasNullBody,
  isCacheableByDefault,
  isStatus,
  reasonPhrase,
  statusClass,
  STATUSES,
  statusProperties,
} from "@avx/semantics/status";
import { assert, assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("every registered status has a reason phrase", () => {
  assertEquals(STATUSES.length, 62);
  assertEquals([...STATUSES].sort((one, other) => one - other), [...STATUSES]);
  for (const status of STATUSES) assert(reasonPhrase(status) !== "", String(status));
});

Deno.test("reasonPhrase is that of RFC 9110, and empty for unknown codes", () => {
  assertEquals(reasonPhrase(200), "OK");
  assertEquals(reasonPhrase(413), "Content Too Large");
  assertEquals(reasonPhrase(418), "I'm a teapot");
  assertEquals(reasonPhrase(511), "Network Authentication Required");
  for (const status of [0, 99, 199, 306, 599, 600, 999, -1, 1.5, NaN]) {
    assertEquals(reasonPhrase(status), "", String(status));
  }
});

Deno.test("isStatus takes three digits", () => {
  for (const status of [100, 299, 999]) assertEquals(isStatus(status), true);
  for (const status of [0, 99, 1000, 200.5, NaN, Infinity]) assertEquals(isStatus(status), false);
});

Deno.test("statusClass follows the first digit, and above 5 is a server error", () => {
  const classes = [100, 199, 200, 299, 300, 399, 400, 499, 500, 599, 600, 999].map(statusClass);
  assertEquals(
    classes,
    [
      ...["informational", "informational", "successful", "successful"],
      ...["redirection", "redirection", "client error", "client error"],
      ...["server error", "server error", "server error", "server error"],
    ] as typeof classes,
  );
  for (const status of [99, 1000, 200.5, NaN]) {
    assertThrows(() => statusClass(status), RangeError, "from 100 to 999");
  }
});

Deno.test("hasNullBody holds for 1xx, 204, 205 and 304 only", () => {
  const found = STATUSES.filter((status) => status >= 200 && hasNullBody(status));
  assertEquals(found, [204, 205, 304]);
  assertEquals([100, 101, 103, 199].every(hasNullBody), true);
});

Deno.test("hasNullBody holds wherever the Fetch standard lets a Response have no body", () => {
  for (const status of STATUSES.filter((status) => status >= 200)) {
    if (hasNullBody(status)) assertThrows(() => new Response("a", { status }), TypeError);
    else assertEquals(new Response("a", { status }).status, status);
  }
});

Deno.test("isCacheableByDefault holds for the codes of RFC 9110 §15.1", () => {
  assertEquals(STATUSES.filter(isCacheableByDefault), [
    ...[200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501],
  ]);
});

Deno.test("statusProperties gathers what the others tell", () => {
  assertEquals(statusProperties(299), {
    status: 299,
    reason: "",
    class: "successful",
    nullBody: false,
    cacheableByDefault: false,
  });
  assertThrows(() => statusProperties(42), RangeError);
});
