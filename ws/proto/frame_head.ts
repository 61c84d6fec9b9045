/**
 * The head of a frame: its bits, and how it is written (RFC 6455 §5.2).
 *
 * ```text
 *  byte 0          byte 1           0, 2 or 8 bytes     0 or 4 bytes
 *  F R R R opcode  M length 0–125   extended length     masking key
 *  I S S S         or 126 or 127    (126: 2, 127: 8)    (if M)
 *  N V V V
 *    1 2 3
 * ```
 *
 * @module
 */

/** The last frame of a message. */
export const FIN = 0x80;
/** The first frame of a compressed message (RFC 7692 §6). */
export const RSV1 = 0x40;
/** All bits that are reserved for extensions. */
export const RSV = 0x70;
/** In the second byte: a masking key follows. */
export const MASKED = 0x80;

/** Opcode: the message goes on. */
export const CONTINUATION = 0x0;
/** Opcode: a message of text. */
export const TEXT = 0x1;
/** Opcode: a message of bytes. */
export const BINARY = 0x2;
/** Opcode: no more data will come. */
export const CLOSE = 0x8;
/** Opcode: answer with a pong. */
export const PING = 0x9;
/** Opcode: the answer to a ping, or a sign of life. */
export const PONG = 0xa;

/** What a control frame carries at most, in bytes (RFC 6455 §5.5). */
export const MAX_CONTROL_BYTES = 125;
/** The longest head, in bytes. */
export const MAX_HEAD_BYTES = 14;
/** The longest payload whose length takes two bytes more. */
export const MAX_SHORT_BYTES = 0xffff;

/** How long the head of a frame is without its masking key, in bytes. */
export function headBytes(payloadBytes: number): number {
  if (payloadBytes <= MAX_CONTROL_BYTES) return 2;
  return payloadBytes <= MAX_SHORT_BYTES ? 4 : 10;
}

/**
 * Writes a head without its masking key, for which there must be room.
 *
 * @param into The buffer.
 * @param at Where the head starts.
 * @param first The first byte: FIN, reserved bits and opcode.
 * @param masked {@linkcode MASKED} or 0.
 * @param length The payload's, in bytes.
 * @returns The offset behind it.
 */
export function writeHead(
  into: Uint8Array,
  at: number,
  first: number,
  masked: number,
  length: number,
): number {
  into[at] = first;
  if (length <= MAX_CONTROL_BYTES) {
    into[at + 1] = masked | length;
    return at + 2;
  }
  if (length <= MAX_SHORT_BYTES) {
    into[at + 1] = masked | 126;
    into[at + 2] = length >>> 8;
    into[at + 3] = length;
    return at + 4;
  }
  const high = Math.floor(length / 0x1_0000_0000);
  const low = length >>> 0;
  into[at + 1] = masked | 127;
  into[at + 2] = high >>> 24;
  into[at + 3] = high >>> 16;
  into[at + 4] = high >>> 8;
  into[at + 5] = high;
  into[at + 6] = low >>> 24;
  into[at + 7] = low >>> 16;
  into[at + 8] = low >>> 8;
  into[at + 9] = low;
  return at + 10;
}
