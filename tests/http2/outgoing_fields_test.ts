import { assertEquals, assertStrictEquals, assertThrows } from "../support/assert.ts";
import { LocalProtocolError } from "@avx/semantics/errors";
import { OutgoingFields, OutgoingFieldsCache } from "../../http2/proto/outgoing_fields.ts";

Deno.test("lines are sent in lower case and without what HTTP/2 does not carry", () => {
  const fields = new OutgoingFields([
    ...["Content-Type", "text/plain", "Connection", "close", "Keep-Alive", "5"],
    ...["Transfer-Encoding", "chunked", "Upgrade", "x", "Proxy-Connection", "x"],
    ...["Content-Length", "3", "TE", "gzip", "te", "trailers", "Host", "a.example"],
  ]);
  assertEquals(fields.lines, ["content-type", "text/plain", "te", "trailers"]);
  assertEquals([fields.declaredLength, fields.host, fields.dated], [3, "a.example", false]);
});

Deno.test("what cannot travel is refused", () => {
  for (const lines of [["a b", "x"], ["", "x"], ["a", "x\n"], ["a", " x"], [":path", "/"], ["a"]]) {
    assertThrows(() => new OutgoingFields(lines), TypeError);
  }
  assertThrows(() => new OutgoingFields(["content-length", "x"]), LocalProtocolError);
  const two = ["content-length", "1", "content-length", "2"];
  assertThrows(() => new OutgoingFields(two), LocalProtocolError);
  assertEquals(
    new OutgoingFields(["content-length", "1", "content-length", "1"]).declaredLength,
    1,
  );
});

Deno.test("a date is added unless there is one", () => {
  const fields = new OutgoingFields(["a", "b"]);
  assertEquals(fields.withDate("now"), ["a", "b", "date", "now"]);
  assertStrictEquals(fields.withDate("now"), fields.withDate("now"));
  assertEquals(fields.withDate("later").at(-1), "later");
  assertStrictEquals(fields.withDate(""), fields.lines);
  const dated = new OutgoingFields(["Date", "then"]);
  assertStrictEquals(dated.withDate("now"), dated.lines);
});

Deno.test("a length that repeats becomes part of the list", () => {
  const fields = new OutgoingFields(["a", "b"]);
  assertEquals(fields.withLength("now", 5), undefined);
  const whole = fields.withLength("now", 5);
  assertEquals(whole, ["a", "b", "date", "now", "content-length", "5"]);
  assertStrictEquals(fields.withLength("now", 5), whole);
  assertEquals(fields.withLength("now", 6), undefined);
  assertStrictEquals(fields.withLength("now", 5), whole);
});

Deno.test("the same lines are found again, changed ones are not", () => {
  const cache = new OutgoingFieldsCache();
  const first = cache.find(["a", "b"]);
  for (let index = 0; index < 5; index++) cache.find(["x", `${index}`]);
  assertStrictEquals(cache.find(["a", "b"]), first);
  assertEquals(cache.find(["a", "c"]).lines, ["a", "c"]);
  assertEquals(cache.find(["a", "b", "c", "d"]).lines.length, 4);
  const lines = ["a", "b"];
  cache.find(lines);
  lines[1] = "z"; // the caller's array is not trusted to stay
  assertEquals(cache.find(lines).lines, ["a", "z"]);
});

Deno.test("large lists are not held", () => {
  const cache = new OutgoingFieldsCache();
  const large = ["a", "b".repeat(5000)];
  assertEquals(cache.find(large) === cache.find(large), false);
});
