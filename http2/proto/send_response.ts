/**
 * Responses on their way out (RFC 9113 §8.1, §8.3.2).
 *
 * @module
 */

import { encodeUtf8, utf8Length, writeUtf8 } from "@avx/runtime/ascii";
import { LocalProtocolError } from "@avx/semantics/errors";
import type { FieldLines } from "@avx/semantics/field-section";
import { DATA, END_STREAM, FRAME_HEAD_BYTES, HEADERS } from "../frame/frame_type.ts";
import { writeFrameHead } from "../frame/frame_writer.ts";
import type { Connection } from "./connection.ts";
import { beginBlock, endBlock } from "./header_writer.ts";
import { OUTGOING, type OutgoingFields } from "./outgoing_fields.ts";
import { countSent, directRoom, endSent, queueData, queueEnd } from "./send_data.ts";
import {
  BODYLESS,
  EXPECTS_CONTINUE,
  HEAD_SENT,
  IS_CONNECT,
  IS_HEAD,
  type Stream,
} from "./stream.ts";
import { FIRST_VERDICT, SEND_HEADERS, stateName, transition } from "./stream_state.ts";

/** From here on, in characters, text is encoded before it is measured, which is the faster way. */
const SHORT_TEXT = 64;
const LONG_TEXT = 16 * 1024;

/** Holds the text of the response that is being sent, between measuring and copying it. */
const TEXT = new Uint8Array(3 * LONG_TEXT);

/** Sends a head and all content. */
export function sendWhole(
  connection: Connection,
  stream: Stream,
  date: string,
  status: number,
  lines: FieldLines,
  body: string | Uint8Array | undefined,
): void {
  const fields = checkHead(stream, status, lines);
  if (typeof body === "string" && body.length > LONG_TEXT) {
    return sendWhole(connection, stream, date, status, lines, encodeUtf8(body));
  }
  const length = body === undefined
    ? 0
    : typeof body === "string"
    ? measureText(body)
    : body.length;
  const bodyless = isBodyless(stream, status);
  if (!bodyless && fields.declaredLength >= 0 && fields.declaredLength !== length) {
    throw new LocalProtocolError(
      `Cannot send a body of ${length} bytes as content-length says ${fields.declaredLength}`,
    );
  }
  const empty = bodyless || length === 0;
  // To HEAD, a length that nobody knows is not told.
  const known = body === undefined && bodyless ? -1 : length;
  const told = lengthToTell(stream, status, fields, known);
  writeHead(connection, stream, date, status, fields, told, empty ? END_STREAM : 0);
  if (empty) endSent(connection, stream);
  else writeBody(connection, stream, body!, length);
}

/** Sends a head whose content follows. Returns whether any will be sent. */
export function sendHead(
  connection: Connection,
  stream: Stream,
  date: string,
  status: number,
  lines: FieldLines,
  end: boolean,
): boolean {
  const fields = checkHead(stream, status, lines);
  const bodyless = isBodyless(stream, status);
  // RFC 9110 §8.6: never in 204, nor where a tunnel begins.
  const untold = status === 204 || (stream.has(IS_CONNECT) && status < 300);
  const told = untold ? -1 : fields.declaredLength;
  if (end && !bodyless && told > 0) {
    throw new LocalProtocolError(`Cannot end the stream as content-length says ${told}`);
  }
  writeHead(connection, stream, date, status, fields, told, end ? END_STREAM : 0);
  if (end) {
    endSent(connection, stream);
    return false;
  }
  if (bodyless) stream.flags |= BODYLESS;
  else stream.declaredBytes = told;
  return !bodyless;
}

/** Sends an interim response. */
export function sendInformational(
  connection: Connection,
  stream: Stream,
  status: number,
  lines: FieldLines,
): void {
  // RFC 9113 §8.6: there is no 101.
  if (!(status >= 100 && status < 200) || status === 101 || !Number.isInteger(status)) {
    throw new RangeError(`Cannot send an interim response as ${status} is none in HTTP/2`);
  }
  const fields = OUTGOING.find(lines);
  checkState(stream, "send an interim response");
  stream.flags &= ~EXPECTS_CONTINUE;
  // RFC 9110 §8.6: an interim response has no length.
  writeBlock(connection, stream, "", status, fields, -1, 0);
}

function checkHead(stream: Stream, status: number, lines: FieldLines): OutgoingFields {
  if (!(status >= 200 && status <= 999) || !Number.isInteger(status)) {
    throw new RangeError(`Cannot send a response as ${status} is no final status`);
  }
  const fields = OUTGOING.find(lines);
  checkState(stream, "send a response");
  return fields;
}

function checkState(stream: Stream, doing: string): void {
  if (stream.has(HEAD_SENT)) {
    throw new LocalProtocolError(`Cannot ${doing} on stream ${stream.id} as one was sent`);
  }
  if (transition(stream.state, SEND_HEADERS) >= FIRST_VERDICT) {
    const current = stateName(stream.state);
    throw new LocalProtocolError(
      `Cannot ${doing} on stream ${stream.id}: current state is "${current}"`,
    );
  }
}

function writeHead(
  connection: Connection,
  stream: Stream,
  date: string,
  status: number,
  fields: OutgoingFields,
  length: number,
  flags: number,
): void {
  stream.state = transition(stream.state, SEND_HEADERS);
  stream.flags |= HEAD_SENT;
  if (stream.has(IS_CONNECT) && status >= 300) stream.flags &= ~IS_CONNECT;
  writeBlock(connection, stream, date, status, fields, length, flags);
}

function writeBlock(
  connection: Connection,
  stream: Stream,
  date: string,
  status: number,
  fields: OutgoingFields,
  length: number,
  flags: number,
): void {
  const { encoder, output, settings } = connection;
  const start = beginBlock(output, 0, fields.roomBytes);
  encoder.startBlock(output);
  encoder.writeStatus(status, output);
  const whole = length < 0 ? fields.withDate(date) : fields.withLength(date, length);
  if (whole !== undefined) encoder.writeLines(whole, output);
  else {
    encoder.writeLines(fields.withDate(date), output);
    encoder.writeField("content-length", String(length), output);
  }
  endBlock(output, start, HEADERS, flags, stream.id, settings.remote.maxFrameBytes);
}

function writeBody(
  connection: Connection,
  stream: Stream,
  body: string | Uint8Array,
  length: number,
): void {
  if (length > directRoom(connection, stream)) {
    queueData(connection, stream, typeof body === "string" ? encodeUtf8(body) : body);
    queueEnd(connection, stream);
    return;
  }
  const { output } = connection;
  output.ensure(FRAME_HEAD_BYTES + length);
  const at = output.length;
  writeFrameHead(output.buffer, at, length, DATA, END_STREAM, stream.id);
  const contentAt = at + FRAME_HEAD_BYTES;
  if (typeof body !== "string") output.buffer.set(body, contentAt);
  else if (body.length < SHORT_TEXT) writeUtf8(output.buffer, contentAt, body);
  else output.buffer.set(TEXT.subarray(0, length), contentAt);
  output.length = at + FRAME_HEAD_BYTES + length;
  countSent(connection, stream, length);
  endSent(connection, stream);
}

/** The length of a text in UTF-8, in bytes. A text that is not short is in {@linkcode TEXT} then. */
function measureText(text: string): number {
  return text.length < SHORT_TEXT ? utf8Length(text) : writeUtf8(TEXT, 0, text);
}

/** Whether a response has no content, whatever is given (RFC 9110 §6.4.1). */
function isBodyless(stream: Stream, status: number): boolean {
  return (stream.flags & IS_HEAD) !== 0 || status === 204 || status === 304;
}

/** The length that a whole response tells; -1 for none (RFC 9110 §8.6). */
function lengthToTell(
  stream: Stream,
  status: number,
  fields: OutgoingFields,
  length: number,
): number {
  if (status === 204 || (stream.has(IS_CONNECT) && status < 300)) return -1;
  if (fields.declaredLength >= 0) return fields.declaredLength;
  return status === 304 ? -1 : length;
}
