/**
 * The types of frames and their flags (RFC 9113 §6, RFC 9218 §7.1).
 *
 * @module
 */

/** Content (RFC 9113 §6.1). */
export const DATA = 0x00;
/** The start of a field section (RFC 9113 §6.2). */
export const HEADERS = 0x01;
/** The priorities of RFC 7540, read and ignored (RFC 9113 §6.3). */
export const PRIORITY = 0x02;
/** The end of a stream at once (RFC 9113 §6.4). */
export const RST_STREAM = 0x03;
/** Parameters of the connection (RFC 9113 §6.5). */
export const SETTINGS = 0x04;
/** The announcement of a pushed response (RFC 9113 §6.6). */
export const PUSH_PROMISE = 0x05;
/** A round trip (RFC 9113 §6.7). */
export const PING = 0x06;
/** The end of the connection (RFC 9113 §6.8). */
export const GOAWAY = 0x07;
/** More room for content (RFC 9113 §6.9). */
export const WINDOW_UPDATE = 0x08;
/** More of a field section (RFC 9113 §6.10). */
export const CONTINUATION = 0x09;
/** The priorities of RFC 9218, of a stream that may not exist yet (RFC 9218 §7.1). */
export const PRIORITY_UPDATE = 0x10;

/** DATA and HEADERS: nothing follows on this half of the stream. */
export const END_STREAM = 0x01;
/** SETTINGS and PING: an answer. */
export const ACK = 0x01;
/** HEADERS, PUSH_PROMISE and CONTINUATION: the field section is complete. */
export const END_HEADERS = 0x04;
/** DATA, HEADERS and PUSH_PROMISE: there is padding. */
export const PADDED = 0x08;
/** HEADERS: there are the priorities of RFC 7540. */
export const HAS_PRIORITY = 0x20;

/** The bytes of a frame's head (RFC 9113 §4.1). */
export const FRAME_HEAD_BYTES = 9;
/** The largest frame that anyone may send before settings say otherwise (RFC 9113 §6.5.2). */
export const MIN_MAX_FRAME_BYTES = 0x4000;
/** The largest frame there can be. */
export const MAX_MAX_FRAME_BYTES = 0xff_ffff;
/** The highest id of a stream. */
export const MAX_STREAM_ID = 0x7fff_ffff;

const NAMES = [
  "DATA",
  "HEADERS",
  "PRIORITY",
  "RST_STREAM",
  "SETTINGS",
  "PUSH_PROMISE",
  "PING",
  "GOAWAY",
  "WINDOW_UPDATE",
  "CONTINUATION",
] as const;

/** The name of a frame's type, for messages. */
export function frameTypeName(type: number): string {
  if (type === PRIORITY_UPDATE) return "PRIORITY_UPDATE";
  return NAMES[type] ?? `0x${type.toString(16)}`;
}
