/**
 * The error families of the protocol, shared by every HTTP version.
 *
 * Those that concern the transport are in `@avx/runtime/errors`. Each carries a stable `code` and,
 * where another error is behind it, that one as `cause`.
 *
 * @module
 */

import { ConnectError, StackError, type StackErrorOptions } from "@avx/runtime/errors";

/**
 * The peer broke the protocol or one of our limits. On a client: the response is malformed, and
 * asking again will hardly help.
 *
 * @example Telling the families apart
 * ```ts
 * import { RemoteProtocolError } from "@avx/semantics/errors";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new RemoteProtocolError("The status line is malformed", {
 *   code: "BAD_STATUS_LINE",
 * });
 * assertEquals(error.name, "RemoteProtocolError");
 * assertEquals(error.code, "BAD_STATUS_LINE");
 * ```
 */
export class RemoteProtocolError extends StackError {
  /** `"RemoteProtocolError"`. */
  override readonly name = "RemoteProtocolError";
  /** Makes one; the default code is `REMOTE_PROTOCOL`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "REMOTE_PROTOCOL", options);
  }
}

/**
 * The caller asked for something the protocol does not allow: more bytes than were declared, a body
 * where none may be.
 *
 * @example The default code
 * ```ts
 * import { LocalProtocolError } from "@avx/semantics/errors";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new LocalProtocolError("Cannot send data as the declared length is reached");
 * assertEquals(error.code, "LOCAL_PROTOCOL");
 * ```
 */
export class LocalProtocolError extends StackError {
  /** `"LocalProtocolError"`. */
  override readonly name = "LocalProtocolError";
  /** Makes one; the default code is `LOCAL_PROTOCOL`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "LOCAL_PROTOCOL", options);
  }
}

/**
 * The client or pool was closed while the request waited, or before it was made.
 *
 * @example The default message
 * ```ts
 * import { PoolClosedError } from "@avx/semantics/errors";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(new PoolClosedError().message, "The client is closed");
 * ```
 */
export class PoolClosedError extends StackError {
  /** `"PoolClosedError"`. */
  override readonly name = "PoolClosedError";
  /** Makes one; the default code is `POOL_CLOSED`. */
  constructor(message = "The client is closed", options?: StackErrorOptions) {
    super(message, "POOL_CLOSED", options);
  }
}

/**
 * A proxy gave no way to the server. It is a `ConnectError`, whose `code` says why:
 * `PROXY_REFUSED`, `PROXY_AUTHENTICATION_REQUIRED`, `PROXY_INVALID_REPLY`, `PROXY_REPLY_TOO_LARGE`,
 * `PROXY_CLOSED` where it ended the connection instead of answering, or what happened behind it, as
 * far as a SOCKS proxy tells: `ECONNREFUSED`, `EHOSTUNREACH`, `ENETUNREACH`, `ETIMEDOUT`.
 *
 * @example A proxy that wants to know who asks
 * ```ts
 * import { ConnectError } from "@avx/runtime/errors";
 * import { ProxyError } from "@avx/semantics/errors";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const code = "PROXY_AUTHENTICATION_REQUIRED";
 * const error = new ProxyError("Cannot connect: the proxy answers 407", { code, status: 407 });
 * assert(error instanceof ConnectError);
 * assertEquals([error.code, error.status], [code, 407]);
 * ```
 */
export class ProxyError extends ConnectError {
  /** What the proxy answered, if it did: an HTTP status, or the reply of SOCKS (RFC 1928 §6). */
  readonly status: number | undefined;
  /** Makes one; the default code is `PROXY_REFUSED`. */
  constructor(message: string, options: StackErrorOptions & { readonly status?: number } = {}) {
    super(message, { ...options, code: options.code ?? "PROXY_REFUSED" });
    this.status = options.status;
  }
}

/**
 * As many requests wait for a connection as may wait: this one was not queued.
 *
 * @example The default message
 * ```ts
 * import { PoolFullError } from "@avx/semantics/errors";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new PoolFullError(1_000);
 * assertEquals(error.message, "Cannot wait for a connection as 1000 requests wait already");
 * ```
 */
export class PoolFullError extends StackError {
  /** `"PoolFullError"`. */
  override readonly name = "PoolFullError";
  /** How many may wait. */
  readonly maxWaiting: number;
  /** Makes one; the default code is `POOL_FULL`. */
  constructor(maxWaiting: number, options?: StackErrorOptions) {
    super(
      `Cannot wait for a connection as ${maxWaiting} requests wait already`,
      "POOL_FULL",
      options,
    );
    this.maxWaiting = maxWaiting;
  }
}

/**
 * A message body is larger than the limit its reader set. A server answers a request whose handler
 * rejects with it with 413.
 *
 * @example The limit that was passed
 * ```ts
 * import { BodyTooLargeError } from "@avx/semantics/errors";
 * import { assertEquals } from "@std/assert";
 *
 * const error = new BodyTooLargeError(1024);
 * assertEquals(error.limitBytes, 1024);
 * assertEquals(error.message, "Cannot read body as it is larger than 1024 bytes");
 * ```
 */
export class BodyTooLargeError extends StackError {
  /** `"BodyTooLargeError"`. */
  override readonly name = "BodyTooLargeError";
  /** The limit, in bytes. */
  readonly limitBytes: number;
  /** Makes one; the default code is `BODY_TOO_LARGE`. */
  constructor(limitBytes: number, options?: StackErrorOptions) {
    super(`Cannot read body as it is larger than ${limitBytes} bytes`, "BODY_TOO_LARGE", options);
    this.limitBytes = limitBytes;
  }
}
