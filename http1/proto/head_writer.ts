/**
 * The heads we send (RFC 9112 §3, §4): start line, the caller's lines, and what the core adds.
 *
 * @module
 */

import {
  encodeUtf8,
  isFieldValue,
  isToken,
  TARGET_CHAR,
  utf8Length,
  writeDecimal,
  writeUtf8,
} from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import { reasonPhrase } from "@avx/semantics/status";
import type { FieldLines } from "@avx/semantics/field-section";
import { CHUNKED, UNTIL_CLOSE } from "./body_framing.ts";
import { type FieldBlock, FieldBlocks, LENGTH_NAME } from "./field_block.ts";
import type { OutputQueue } from "@avx/runtime/output-queue";

/** Neither a length nor a transfer coding: there is no body, or it ends with the connection. */
export const UNFRAMED = UNTIL_CLOSE;

/** `connection` need not be said. */
export const PERSIST = 0;
/** `connection: close`. */
export const CLOSE = 1;
/** `connection: keep-alive`, for HTTP/1.0. */
export const KEEP_ALIVE = 2;
/** `connection: upgrade`, alone or beside the others. */
export const UPGRADE = 4;
/** `connection: te`, likewise (RFC 9110 §10.1.4). */
export const TE = 8;
/** `expect: 100-continue`, a field of its own. */
export const EXPECT_CONTINUE = 16;

// Everything the core adds to a block: date, length or coding, connection, the empty line.
const MOST_ADDED = 256;
const LONG_TEXT = 16 * 1024;

const RESPONSES = new FieldBlocks(statusLine);
const REQUESTS = new FieldBlocks(requestLine);

const CHUNKED_LINE = "transfer-encoding: chunked\r\n";
const ADDED_LINES: readonly string[] = Array.from({ length: 32 }, (_, added) => addedLines(added));

/** The checked block of a response's head. */
export function responseBlock(status: number, reason: string, lines: FieldLines): FieldBlock {
  return RESPONSES.find(status, reason, lines);
}

/** The checked block of a request's head. */
export function requestBlock(method: string, target: string, lines: FieldLines): FieldBlock {
  return REQUESTS.find(method, target, lines);
}

/** Writes a head whose body, if any, follows by itself. */
export function writeHead(
  out: OutputQueue,
  block: FieldBlock,
  date: Uint8Array,
  length: number,
  added: number,
): void {
  let at = writeBlock(out, block, date, length >= 0);
  const { buffer } = out;
  if (length >= 0) {
    at = writeDecimal(buffer, at, length);
    buffer[at++] = 0x0d;
    buffer[at++] = 0x0a;
  } else if (length === CHUNKED) at = writeText(buffer, at, CHUNKED_LINE);
  out.length = endHead(buffer, at, added);
}

/** Writes a head and the body in one go. */
export function writeWhole(
  out: OutputQueue,
  block: FieldBlock,
  date: Uint8Array,
  body: string | Uint8Array,
  added: number,
): void {
  if (typeof body !== "string") {
    checkDeclared(block, body.length);
    writeHead(out, block, date, body.length, added);
    if (body.length > 0) out.bytes(body);
    return;
  }
  const count = body.length;
  if (count > LONG_TEXT) {
    writeWhole(out, block, date, encodeUtf8(body), added);
    return;
  }
  if (block.declaredLength >= 0) checkDeclared(block, utf8Length(body));
  out.ensure(block.byteLength + MOST_ADDED + 3 * count);
  const lengthAt = writeBlock(out, block, date, true);
  const { buffer } = out;
  // Nearly all text that is served is ASCII, a byte a character: write first, correct if it was not.
  let at = writeDecimal(buffer, lengthAt, count);
  buffer[at++] = 0x0d;
  buffer[at++] = 0x0a;
  at = endHead(buffer, at, added);
  const end = writeUtf8(buffer, at, body);
  out.length = end - at === count ? end : correctLength(buffer, lengthAt, at, end, count);
}

/** Whether what the caller declares is what is sent. */
export function checkDeclared(block: FieldBlock, length: number): void {
  if (block.declaredLength >= 0 && block.declaredLength !== length) {
    throw new LocalProtocolError(
      `Cannot send a body of ${length} bytes as content-length says ${block.declaredLength}`,
    );
  }
}

/** Writes the block, with {@linkcode LENGTH_NAME} if wanted, and makes room for the rest. */
function writeBlock(
  out: OutputQueue,
  block: FieldBlock,
  date: Uint8Array,
  withLength: boolean,
): number {
  out.ensure(block.byteLength + MOST_ADDED);
  const { bytes } = block;
  if (bytes.length === 0) return writeFirst(out, block, date, withLength);
  if (block.date !== date) block.redate(date);
  if (withLength) {
    out.buffer.set(block.bytes, out.length);
    return out.length + block.bytes.length;
  }
  const count = block.bytes.length - LENGTH_NAME.length;
  out.buffer.set(block.bytes.subarray(0, count), out.length);
  return out.length + count;
}

/** Writes a block that has not been encoded yet, and has it encoded for the next time. */
function writeFirst(
  out: OutputQueue,
  block: FieldBlock,
  date: Uint8Array,
  withLength: boolean,
): number {
  const { buffer } = out;
  let at = block.encode(buffer, out.length);
  if (!block.dated) {
    buffer.set(date, at);
    at += date.length;
  }
  if (block.seen) block.prepare(date);
  block.seen = true;
  return withLength ? writeText(buffer, at, LENGTH_NAME) : at;
}

function endHead(buffer: Uint8Array, at: number, added: number): number {
  let to = at;
  if (added !== PERSIST) to = writeText(buffer, to, ADDED_LINES[added]);
  buffer[to++] = 0x0d;
  buffer[to++] = 0x0a;
  return to;
}

/** Puts the true length before a body that is longer than its text. */
function correctLength(
  buffer: Uint8Array,
  lengthAt: number,
  bodyAt: number,
  bodyEnd: number,
  assumed: number,
): number {
  const actual = bodyEnd - bodyAt;
  const shift = digits(actual) - digits(assumed);
  if (shift > 0) buffer.copyWithin(lengthAt + shift, lengthAt, bodyEnd);
  writeDecimal(buffer, lengthAt, actual);
  return bodyEnd + shift;
}

function digits(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}

function writeText(buffer: Uint8Array, at: number, text: string): number {
  for (let index = 0; index < text.length; index++) buffer[at + index] = text.charCodeAt(index);
  return at + text.length;
}

function addedLines(added: number): string {
  const options = ["close", "keep-alive", "upgrade", "te"].filter((_, bit) => added & (1 << bit));
  const connection = options.length === 0 ? "" : `connection: ${options.join(", ")}\r\n`;
  return (added & EXPECT_CONTINUE) === 0 ? connection : `${connection}expect: 100-continue\r\n`;
}

function statusLine(status: number | string, reason: string): string {
  if (typeof status !== "number" || !Number.isInteger(status) || status < 100 || status > 999) {
    throw new RangeError(
      `Cannot send status as it must be a number of three digits: it is ${status}`,
    );
  }
  if (!isFieldValue(reason)) {
    throw new TypeError("Cannot send reason phrase as it holds what no status line may hold");
  }
  return `HTTP/1.1 ${status} ${reason === "" ? reasonPhrase(status) : reason}\r\n`;
}

function requestLine(method: number | string, target: string): string {
  if (typeof method !== "string" || !isToken(method)) {
    throw new TypeError(`Cannot send method as it must be a token: it is "${method}"`);
  }
  if (target.length === 0) throw new TypeError("Cannot send an empty target");
  for (let at = 0; at < target.length; at++) {
    const code = target.charCodeAt(at);
    if (code > 0xff || TARGET_CHAR[code] === 0) {
      throw new TypeError("Cannot send target as it holds what no request line may hold");
    }
  }
  return `${method} ${target} HTTP/1.1\r\n`;
}
