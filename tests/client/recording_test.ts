import { Recording } from "@avx/client";
import { bytesOfRecorded, recordedBody } from "../../client/recording.ts";
import fc from "fast-check";
import { assertEquals, assertThrows } from "../support/assert.ts";

Deno.test("a body is recorded as text where it is some, and comes back as it was", () => {
  const cases: [number[], ReturnType<typeof recordedBody>][] = [
    [[], undefined],
    [[0x61, 0xc3, 0xbc], { text: "aü" }],
    [[0xff], { base64: "/w==" }],
    [[0xef, 0xbb, 0xbf, 0x61], { base64: "77u/YQ==" }],
  ];
  for (const [bytes, expected] of cases) {
    assertEquals(recordedBody(new Uint8Array(bytes)), expected);
  }
  fc.assert(fc.property(fc.uint8Array(), (bytes) => {
    assertEquals(bytesOfRecorded(recordedBody(bytes)), new Uint8Array(bytes));
  }));
  assertThrows(() => bytesOfRecorded({ base64: "?" }), TypeError, "malformed");
});

Deno.test("a recording is read from JSON, if it is one", () => {
  const empty = Recording.parse('{"version":1,"exchanges":[]}');
  assertEquals(JSON.stringify(empty), '{"version":1,"exchanges":[]}');
  for (const text of ["null", "{}", '{"version":2,"exchanges":[]}', '{"version":1}']) {
    assertThrows(() => Recording.parse(text), TypeError, "version 1");
  }
  assertThrows(() => Recording.parse("{"), SyntaxError);
});
