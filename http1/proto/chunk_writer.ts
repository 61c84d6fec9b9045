/**
 * Writes the chunked transfer coding (RFC 9112 §7.1).
 *
 * @module
 */

import { LocalProtocolError } from "@avx/semantics/errors";
import { validateFieldLines } from "@avx/semantics/field-lines";
import type { FieldLines } from "@avx/semantics/field-section";
import type { OutputQueue } from "@avx/runtime/output-queue";

const HEX = "0123456789abcdef";
// RFC 9110 §6.5.1: what frames, routes or authenticates a message cannot follow it.
const NEVER_TRAILERS = /^(?:transfer-encoding|content-length|host|connection|trailer|te|expect)$/i;

/** Writes one chunk. `bytes` must not be empty: an empty chunk ends the body. */
export function writeChunk(out: OutputQueue, bytes: Uint8Array): void {
  out.ensure(18);
  out.length = writeSize(out.buffer, out.length, bytes.length);
  out.bytes(bytes);
  out.ensure(2);
  out.buffer[out.length++] = 0x0d;
  out.buffer[out.length++] = 0x0a;
}

/**
 * Writes the end of a body and its trailers.
 *
 * @throws {TypeError} If a line could not travel as it is.
 * @throws {LocalProtocolError} If a field is none that may be a trailer.
 */
export function writeLastChunk(out: OutputQueue, trailers: FieldLines): void {
  if (trailers.length > 0) checkTrailers(trailers);
  out.ascii("0\r\n");
  for (let at = 0; at < trailers.length; at += 2) {
    out.ascii(trailers[at]);
    out.ascii(": ");
    out.ascii(trailers[at + 1]);
    out.ascii("\r\n");
  }
  out.ascii("\r\n");
}

function checkTrailers(trailers: FieldLines): void {
  validateFieldLines(trailers);
  for (let at = 0; at < trailers.length; at += 2) {
    if (NEVER_TRAILERS.test(trailers[at])) {
      throw new LocalProtocolError(`Cannot send "${trailers[at]}" as a trailer`);
    }
  }
}

function writeSize(buffer: Uint8Array, at: number, size: number): number {
  let digits = 1;
  for (let limit = 16; size >= limit; limit *= 16) digits++;
  let rest = size;
  for (let index = at + digits - 1; index >= at; index--) {
    buffer[index] = HEX.charCodeAt(rest % 16);
    rest = Math.floor(rest / 16);
  }
  const end = at + digits;
  buffer[end] = 0x0d;
  buffer[end + 1] = 0x0a;
  return end + 2;
}
