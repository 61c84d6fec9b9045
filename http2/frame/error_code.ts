/**
 * The error codes of RST_STREAM and GOAWAY (RFC 9113 §7).
 *
 * @module
 */

/** Not an error. */
export const NO_ERROR = 0x00;
/** A rule was broken for which there is no better code. */
export const PROTOCOL_ERROR = 0x01;
/** The fault is ours. */
export const INTERNAL_ERROR = 0x02;
/** The peer sent more than its window. */
export const FLOW_CONTROL_ERROR = 0x03;
/** SETTINGS were not acknowledged in time. */
export const SETTINGS_TIMEOUT = 0x04;
/** A frame came on a stream whose half is closed. */
export const STREAM_CLOSED = 0x05;
/** A frame has a size that it may not have. */
export const FRAME_SIZE_ERROR = 0x06;
/** Nothing of the stream was processed: it may be tried again. */
export const REFUSED_STREAM = 0x07;
/** The stream is no longer wanted. */
export const CANCEL = 0x08;
/** The compression state cannot be kept. */
export const COMPRESSION_ERROR = 0x09;
/** The connection that CONNECT asked for was reset. */
export const CONNECT_ERROR = 0x0a;
/** The peer does too much of something. */
export const ENHANCE_YOUR_CALM = 0x0b;
/** The transport is not safe enough. */
export const INADEQUATE_SECURITY = 0x0c;
/** The request needs HTTP/1.1. */
export const HTTP_1_1_REQUIRED = 0x0d;

/** The codes by their names, in order. */
export const ERROR_CODE_NAMES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
] as const;

/**
 * The name of an error code; an unknown one by its number. RFC 9113 §7: an unknown code has no
 * special meaning.
 *
 * @example A known and an unknown code
 * ```ts
 * import { errorCodeName } from "@avx/http2";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(errorCodeName(0x0b), "ENHANCE_YOUR_CALM");
 * assertEquals(errorCodeName(0x1234), "0x1234");
 * ```
 */
export function errorCodeName(code: number): string {
  return ERROR_CODE_NAMES[code] ?? `0x${code.toString(16)}`;
}
