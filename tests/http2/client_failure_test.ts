import { NetworkError, TimeoutError } from "@avx/runtime/errors";
import { BodyTooLargeError, RemoteProtocolError } from "@avx/semantics/errors";
import { DEFAULT_LIMITS } from "@avx/http2/limits";
import { endError, failureError, resetError } from "../../http2/client_failure.ts";
import type { Http2Failed, Http2LimitName } from "../../http2/proto/events.ts";
import { assertEquals, assertInstanceOf } from "../support/assert.ts";

const TIMEOUTS = {
  requestMs: 1,
  headersMs: 2,
  bodyMs: 3,
  idleMs: 4,
  continueMs: 5,
  pingIntervalMs: 6,
  pingTimeoutMs: 7,
};

function errorFor(limit: Http2LimitName | undefined): Error | undefined {
  const failure: Http2Failed = {
    type: "failed",
    scope: "connection",
    streamId: 0,
    code: 0xb,
    statusHint: undefined,
    limit,
    reason: "reason",
  };
  return failureError(failure, TIMEOUTS, { ...DEFAULT_LIMITS, maxBodyBytes: 9 });
}

Deno.test("client failure says what kind of error a broken limit is", () => {
  assertEquals(errorFor("idleMs"), undefined);
  for (const limit of ["stallMs", "minSendBytesPerSecond"] as const) {
    const error = errorFor(limit);
    assertInstanceOf(error, TimeoutError);
    assertEquals(error.phase, "request");
  }
  assertInstanceOf(errorFor("pingTimeoutMs"), NetworkError);
  assertInstanceOf(errorFor("maxBodyBytes"), BodyTooLargeError);
  const error = errorFor(undefined);
  assertInstanceOf(error, RemoteProtocolError);
  assertEquals([error.code, error.message], ["ENHANCE_YOUR_CALM", "reason"]);
});

Deno.test("client failure names the code of a reset and of a GOAWAY", () => {
  assertEquals(resetError(0x2).message, "The peer reset the stream: INTERNAL_ERROR");
  assertEquals(endError(0).message, "The peer ended the connection");
  assertEquals(endError(0xb).message, "The peer ended the connection: ENHANCE_YOUR_CALM");
});
