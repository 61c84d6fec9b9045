/**
 * The error families that users of the stack see, as far as they concern the transport.
 *
 * Each carries a stable `code` and, as `cause`, what the platform said. The protocol's own
 * families are in `@avx/semantics`.
 *
 * @module
 */

/** Options of every error family. */
export interface StackErrorOptions extends ErrorOptions {
  /** A stable, machine-readable code, such as `ECONNRESET`. */
  readonly code?: string;
}

/** The common base of all error families. */
export abstract class StackError extends Error {
  /** A stable, machine-readable code. */
  readonly code: string;

  /** Makes one with `defaultCode` unless `options` names another. */
  constructor(message: string, defaultCode: string, options: StackErrorOptions = {}) {
    super(message, options);
    this.code = options.code ?? defaultCode;
  }
}

/** No connection could be made: name not found, refused, unreachable. */
export class ConnectError extends StackError {
  override readonly name = "ConnectError";
  /** Makes one; the default code is `CONNECT_FAILED`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "CONNECT_FAILED", options);
  }
}

/** A TLS handshake failed, or an established session broke its rules. */
export class TlsError extends StackError {
  override readonly name = "TlsError";
  /** Makes one; the default code is `TLS_FAILED`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "TLS_FAILED", options);
  }
}

/** An established connection broke: reset, aborted, ended too early. */
export class NetworkError extends StackError {
  override readonly name = "NetworkError";
  /** Makes one; the default code is `NETWORK_FAILED`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "NETWORK_FAILED", options);
  }
}

/** Which wait ran out. */
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

/** A phase took longer than its limit. */
export class TimeoutError extends StackError {
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

/** The caller's signal gave the operation up and had no reason of its own. */
export class AbortError extends StackError {
  override readonly name = "AbortError";
  /** Makes one; the default code is `ABORTED`. */
  constructor(message = "The operation was aborted", options?: StackErrorOptions) {
    super(message, "ABORTED", options);
  }
}
