import { StackError } from "@avx/runtime/errors";
import {
  BodyTooLargeError,
  LocalProtocolError,
  PoolClosedError,
  PoolFullError,
  ProxyError,
  RemoteProtocolError,
} from "@avx/semantics/errors";
import { assert, assertEquals, assertStrictEquals } from "../support/assert.ts";

Deno.test("each error family has its name and its default code", () => {
  const errors = [
    new RemoteProtocolError("m"),
    new LocalProtocolError("m"),
    new PoolClosedError("m"),
    new PoolFullError(1),
    new ProxyError("m"),
    new BodyTooLargeError(1),
  ];
  assertEquals(errors.map(({ name, code }) => `${name} ${code}`), [
    "RemoteProtocolError REMOTE_PROTOCOL",
    "LocalProtocolError LOCAL_PROTOCOL",
    "PoolClosedError POOL_CLOSED",
    "PoolFullError POOL_FULL",
    "ConnectError PROXY_REFUSED",
    "BodyTooLargeError BODY_TOO_LARGE",
  ]);
  for (const error of errors) assert(error instanceof StackError && error instanceof Error);
});

Deno.test("each error family takes a code and a cause", () => {
  const cause = new Error("underneath");
  const options = { code: "SPECIAL", cause };
  const errors = [
    new RemoteProtocolError("m", options),
    new LocalProtocolError("m", options),
    new PoolClosedError("m", options),
    new PoolFullError(1, options),
    new ProxyError("m", options),
    new BodyTooLargeError(1, options),
  ];
  for (const error of errors) {
    assertEquals(error.code, "SPECIAL");
    assertStrictEquals(error.cause, cause);
  }
});

Deno.test("BodyTooLargeError tells the limit", () => {
  const error = new BodyTooLargeError(42);
  assertEquals(error.limitBytes, 42);
  assertEquals(error.message, "Cannot read body as it is larger than 42 bytes");
});

Deno.test("PoolClosedError has a message of its own", () => {
  assertEquals(new PoolClosedError().message, "The client is closed");
});

Deno.test("PoolFullError tells the limit", () => {
  const error = new PoolFullError(7);
  assertEquals(error.maxWaiting, 7);
  assertEquals(error.message, "Cannot wait for a connection as 7 requests wait already");
});

Deno.test("ProxyError tells what the proxy answered", () => {
  assertEquals(new ProxyError("m", { status: 403 }).status, 403);
  assertEquals(new ProxyError("m").status, undefined);
});
