import { assertEquals, assertStrictEquals } from "../../support/assert.ts";
import {
  conditionLines,
  DEFAULT_CACHE_RULES,
  isSameByHead,
  refreshedHead,
  validatedHead,
} from "@avx/semantics/caching";
import { fieldLinesOf, fieldValueOf } from "@avx/semantics/field-lines";
import { dateAfter, fields, headOf, MADE_MS } from "./heads.ts";

Deno.test("a stored response is asked about by all of its validators (RFC 9111 §4.3.1)", () => {
  const modified = dateAfter(-60);
  const both = headOf({ etag: 'W/"1"', "last-modified": modified });
  assertEquals(conditionLines(both, []), [
    ...["if-none-match", 'W/"1"'],
    ...["if-modified-since", modified],
  ]);
  assertEquals(conditionLines(headOf({ "last-modified": modified }), []), [
    "if-modified-since",
    modified,
  ]);
  assertEquals(conditionLines(headOf({}), [both]), []);
});

Deno.test("where no variant fits, the origin is told of all that there are", () => {
  const heads = [
    headOf({ etag: '"1"' }),
    headOf({ etag: '"2"' }),
    headOf({ etag: '"1"' }),
    headOf({}),
  ];
  assertEquals(conditionLines(undefined, heads), ["if-none-match", '"1", "2"']);
  assertEquals(conditionLines(undefined, [headOf({})]), []);
});

Deno.test("a 304 speaks of the response with its validator, and of no other (RFC 9111 §4.3.4)", () => {
  const one = headOf({ etag: '"1"', date: dateAfter(-9) });
  const two = headOf({ etag: '"2"', date: dateAfter(-8) });
  const three = headOf({ etag: '"2"', date: dateAfter(-7) });
  const heads = [one, three, two];
  assertStrictEquals(validatedHead(["etag", '"1"'], undefined, heads), one);
  assertStrictEquals(validatedHead(["etag", '"2"'], one, heads), three);
  assertStrictEquals(validatedHead(["etag", '"2"'], two, heads), two);
  assertEquals(validatedHead(["etag", '"3"'], one, heads), undefined);
  assertStrictEquals(validatedHead(["etag", 'W/"1"'], undefined, heads), one);
  const weak = headOf({ etag: 'W/"1"' });
  assertStrictEquals(validatedHead(["etag", 'W/"1"'], weak, [weak]), weak);
  assertEquals(validatedHead(["etag", '"1"'], weak, [weak]), undefined);
  const modified = headOf({ "last-modified": dateAfter(-60) });
  assertStrictEquals(
    validatedHead(["last-modified", dateAfter(-60)], modified, [modified]),
    modified,
  );
  assertEquals(validatedHead(["last-modified", dateAfter(-50)], modified, [modified]), undefined);
});

Deno.test("a 304 without validators speaks of what was asked about, or of the only one", () => {
  const one = headOf({ etag: '"1"' });
  const two = headOf({ etag: '"2"' });
  assertStrictEquals(validatedHead([], one, [one, two]), one);
  assertStrictEquals(validatedHead([], undefined, [two]), two);
  assertEquals(validatedHead([], undefined, [one, two]), undefined);
});

Deno.test("a 304 replaces the fields it has, but those of the stored content (RFC 9111 §3.2)", () => {
  const head = headOf([
    ["Date", dateAfter(0)],
    ["Age", "30"],
    ["ETag", '"1"'],
    ["Content-Length", "5"],
    ["Content-Encoding", "gzip"],
    ["X-Note", "a"],
    ["X-Note", "b"],
    ["X-Kept", "1"],
  ]);
  const answer = {
    lines: fieldLinesOf([
      ["date", dateAfter(100)],
      ["x-note", "c"],
      ["content-length", "0"],
      ["content-encoding", "br"],
      ["cache-control", "max-age=60"],
      ["connection", "close"],
      ["set-cookie", "a=1"],
    ]),
    requestMs: MADE_MS + 99_000,
    responseMs: MADE_MS + 100_000,
    request: fields(),
  };
  assertEquals(refreshedHead(head, answer, DEFAULT_CACHE_RULES), {
    ...head,
    lines: [
      ...["ETag", '"1"'],
      ...["Content-Length", "5"],
      ...["Content-Encoding", "gzip"],
      ...["X-Kept", "1"],
      ...["date", dateAfter(100)],
      ...["x-note", "c"],
      ...["cache-control", "max-age=60"],
    ],
    requestMs: MADE_MS + 99_000,
    responseMs: MADE_MS + 100_000,
  });
});

Deno.test("a 304 makes a stored response answer the request that it answers", () => {
  const head = headOf({ vary: "accept-language", etag: '"1"' }, {
    request: { "accept-language": "en" },
  });
  const request = fields({ "accept-language": "de" });
  const answer = { lines: ["etag", '"1"'], requestMs: MADE_MS, responseMs: MADE_MS, request };
  // Vary stays that of the stored response where the 304 does not repeat it.
  const refreshed = refreshedHead(head, answer, DEFAULT_CACHE_RULES);
  assertEquals(refreshed.selecting, [["accept-language", "de"], ["authorization", null]]);
  assertEquals(fieldValueOf(refreshed.lines, "vary"), "accept-language");
});

Deno.test("a HEAD that tells of another representation outdates the stored one (RFC 9111 §4.3.5)", () => {
  const head = headOf({ etag: '"1"', "content-length": "5" });
  assertEquals(isSameByHead(head, 200, ["etag", '"1"', "content-length", "5"]), true);
  assertEquals(isSameByHead(head, 200, []), true);
  assertEquals(isSameByHead(head, 200, ["etag", '"2"']), false);
  assertEquals(isSameByHead(head, 200, ["content-length", "6"]), false);
  assertEquals(isSameByHead(head, 200, ["last-modified", dateAfter(0)]), false);
  assertEquals(isSameByHead(head, 404, []), false);
});

Deno.test("no more entity tags are named than a server takes", () => {
  const heads = Array.from({ length: 40 }, (_, at) => headOf({ etag: `"${at}"` }));
  const [, tags] = conditionLines(undefined, heads);
  assertEquals(tags.split(", ").length, 16);
  assertEquals(tags.endsWith('"39"'), true);
});
