import { assertEquals } from "../support/assert.ts";
import {
  type Http2ResponseHead,
  readResponseHead,
  readTrailers,
} from "../../http2/proto/response_head.ts";

Deno.test("a head has its status, fields and length", () => {
  const head = readResponseHead(
    [":status", "200", "content-length", "3"],
    true,
  ) as Http2ResponseHead;
  assertEquals([head.status, head.reason, head.contentLength, head.hasBody], [200, "", 3, true]);
  assertEquals(head.fields.get("content-length"), "3");
});

Deno.test("a status is three digits", () => {
  for (const status of ["20", "2000", "abc", "099", "101", ""]) {
    assertEquals(typeof readResponseHead([":status", status], true), "string", status);
  }
  assertEquals(typeof readResponseHead(["x", "y"], true), "string");
  assertEquals(typeof readResponseHead([":status", "200", "upgrade", "x"], true), "string");
  assertEquals(typeof readResponseHead([":path", "/"], true), "string");
});

Deno.test("an interim response has no content and does not end the stream", () => {
  assertEquals((readResponseHead([":status", "103"], true) as Http2ResponseHead).hasBody, false);
  assertEquals(typeof readResponseHead([":status", "103"], false), "string");
});

Deno.test("trailers are regular fields", () => {
  assertEquals([...readTrailers(["a", "b"])][0], ["a", "b"]);
  assertEquals(typeof readTrailers([":status", "200"]), "string");
  assertEquals(typeof readTrailers(["te", "gzip"]), "string");
});
