import {
  bodyTooLarge,
  CHUNKED,
  requestFraming,
  responseFraming,
  statusAllowsBody,
  UNTIL_CLOSE,
} from "../../http1/proto/body_framing.ts";
import type { Failed } from "../../http1/proto/events.ts";
import { FramingFields } from "../../http1/proto/framing_fields.ts";
import { assertEquals } from "../support/assert.ts";

function fields(contentLength: number, chunked = false): FramingFields {
  return Object.assign(new FramingFields(), { contentLength, chunked });
}

function name(framing: number | Failed): number | string {
  return typeof framing === "number" ? framing : framing.code;
}

function request(found: FramingFields, version: 0 | 1 = 1, most = Infinity): number | string {
  return name(requestFraming(found, version, most));
}

function response(
  found: FramingFields,
  status = 200,
  method = "GET",
  version: 0 | 1 = 1,
  most = Infinity,
): number | string {
  return name(responseFraming(found, version, status, method, most));
}

Deno.test("a request without a length has no body", () => {
  assertEquals([request(fields(-1)), request(fields(0)), request(fields(7))], [0, 0, 7]);
  assertEquals(request(fields(-1, true)), CHUNKED);
});

Deno.test("a request with two lengths is refused, and one of HTTP/1.0 in chunks", () => {
  assertEquals(request(fields(5, true)), "LENGTH_CONFLICT");
  assertEquals(request(fields(0, true)), "LENGTH_CONFLICT");
  assertEquals(request(fields(-1, true), 0), "BAD_TRANSFER_ENCODING");
});

Deno.test("a request's body may be as large as the limit says, and not larger", () => {
  assertEquals([request(fields(7), 1, 7), request(fields(8), 1, 7)], [7, "BODY_TOO_LARGE"]);
  assertEquals(bodyTooLarge(7).statusHint, 413);
});

Deno.test("a response without a length ends with the connection", () => {
  assertEquals([response(fields(-1)), response(fields(0)), response(fields(7))], [
    UNTIL_CLOSE,
    0,
    7,
  ]);
  assertEquals(response(fields(-1, true)), CHUNKED);
});

Deno.test("a response to HEAD, or with 204 or 304, has no body whatever it says", () => {
  for (const found of [fields(-1), fields(7), fields(-1, true)]) {
    assertEquals(response(found, 200, "HEAD"), 0);
    assertEquals([response(found, 204), response(found, 304)], [0, 0]);
  }
});

Deno.test("a response with two lengths is refused, and one of HTTP/1.0 in chunks", () => {
  assertEquals(response(fields(5, true)), "LENGTH_CONFLICT");
  assertEquals(response(fields(5, true), 304), "LENGTH_CONFLICT");
  assertEquals(response(fields(-1, true), 200, "GET", 0), "BAD_TRANSFER_ENCODING");
});

Deno.test("a response's body may be as large as the limit says, and not larger", () => {
  assertEquals(response(fields(7), 200, "GET", 1, 7), 7);
  assertEquals(response(fields(8), 200, "GET", 1, 7), "BODY_TOO_LARGE");
});

Deno.test("interim responses, 204 and 304 have no body", () => {
  assertEquals([100, 101, 199, 200, 204, 205, 304, 404].filter(statusAllowsBody), [200, 205, 404]);
});
