import {
  AbortError,
  ConnectError,
  NetworkError,
  StackError,
  TimeoutError,
  TlsError,
} from "@avx/runtime/errors";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("every family has its name and a code of its own", () => {
  const families = [
    [new ConnectError("a"), "ConnectError", "CONNECT_FAILED"],
    [new TlsError("a"), "TlsError", "TLS_FAILED"],
    [new NetworkError("a"), "NetworkError", "NETWORK_FAILED"],
    [new TimeoutError("pool", 1), "TimeoutError", "TIMEOUT"],
    [new AbortError("a"), "AbortError", "ABORTED"],
  ] as const;
  for (const [error, name, code] of families) {
    assert(error instanceof StackError && error instanceof Error);
    assertEquals([error.name, error.code, error.cause], [name, code, undefined]);
    assert(`${error}`.startsWith(`${name}: `), `${error}`);
  }
});

Deno.test("errors keep the code and the cause that they are given", () => {
  const cause = new Error("os error 111");
  const error = new ConnectError("Cannot connect", { code: "ECONNREFUSED", cause });
  assertEquals([error.message, error.code], ["Cannot connect", "ECONNREFUSED"]);
  assertStrictEquals(error.cause, cause);
});

Deno.test("timeout error tells its phase and its limit", () => {
  const error = new TimeoutError("tls", 250, { code: "HANDSHAKE" });
  assertEquals([error.phase, error.timeoutMs, error.code], ["tls", 250, "HANDSHAKE"]);
  assertEquals(error.message, 'Timed out in phase "tls" after 250 ms');
});

Deno.test("abort error has a message of its own", () => {
  assertEquals(new AbortError().message, "The operation was aborted");
});
