/**
 * The error families that users of the stack see, as far as they concern the transport.
 *
 * Each carries a stable `code` and, as `cause`, what the platform said. The protocol's own
 * families are in `@avx/semantics`.
 *
 * @module
 */

/**
 * Options of every error family.
 *
 * @example What the platform said
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { NetworkError, type StackErrorOptions } from "@avx/runtime/errors";
 *
 * const options: StackErrorOptions = { code: "ECONNRESET", cause: new Error("os error 104") };
 * assertEquals(new NetworkError("Cannot read: connection reset", options).code, "ECONNRESET");
 * ```
 */
export interface StackErrorOptions extends ErrorOptions {
  /** A stable, machine-readable code, such as `ECONNRESET`. */
  readonly code?: string;
}

/**
 * The common base of all error families.
 *
 * @example One check for all families
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StackError, TimeoutError } from "@avx/runtime/errors";
 *
 * try {
 *   throw new TimeoutError("connect", 3_000);
 * } catch (error) {
 *   assertEquals(error instanceof StackError && error.code, "TIMEOUT");
 * }
 * ```
 */
export abstract class StackError extends Error {
  /** A stable, machine-readable code. */
  readonly code: string;

  /** Makes one with `defaultCode` unless `options` names a code. */
  constructor(message: string, defaultCode: string, options: StackErrorOptions = {}) {
    super(message, options);
    this.code = options.code ?? defaultCode;
  }
}

/**
 * No connection could be made: name not found, refused, unreachable.
 *
 * @example Refused
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ConnectError } from "@avx/runtime/errors";
 *
 * const error = new ConnectError("Cannot connect: refused", { code: "ECONNREFUSED" });
 * assertEquals([error.name, error.code], ["ConnectError", "ECONNREFUSED"]);
 * ```
 */
export class ConnectError extends StackError {
  /** The name of the family. */
  override readonly name = "ConnectError";

  /** Makes one; the default code is `CONNECT_FAILED`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "CONNECT_FAILED", options);
  }
}

/**
 * A TLS handshake failed, or an established session broke its rules.
 *
 * Its `code` says why, where the platform does: `CERT_EXPIRED`, `CERT_NOT_VALID_YET`,
 * `CERT_NOT_VALID_FOR_NAME`, `CERT_UNKNOWN_ISSUER`, `CERT_SELF_SIGNED` (on Deno that is
 * `CERT_UNKNOWN_ISSUER`), `CERT_INVALID_PURPOSE`, `CERT_REVOKED`, `CERT_UNVERIFIED` (one of these, and
 * the platform does not say which), `TLS_NOT_SPOKEN` where the answer is not TLS, and
 * `TLS_ALERT_…` with the name of the peer's alert, such as `TLS_ALERT_CERTIFICATE_REQUIRED`.
 *
 * @example A certificate of somebody else
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TlsError } from "@avx/runtime/errors";
 *
 * const error = new TlsError("Cannot verify certificate: it is not valid for this name");
 * assertEquals([error.name, error.code], ["TlsError", "TLS_FAILED"]);
 * ```
 */
export class TlsError extends StackError {
  /** The name of the family. */
  override readonly name = "TlsError";

  /** Makes one; the default code is `TLS_FAILED`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "TLS_FAILED", options);
  }
}

/**
 * An established connection broke: reset, aborted, ended too early.
 *
 * @example With its cause
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { NetworkError } from "@avx/runtime/errors";
 *
 * const cause = new Error("broken pipe");
 * const error = new NetworkError("Cannot write: the peer is gone", { code: "EPIPE", cause });
 * assertEquals([error.name, error.code, error.cause], ["NetworkError", "EPIPE", cause]);
 * ```
 */
export class NetworkError extends StackError {
  /** The name of the family. */
  override readonly name = "NetworkError";

  /** Makes one; the default code is `NETWORK_FAILED`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "NETWORK_FAILED", options);
  }
}

/**
 * Which wait ran out: for a connection of the pool, for the name's addresses, for the connection,
 * for the TLS handshake, for the request to be sent, for the response's header section, for its
 * body, for anything on a quiet connection, or for all of it together.
 *
 * @example What to try again
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimeoutError, type TimeoutPhase } from "@avx/runtime/errors";
 *
 * const beforeSending: TimeoutPhase[] = ["pool", "dns", "connect", "tls"];
 * const error = new TimeoutError("dns", 500);
 * assertEquals(beforeSending.includes(error.phase), true);
 * ```
 */
export type TimeoutPhase =
  | "pool"
  | "dns"
  | "connect"
  | "tls"
  | "request"
  | "headers"
  | "body"
  | "idle"
  | "total";

/**
 * A phase took longer than its limit.
 *
 * @example The phase and its limit
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimeoutError } from "@avx/runtime/errors";
 *
 * const error = new TimeoutError("headers", 10_000);
 * assertEquals([error.phase, error.timeoutMs], ["headers", 10_000]);
 * assertEquals(error.message, 'Timed out in phase "headers" after 10000 ms');
 * ```
 */
export class TimeoutError extends StackError {
  /** The name of the family. */
  override readonly name = "TimeoutError";

  /** The phase whose time ran out. */
  readonly phase: TimeoutPhase;
  /** The limit, in milliseconds. */
  readonly timeoutMs: number;
  /** Makes one; the default code is `TIMEOUT`. */
  constructor(phase: TimeoutPhase, timeoutMs: number, options?: StackErrorOptions) {
    super(`Timed out in phase "${phase}" after ${timeoutMs} ms`, "TIMEOUT", options);
    this.phase = phase;
    this.timeoutMs = timeoutMs;
  }
}

/**
 * The caller's signal gave the operation up and had no reason of its own.
 *
 * @example Without a reason of its own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AbortError } from "@avx/runtime/errors";
 *
 * const error = new AbortError();
 * assertEquals([error.name, error.code], ["AbortError", "ABORTED"]);
 * ```
 */
export class AbortError extends StackError {
  /** The name of the family. */
  override readonly name = "AbortError";

  /** Makes one; the default code is `ABORTED`. */
  constructor(message = "The operation was aborted", options?: StackErrorOptions) {
    super(message, "ABORTED", options);
  }
}
