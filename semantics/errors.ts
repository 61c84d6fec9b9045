/**
 * The error families of the protocol, shared by every HTTP version.
 *
 * @module
 */

import { StackError, type StackErrorOptions } from "@avx/runtime/errors";

/** The peer broke the protocol or one of our limits. */
export class RemoteProtocolError extends StackError {
  override readonly name = "RemoteProtocolError";
  /** Makes one; the default code is `REMOTE_PROTOCOL`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "REMOTE_PROTOCOL", options);
  }
}

/** The caller asked for something the protocol does not allow. */
export class LocalProtocolError extends StackError {
  override readonly name = "LocalProtocolError";
  /** Makes one; the default code is `LOCAL_PROTOCOL`. */
  constructor(message: string, options?: StackErrorOptions) {
    super(message, "LOCAL_PROTOCOL", options);
  }
}

/** The client or pool was closed while the request waited, or before it was made. */
export class PoolClosedError extends StackError {
  override readonly name = "PoolClosedError";
  /** Makes one; the default code is `POOL_CLOSED`. */
  constructor(message = "The client is closed", options?: StackErrorOptions) {
    super(message, "POOL_CLOSED", options);
  }
}

/** A message body is larger than the limit its reader set. */
export class BodyTooLargeError extends StackError {
  override readonly name = "BodyTooLargeError";
  /** The limit, in bytes. */
  readonly limitBytes: number;
  /** Makes one; the default code is `BODY_TOO_LARGE`. */
  constructor(limitBytes: number, options?: StackErrorOptions) {
    super(`Cannot read body as it is larger than ${limitBytes} bytes`, "BODY_TOO_LARGE", options);
    this.limitBytes = limitBytes;
  }
}
