import { assertEquals } from "../support/assert.ts";
import { formatDate } from "@avx/semantics/date";
import {
  evaluatePreconditions,
  isRangeWanted,
  type PreconditionOutcome,
  type Validators,
} from "@avx/semantics/precondition";

const CHANGED_MS = Date.UTC(2026, 0, 1);
const NOW_MS = CHANGED_MS + 3_600_000;
const THERE: Validators = {
  exists: true,
  etag: { weak: false, tag: "1" },
  lastModifiedMs: CHANGED_MS + 999,
};
const WEAK: Validators = { ...THERE, etag: { weak: true, tag: "1" } };
const NOWHERE: Validators = { exists: false, etag: undefined, lastModifiedMs: undefined };

const before = formatDate(CHANGED_MS - 1_000);
const same = formatDate(CHANGED_MS);

function outcome(
  headers: Record<string, string>,
  validators = THERE,
  method = "GET",
): PreconditionOutcome {
  return evaluatePreconditions({ method, headers: new Headers(headers) }, validators, NOW_MS);
}

Deno.test("a request without conditions proceeds", () => {
  assertEquals(outcome({}), "proceed");
  assertEquals(outcome({}, NOWHERE, "PUT"), "proceed");
});

Deno.test("If-Match is for what is there, compared strongly (RFC 9110 §13.1.1)", () => {
  assertEquals(outcome({ "if-match": '"1"' }), "proceed");
  assertEquals(outcome({ "if-match": '"0", "1"' }, THERE, "PUT"), "proceed");
  assertEquals(outcome({ "if-match": "*" }), "proceed");
  assertEquals(outcome({ "if-match": '"2"' }), "failed");
  assertEquals(outcome({ "if-match": 'W/"1"' }, WEAK), "failed");
  assertEquals(outcome({ "if-match": "*" }, NOWHERE), "failed");
  assertEquals(outcome({ "if-match": "malformed" }), "failed");
  // It wins over the date, which those send who know no entity tags.
  assertEquals(outcome({ "if-match": '"1"', "if-unmodified-since": before }), "proceed");
});

Deno.test("If-Unmodified-Since is for what has not changed (RFC 9110 §13.1.4)", () => {
  assertEquals(outcome({ "if-unmodified-since": same }), "proceed");
  assertEquals(outcome({ "if-unmodified-since": before }), "failed");
  assertEquals(outcome({ "if-unmodified-since": "yesterday" }), "proceed");
  assertEquals(outcome({ "if-unmodified-since": before }, NOWHERE), "proceed");
});

Deno.test("If-None-Match is for what is not there, compared weakly (RFC 9110 §13.1.2)", () => {
  assertEquals(outcome({ "if-none-match": '"1"' }), "not-modified");
  assertEquals(outcome({ "if-none-match": 'W/"1"' }, THERE, "HEAD"), "not-modified");
  assertEquals(outcome({ "if-none-match": '"1"' }, THERE, "PUT"), "failed");
  assertEquals(outcome({ "if-none-match": '"2"' }), "proceed");
  assertEquals(outcome({ "if-none-match": "*" }, THERE, "PUT"), "failed");
  assertEquals(outcome({ "if-none-match": "*" }, NOWHERE, "PUT"), "proceed");
  assertEquals(outcome({ "if-none-match": '"2"', "if-modified-since": same }), "proceed");
});

Deno.test("If-Modified-Since is for what has changed, of reads only (RFC 9110 §13.1.3)", () => {
  assertEquals(outcome({ "if-modified-since": same }), "not-modified");
  assertEquals(outcome({ "if-modified-since": before }), "proceed");
  assertEquals(outcome({ "if-modified-since": same }, THERE, "POST"), "proceed");
  assertEquals(outcome({ "if-modified-since": "0" }), "proceed");
  assertEquals(outcome({ "if-modified-since": same }, NOWHERE), "proceed");
});

Deno.test("If-Range lets a range be one of what is there, and of nothing else (RFC 9110 §13.1.5)", () => {
  function wanted(
    ifRange: string | undefined,
    validators = THERE,
    dateMs = NOW_MS,
    method = "GET",
  ): boolean {
    const headers = new Headers({ range: "bytes=1-" });
    if (ifRange !== undefined) headers.set("if-range", ifRange);
    return isRangeWanted({ method, headers }, validators, dateMs);
  }
  assertEquals(wanted(undefined), true);
  assertEquals(wanted('"1"'), true);
  assertEquals(wanted('"2"'), false);
  assertEquals(wanted('W/"1"', WEAK), false);
  assertEquals(wanted('"1"', NOWHERE), false);
  assertEquals(wanted(same), true);
  assertEquals(wanted(before), false);
  assertEquals(wanted("malformed"), false);
  assertEquals(wanted(same, NOWHERE), false);
  assertEquals(wanted(same, THERE, CHANGED_MS + 999), false);
  assertEquals(wanted(undefined, THERE, NOW_MS, "HEAD"), false);
  assertEquals(isRangeWanted({ method: "GET", headers: new Headers() }, THERE, NOW_MS), false);
});
