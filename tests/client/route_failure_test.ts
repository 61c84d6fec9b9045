import { ConnectError, NetworkError, TimeoutError, TlsError } from "@avx/runtime/errors";
import { isRouteFailure, isSilence } from "../../client/route_failure.ts";
import { assertEquals } from "../support/assert.ts";

Deno.test("what is unreachable or takes too long to connect to casts doubt on its route", () => {
  const codes = ["ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "ETIMEDOUT", "EADDRNOTAVAIL"];
  for (const code of codes) {
    assertEquals(isRouteFailure(new ConnectError("m", { code })), true);
    assertEquals(isRouteFailure(new NetworkError("m", { code })), true);
  }
  assertEquals(isRouteFailure(new TimeoutError("connect", 1)), true);
});

Deno.test("what a peer does itself casts none", () => {
  assertEquals(isRouteFailure(new ConnectError("m", { code: "ECONNREFUSED" })), false);
  assertEquals(isRouteFailure(new NetworkError("m", { code: "ECONNRESET" })), false);
  assertEquals(isRouteFailure(new TlsError("m", { code: "ETIMEDOUT" })), false);
  assertEquals(isRouteFailure(new TimeoutError("tls", 1)), false);
  assertEquals(isRouteFailure(undefined), false);
});

Deno.test("silence is a timeout while something was expected of the peer", () => {
  assertEquals(isSilence(new TimeoutError("headers", 1)), true);
  assertEquals(isSilence(new TimeoutError("request", 1)), true);
  assertEquals(isSilence(new TimeoutError("total", 1)), false);
  assertEquals(isSilence(new NetworkError("m")), false);
});
