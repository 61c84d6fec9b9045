import { assertEquals } from "../support/assert.ts";
import {
  NO_PSEUDO_HEADERS,
  readPseudoHeaders,
  REQUEST_PSEUDO_HEADERS,
  RESPONSE_PSEUDO_HEADERS,
} from "../../http2/proto/pseudo_header.ts";

Deno.test("pseudo-header fields are read in any order, up to the first regular one", () => {
  const values: (string | undefined)[] = ["old", "old", "old", "old", "old"];
  const lines = [":path", "/a", ":method", "GET", "x", "y"];
  assertEquals(readPseudoHeaders(lines, REQUEST_PSEUDO_HEADERS, values), 4);
  assertEquals(values, ["GET", undefined, undefined, "/a", undefined]);
});

Deno.test("unknown, misplaced and repeated ones are faults", () => {
  for (
    const [known, lines] of [
      [REQUEST_PSEUDO_HEADERS, [":status", "200"]],
      [RESPONSE_PSEUDO_HEADERS, [":path", "/"]],
      [NO_PSEUDO_HEADERS, [":path", "/"]],
      [REQUEST_PSEUDO_HEADERS, [":method", "GET", ":method", "GET"]],
      [REQUEST_PSEUDO_HEADERS, [":unknown", "x"]],
    ] as const
  ) {
    assertEquals(typeof readPseudoHeaders(lines, known, []), "string");
  }
});
