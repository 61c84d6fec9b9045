import { AbortError, ConnectError, NetworkError, TlsError } from "@avx/runtime/errors";
import {
  closedError,
  errorCode,
  isClosedError,
  systemError,
  translateError,
} from "@avx/runtime/translate-error";
import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertStrictEquals,
} from "../support/assert.ts";

Deno.test("translateError makes the family of what was being done", () => {
  const raw = systemError("ConnectionRefused", "ECONNREFUSED", "Connection refused (os error 111)");
  assertInstanceOf(translateError(raw, "connect"), ConnectError);
  assertInstanceOf(translateError(raw, "tls"), TlsError);
  for (const doing of ["read", "write", "listen", "accept"] as const) {
    assertInstanceOf(translateError(raw, doing), NetworkError);
  }
  assertEquals(translateError(raw, "connect").message, "Cannot connect: connection refused");
  assertEquals(translateError(raw, "connect").code, "ECONNREFUSED");
  assertStrictEquals(translateError(raw, "connect").cause, raw);
});

Deno.test("translateError leaves our own errors alone", () => {
  const own = new ConnectError("no");
  assertStrictEquals(translateError(own, "read"), own);
});

Deno.test("translateError sees a broken TLS session in any act", () => {
  const byName = Object.assign(new Error("bad record"), { name: "InvalidData" });
  const byCode = systemError("Error", "ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number");
  assertInstanceOf(translateError(byName, "read"), TlsError);
  assertInstanceOf(translateError(byCode, "write"), TlsError);
  assertEquals(translateError(byName, "read").code, "TLS_FAILED");
});

Deno.test("translateError keeps an abort an abort", () => {
  const error = translateError(new DOMException("given up", "AbortError"), "connect");
  assertInstanceOf(error, AbortError);
  assertEquals(error.message, "given up");
});

Deno.test("translateError says something about anything that can be thrown", () => {
  assertEquals(translateError("odd", "read").message, "Cannot read from the peer: odd");
  assertEquals(
    translateError(undefined, "write").message,
    "Cannot write to the peer: unknown error",
  );
  assertEquals(translateError(null, "listen").message, "Cannot listen: null");
  assertEquals(translateError({}, "accept").message, "Cannot accept a connection: unknown error");
  assertEquals(translateError(new Error(""), "read").message, "Cannot read from the peer: Error");
  const strange = Object.assign(new Error("x (os error 12)"), { code: "ENOMEM" });
  assertEquals(translateError(strange, "read").message, "Cannot read from the peer: x");
  assertEquals(translateError(strange, "read").code, "ENOMEM");
});

Deno.test("errorCode finds the code wherever the platform puts it", () => {
  assertEquals(errorCode(systemError("Error", "EMFILE", "Too many open files")), "EMFILE");
  assertEquals(errorCode(named("BrokenPipe")), "EPIPE");
  assertEquals(errorCode(named("UnexpectedEof")), "UNEXPECTED_EOF");
  assertEquals(
    errorCode(new Error("failed to lookup address information: Name or service not known")),
    "ENOTFOUND",
  );
  const reasons = {
    "UnknownIssuer": "CERT_UNKNOWN_ISSUER",
    'certificate not valid for name "a"; certificate is only valid': "CERT_NOT_VALID_FOR_NAME",
    "certificate expired: verification time 1": "CERT_EXPIRED",
    "certificate not valid yet": "CERT_NOT_VALID_YET",
    "something new": "CERT_INVALID",
  };
  for (const [reason, code] of Object.entries(reasons)) {
    assertEquals(errorCode(new Error(`invalid peer certificate: ${reason}`)), code);
  }
  assertEquals(
    errorCode(new AggregateError([systemError("Error", "ECONNREFUSED", "no")])),
    "ECONNREFUSED",
  );
  assertEquals(errorCode(new AggregateError([])), undefined);
  assertEquals(errorCode(new DOMException("x", "TimeoutError")), undefined);
  assertEquals(errorCode(undefined), undefined);
  assertEquals(errorCode(7), undefined);
});

Deno.test("isClosedError knows each platform's way to say that we closed", () => {
  for (const error of [closedError("gone"), named("Interrupted"), named("BadResource")]) {
    assert(isClosedError(error));
  }
  for (const code of ["ERR_STREAM_DESTROYED", "ERR_SOCKET_CLOSED", "ERR_SERVER_NOT_RUNNING"]) {
    assert(isClosedError(systemError("Error", code, "closed")));
  }
  assertFalse(isClosedError(systemError("ConnectionReset", "ECONNRESET", "reset")));
  assertFalse(isClosedError(undefined));
});

Deno.test("errors of Deno's own are recognised", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  try {
    Deno.listen({ hostname: "127.0.0.1", port });
  } catch (error) {
    assertEquals(translateError(error, "listen").message, "Cannot listen: address already in use");
  }
  const accepting = listener.accept().catch((error) => error);
  listener.close();
  assert(isClosedError(await accepting));
  const refused = await Deno.connect({ hostname: "127.0.0.1", port }).catch((error) => error);
  assertEquals(errorCode(refused), "ECONNREFUSED");
});

function named(name: string): Error {
  return Object.assign(new Error("x"), { name });
}
