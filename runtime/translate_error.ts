/**
 * From a platform's errors to ours.
 *
 * Transports reject with whatever their platform throws, so that no promise is added on a hot
 * path. A driver passes what it caught through {@linkcode translateError} before anyone else sees
 * it. Errors are recognised by their shape (`name`, `code`, `message`), never by their class: the
 * same table serves Deno, Node and the in-memory network.
 *
 * @module
 */

import { AbortError, ConnectError, NetworkError, StackError, TlsError } from "./errors.ts";
import { tlsFailureCode } from "./tls_failure.ts";

/** What was being done when the platform failed. */
export type TransportAct = "connect" | "read" | "write" | "tls" | "listen" | "accept";

/**
 * Translates a platform's error to one of the families in `errors.ts`.
 *
 * `connect` gives a {@linkcode ConnectError}, `tls` a {@linkcode TlsError}, everything else a
 * {@linkcode NetworkError}; but a broken TLS session is a {@linkcode TlsError} whenever it shows,
 * and an abort is an {@linkcode AbortError}. The original becomes the `cause`, its
 * {@linkcode errorCode} the `code`. An error of ours passes through as it is.
 *
 * @param error What was caught.
 * @param doing What was being done.
 * @returns The translated error, to be thrown or handed on.
 *
 * @example A refused connection
 * ```ts
 * import { translateError } from "@avx/runtime/translate-error";
 * import { assertEquals } from "@std/assert";
 *
 * const raw = Object.assign(new Error("Connection refused (os error 111)"), {
 *   code: "ECONNREFUSED",
 * });
 * const error = translateError(raw, "connect");
 *
 * assertEquals(error.name, "ConnectError");
 * assertEquals(error.code, "ECONNREFUSED");
 * assertEquals(error.message, "Cannot connect: connection refused");
 * assertEquals(error.cause, raw);
 * ```
 */
export function translateError(error: unknown, doing: TransportAct): StackError {
  if (error instanceof StackError) return error;
  const code = errorCode(error);
  const shape = shapeOf(error);
  const reason = (code !== undefined ? REASONS.get(code) : undefined) ?? withoutOsError(shape);
  if (shape.name === "AbortError") return new AbortError(reason, { cause: error });
  const message = `Cannot ${ACTS[doing]}: ${reason}`;
  const options = code === undefined ? { cause: error } : { cause: error, code };
  if (doing === "tls" || isTlsFailure(shape, code)) return new TlsError(message, options);
  if (doing === "connect") return new ConnectError(message, options);
  return new NetworkError(message, options);
}

/**
 * Tells whether an error only says that we closed the thing ourselves: the pending read of a
 * closed transport, the pending accept of a closed listener.
 *
 * @param error What was caught.
 * @returns `true` where nothing went wrong.
 *
 * @example The error of our own close
 * ```ts
 * import { closedError, isClosedError } from "@avx/runtime/translate-error";
 * import { assert, assertFalse } from "@std/assert";
 *
 * assert(isClosedError(closedError("The transport has been closed")));
 * assertFalse(isClosedError(new Error("Connection reset by peer")));
 * ```
 */
export function isClosedError(error: unknown): boolean {
  const { name, code } = shapeOf(error);
  if (name === "BadResource" || name === "Interrupted") return true;
  return code !== undefined && CLOSED_CODES.has(code);
}

/**
 * Makes the error with which transports that have no platform below them (the in-memory network,
 * adapters over streams) answer to a use after close. {@linkcode isClosedError} holds for it.
 *
 * @param message What was closed.
 * @returns The error, with name `BadResource` and code `EBADF`.
 *
 * @example A transport that was closed
 * ```ts
 * import { closedError, errorCode } from "@avx/runtime/translate-error";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(errorCode(closedError("The transport has been closed")), "EBADF");
 * ```
 */
export function closedError(message: string): Error & { readonly code: string } {
  return systemError("BadResource", "EBADF", message);
}

/**
 * Makes an error of the shape that platforms throw: a name, a system code and a message.
 *
 * @param name The name, such as `ConnectionReset`.
 * @param code The system's code, such as `ECONNRESET`.
 * @param message What happened.
 * @returns A plain `Error` with that name and code.
 *
 * @example A scripted reset
 * ```ts
 * import { systemError, translateError } from "@avx/runtime/translate-error";
 * import { assertEquals } from "@std/assert";
 *
 * const raw = systemError("ConnectionReset", "ECONNRESET", "Connection reset by peer");
 *
 * assertEquals(translateError(raw, "read").code, "ECONNRESET");
 * ```
 */
export function systemError(
  name: string,
  code: string,
  message: string,
): Error & { readonly code: string } {
  const error = new Error(message);
  error.name = name;
  return Object.assign(error, { code });
}

/**
 * The system's code of an error, such as `EMFILE` or `ECONNRESET`, whichever way the platform
 * tells it: a `code`, a class name, or, for name look-ups, only a message. Failures of TLS have codes
 * of our own, the same on every platform: {@linkcode TlsError} lists them.
 *
 * @param error What was caught.
 * @returns The code, or `undefined` where there is none.
 *
 * @example Recognise the lack of descriptors
 * ```ts
 * import { errorCode } from "@avx/runtime/translate-error";
 * import { assertEquals } from "@std/assert";
 *
 * const raw = Object.assign(new Error("Too many open files"), { code: "EMFILE" });
 *
 * assertEquals(errorCode(raw), "EMFILE");
 * assertEquals(errorCode(new Error("something else")), undefined);
 * ```
 */
export function errorCode(error: unknown): string | undefined {
  const shape = shapeOf(error);
  const tls = tlsFailureCode(shape);
  if (tls !== undefined) return tls;
  if (shape.code !== undefined) return shape.code;
  const byName = CODE_BY_NAME.get(shape.name);
  if (byName !== undefined) return byName;
  if (shape.message.startsWith("failed to lookup address")) return "ENOTFOUND";
  const first = (error as { errors?: unknown } | null | undefined)?.errors;
  // Happy Eyeballs fails with an AggregateError: the first attempt's code speaks for all.
  return Array.isArray(first) && first.length > 0 ? errorCode(first[0]) : undefined;
}

interface ErrorShape {
  readonly name: string;
  readonly code: string | undefined;
  readonly message: string;
}

const NOTHING: ErrorShape = { name: "", code: undefined, message: "" };

function shapeOf(error: unknown): ErrorShape {
  if (typeof error !== "object" || error === null) {
    return error === undefined ? NOTHING : { ...NOTHING, message: String(error) };
  }
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  return {
    name: typeof name === "string" ? name : "",
    // A DOMException has a number there.
    code: typeof code === "string" && code !== "" ? code : undefined,
    message: typeof message === "string" ? message : "",
  };
}

function withoutOsError(shape: ErrorShape): string {
  const message = shape.message.replace(/ \(os error \d+\)$/, "");
  return message === "" ? shape.name || "unknown error" : message;
}

// An alert, a bad record, a bad certificate. Deno has InvalidData and a message, Node has codes.
function isTlsFailure(shape: ErrorShape, code: string | undefined): boolean {
  if (shape.name === "InvalidData") return true;
  return code !== undefined && /^(ERR_SSL|ERR_TLS|CERT_|TLS_|EPROTO$)/.test(code);
}

const ACTS: Readonly<Record<TransportAct, string>> = {
  connect: "connect",
  read: "read from the peer",
  write: "write to the peer",
  tls: "complete the TLS handshake",
  listen: "listen",
  accept: "accept a connection",
};

const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EADDRINUSE", "address already in use"],
  ["EADDRNOTAVAIL", "address not available"],
  ["EBADF", "closed by this side"],
  ["ECONNABORTED", "connection aborted"],
  ["ECONNREFUSED", "connection refused"],
  ["ECONNRESET", "connection reset by the peer"],
  ["EHOSTUNREACH", "host unreachable"],
  ["EINTR", "closed by this side"],
  ["EMFILE", "too many open files in this process"],
  ["ENETUNREACH", "network unreachable"],
  ["ENFILE", "too many open files in the system"],
  ["ENOENT", "no such path"],
  ["ENOTFOUND", "host name not found"],
  ["EPIPE", "the connection takes no more data"],
  ["ETIMEDOUT", "timed out"],
  ["UNEXPECTED_EOF", "the peer ended the connection without a closing alert"],
]);

const CODE_BY_NAME: ReadonlyMap<string, string> = new Map([
  ["AddrInUse", "EADDRINUSE"],
  ["AddrNotAvailable", "EADDRNOTAVAIL"],
  ["BadResource", "EBADF"],
  ["BrokenPipe", "EPIPE"],
  ["ConnectionAborted", "ECONNABORTED"],
  ["ConnectionRefused", "ECONNREFUSED"],
  ["ConnectionReset", "ECONNRESET"],
  ["Interrupted", "EINTR"],
  ["NetworkUnreachable", "ENETUNREACH"],
  ["NotCapable", "EACCES"],
  ["NotConnected", "ENOTCONN"],
  ["NotFound", "ENOENT"],
  ["PermissionDenied", "EACCES"],
  ["TimedOut", "ETIMEDOUT"],
  ["UnexpectedEof", "UNEXPECTED_EOF"],
]);

const CLOSED_CODES: ReadonlySet<string> = new Set([
  "EBADF",
  "EINTR",
  "ERR_SERVER_NOT_RUNNING",
  "ERR_SOCKET_CLOSED",
  "ERR_STREAM_DESTROYED",
]);
