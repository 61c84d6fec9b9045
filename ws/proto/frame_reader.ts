/**
 * Frames from bytes, in any pieces (RFC 6455 §5.2).
 *
 * @module
 */

import type { FailedEvent } from "./events.ts";
import { failed } from "./failure.ts";
import * as head from "./frame_head.ts";
import { mask, rotateKey } from "./mask.ts";

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** All that came has been read. */
export const MORE = 0;
/** Some of a frame's payload, or the last of it, or all of it, is in place. */
export const PIECE = 1;
/** The peer broke a rule; see {@linkcode FrameReader.failure}. */
export const FAULT = 2;

/** What a reader expects of its peer. */
export interface FrameReaderOptions {
  /** Whether frames have to be masked (those of clients) or must not be. */
  readonly masked: boolean;
  /** Whether RSV1 has a meaning: permessage-deflate was agreed on. */
  readonly compression: boolean;
  /** The longest payload, in bytes. */
  readonly maxFrameBytes: number;
}

/**
 * Reads frames, and unmasks their payloads where they lie: what it is given belongs to it. A head
 * that came in part is kept in a few bytes of its own, so that nothing large is ever copied.
 */
export class FrameReader {
  /** The bytes that were given last. */
  bytes: Uint8Array = NO_BYTES;
  /** Where the piece starts. */
  start = 0;
  /** Where it ends. */
  end = 0;
  /** Whether it starts its frame. */
  first = true;
  /** Whether it ends its frame. */
  last = true;
  /** Whether it is known to be ASCII. */
  ascii = false;
  /** Whether the frame is its message's last. */
  fin = false;
  /** Whether the frame starts a compressed message. */
  compressed = false;
  /** The frame's opcode. */
  opcode = 0;
  /** The length of the frame's payload, in bytes. */
  length = 0;
  /** What the peer did. */
  failure: FailedEvent | undefined = undefined;

  readonly #options: FrameReaderOptions;
  #at = 0;
  #key = 0;
  #left = 0;
  /** Whether the head was read and the payload was not. */
  #inFrame = false;
  readonly #partial = new Uint8Array(head.MAX_HEAD_BYTES);
  #partialBytes = 0;

  /** Makes one that expects a frame. */
  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** Whether all that was received has been read. */
  get drained(): boolean {
    return this.#at === this.bytes.length;
  }

  /** Takes in more, which is changed in place, and which nobody else may change. */
  receive(bytes: Uint8Array): void {
    if (this.drained) this.bytes = bytes;
    else {
      const rest = this.bytes.subarray(this.#at);
      const joined = new Uint8Array(rest.length + bytes.length);
      joined.set(rest);
      joined.set(bytes, rest.length);
      this.bytes = joined;
    }
    this.#at = 0;
  }

  /** Reads no more of what was received. */
  clear(): void {
    this.bytes = NO_BYTES;
    this.#at = 0;
  }

  /** Finds the next piece. Returns {@linkcode MORE}, {@linkcode PIECE} or {@linkcode FAULT}. */
  read(): number {
    if (this.#inFrame) {
      if (this.#at === this.bytes.length) return MORE;
      this.first = false;
      return this.#piece();
    }
    const { bytes } = this;
    const at = this.#at;
    if (this.#partialBytes > 0) return this.#readPartial();
    const size = this.#parse(bytes, at, bytes.length);
    if (size < 0) return FAULT;
    if (size === 0 || at + size > bytes.length) {
      this.#partial.set(bytes.subarray(at));
      this.#partialBytes = bytes.length - at;
      this.#at = bytes.length;
      return MORE;
    }
    this.#at = at + size;
    return this.#begin();
  }

  /** A byte at a time: heads are hardly ever cut. */
  #readPartial(): number {
    const partial = this.#partial;
    while (this.#at < this.bytes.length) {
      partial[this.#partialBytes++] = this.bytes[this.#at++];
      const size = this.#parse(partial, 0, this.#partialBytes);
      if (size < 0) return FAULT;
      if (size === 0 || size > this.#partialBytes) continue;
      this.#partialBytes = 0;
      return this.#begin();
    }
    return MORE;
  }

  #begin(): number {
    this.first = true;
    this.#left = this.length;
    this.#inFrame = true;
    // A frame whose payload has not begun to come shows nothing yet.
    return this.#left > 0 && this.#at === this.bytes.length ? this.#wait() : this.#piece();
  }

  /** The message begins all the same: its limits are checked by the head. */
  #wait(): number {
    this.start = this.end = this.#at;
    this.last = false;
    return PIECE;
  }

  #piece(): number {
    const start = this.#at;
    const room = this.bytes.length - start;
    const count = this.#left < room ? this.#left : room;
    const end = start + count;
    this.start = start;
    this.end = this.#at = end;
    this.#left -= count;
    this.last = this.#left === 0;
    this.#inFrame = !this.last;
    if (this.#options.masked) {
      this.ascii = mask(this.bytes, start, end, this.#key) < 0x80;
      if (!this.last) this.#key = rotateKey(this.#key, count);
    } else this.ascii = false;
    return PIECE;
  }

  /** The size of a head, as far as its bytes tell: 0 if they do not yet, -1 if it is wrong. */
  #parse(bytes: Uint8Array, at: number, end: number): number {
    if (end - at < 2) return 0;
    const first = bytes[at];
    const second = bytes[at + 1];
    const opcode = first & 0x0f;
    this.opcode = opcode;
    this.fin = (first & head.FIN) !== 0;
    this.compressed = (first & head.RSV1) !== 0;
    if ((first & head.RSV) !== 0 && !this.#mayBeCompressed(first)) {
      return this.#fault("RESERVED_BITS", "A frame has reserved bits set");
    }
    if (opcode > head.PONG || (opcode > head.BINARY && opcode < head.CLOSE)) {
      return this.#fault("BAD_OPCODE", `A frame has the opcode 0x${opcode.toString(16)}`);
    }
    const masked = (second & head.MASKED) !== 0;
    if (masked !== this.#options.masked) {
      return this.#fault(
        "BAD_MASKING",
        masked ? "A server's frame is masked" : "A client's frame is not masked",
      );
    }
    const short = second & 0x7f;
    if (opcode >= head.CLOSE && (!this.fin || short > head.MAX_CONTROL_BYTES)) {
      return this.#fault("BAD_CONTROL_FRAME", "A control frame is fragmented or too long");
    }
    let size = 2;
    let length = short;
    if (short > head.MAX_CONTROL_BYTES) {
      size = short === 126 ? 4 : 10;
      if (end - at < size) return 0;
      length = short === 126
        ? (bytes[at + 2] << 8) | bytes[at + 3]
        : word(bytes, at + 2) * 0x1_0000_0000 + word(bytes, at + 6);
      // RFC 6455 §5.2: in as few bytes as possible, and the highest bit is 0.
      if (length <= (short === 126 ? head.MAX_CONTROL_BYTES : head.MAX_SHORT_BYTES)) {
        return this.#fault("BAD_LENGTH", "The length of a frame takes more bytes than it needs");
      }
      if (length >= 2 ** 63) return this.#fault("BAD_LENGTH", "The length of a frame is negative");
    }
    this.length = length;
    if (length > this.#options.maxFrameBytes && opcode < head.CLOSE) {
      return this.#fault(
        "FRAME_TOO_LARGE",
        `A frame has more than ${this.#options.maxFrameBytes} bytes`,
      );
    }
    if (masked) {
      const key = at + size;
      size += 4;
      if (end - at < size) return 0;
      this.#key = bytes[key] | (bytes[key + 1] << 8) | (bytes[key + 2] << 16) |
        (bytes[key + 3] << 24);
    }
    return size;
  }

  #mayBeCompressed(first: number): boolean {
    const opcode = first & 0x0f;
    return this.#options.compression && (first & head.RSV) === head.RSV1 &&
      (opcode === head.TEXT || opcode === head.BINARY);
  }

  #fault(code: Parameters<typeof failed>[0], reason: string): -1 {
    this.failure = failed(code, reason);
    return -1;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}
