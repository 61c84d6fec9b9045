import { ConnectError, NetworkError, TimeoutError, TlsError } from "@avx/runtime/errors";
import { PoolClosedError, RemoteProtocolError } from "@avx/semantics/errors";
import { isOriginFailure, isOutage, isSuccessor } from "../../../client/caching/outcome.ts";
import { assertEquals } from "../../support/assert.ts";

Deno.test("failures on the way to an origin are told from those of the caller", () => {
  for (
    const error of [
      new ConnectError("a"),
      new NetworkError("a"),
      new TlsError("a"),
      new TimeoutError("headers", 1),
      new RemoteProtocolError("a"),
    ]
  ) assertEquals(isOriginFailure(error), true, error.name);
  for (const error of [new PoolClosedError(), new TypeError("a"), "abort", undefined]) {
    assertEquals(isOriginFailure(error), false);
  }
});

Deno.test("an outage is one of the four that RFC 5861 names", () => {
  const statuses = Array.from({ length: 500 }, (_, index) => index + 100);
  assertEquals(statuses.filter(isOutage), [500, 502, 503, 504]);
  assertEquals(statuses.filter(isSuccessor).at(-3), 399);
  assertEquals(statuses.filter(isSuccessor).slice(-2), [404, 410]);
});
