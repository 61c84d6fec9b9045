/**
 * Messages as their frames bring them: in order, within the limits, text checked at once.
 *
 * @module
 */

import type { BufferPool } from "@avx/runtime/buffer-pool";
import type { BinaryEvent, FailedEvent, TextEvent } from "./events.ts";
import { failed } from "./failure.ts";
import { BINARY, CONTINUATION, TEXT } from "./frame_head.ts";
import type { FrameReader } from "./frame_reader.ts";
import type { WebSocketLimits } from "./limits.ts";
import type { MessageDeflate } from "./message_deflate.ts";
import { MessageAssembler } from "./messages.ts";
import { isShortAscii, textOf, Utf8Validator } from "./utf8.ts";

/** What a piece of a data frame comes to. */
export type MessageOutcome = TextEvent | BinaryEvent | FailedEvent | undefined;

/**
 * Makes messages of the pieces of data frames. A message that lies whole in what was read is shown
 * where it lies; any other is put together in a buffer.
 */
export class MessageReader {
  readonly #limits: WebSocketLimits;
  readonly #deflate: MessageDeflate | undefined;
  readonly #parts: MessageAssembler;
  readonly #utf8 = new Utf8Validator();

  /** Makes one that waits for a message. */
  constructor(
    limits: WebSocketLimits,
    deflate: MessageDeflate | undefined,
    buffers: BufferPool,
  ) {
    this.#limits = limits;
    this.#deflate = deflate;
    this.#parts = new MessageAssembler(buffers);
  }

  /** Takes the piece of a data frame that `reader` has found. */
  take(reader: FrameReader): MessageOutcome {
    const parts = this.#parts;
    if (reader.first) {
      const whole = reader.fin && reader.last && parts.opcode === 0 && !reader.compressed;
      if (
        whole && reader.opcode !== CONTINUATION && reader.length <= this.#limits.maxMessageBytes
      ) {
        return this.#takeWhole(reader);
      }
      const fault = this.#begin(reader);
      if (fault !== undefined) return fault;
    }
    const { bytes, start, end } = reader;
    if (parts.opcode === TEXT && !parts.compressed && !this.#utf8.push(bytes, start, end)) {
      return notText();
    }
    parts.append(bytes, start, end);
    return reader.last && reader.fin ? this.#finish() : undefined;
  }

  /** Nobody looks at the last message any more. */
  release(): void {
    this.#parts.release();
  }

  /** Drops what has come of a message. */
  clear(): void {
    this.#parts.clear();
  }

  #takeWhole({ bytes, start, end, opcode, ascii }: FrameReader): MessageOutcome {
    if (opcode === BINARY) return { type: "binary", bytes: bytes.subarray(start, end), lent: true };
    const text = textOf(bytes, start, end, ascii || isShortAscii(bytes, start, end));
    return text === undefined ? notText() : { type: "text", text };
  }

  /** Checks a frame's place in its message, and the limits, as soon as its head is there. */
  #begin({ opcode, compressed, length }: FrameReader): FailedEvent | undefined {
    const parts = this.#parts;
    if (opcode === CONTINUATION) {
      if (parts.opcode === 0) {
        return failed("BAD_CONTINUATION", "A continuation frame continues nothing");
      }
    } else if (parts.opcode !== 0) {
      return failed("BAD_CONTINUATION", "A message begins before the last one has ended");
    } else {
      parts.begin(opcode, compressed);
      this.#utf8.reset();
    }
    parts.frame(length);
    const { maxFragments, maxMessageBytes } = this.#limits;
    if (parts.fragments > maxFragments) {
      return failed("TOO_MANY_FRAGMENTS", `A message has more than ${maxFragments} frames`);
    }
    return parts.announcedBytes > maxMessageBytes ? this.#tooLarge() : undefined;
  }

  #finish(): MessageOutcome {
    const parts = this.#parts;
    const { opcode, compressed } = parts;
    const bytes = parts.take();
    if (compressed) return this.#inflate(opcode, bytes);
    if (opcode === BINARY) return { type: "binary", bytes, lent: parts.lent };
    // Checked as it came, up to a last character that may not be whole.
    const text = this.#utf8.complete ? textOf(bytes, 0, bytes.length, false) : undefined;
    return text === undefined ? notText() : { type: "text", text };
  }

  #inflate(opcode: number, payload: Uint8Array): MessageOutcome {
    const bytes = this.#deflate!.inflate(payload, this.#limits.maxMessageBytes);
    if (bytes === "too large") return this.#tooLarge();
    if (bytes === "malformed") {
      return failed("BAD_COMPRESSION", "A compressed message is malformed");
    }
    if (opcode === BINARY) return { type: "binary", bytes, lent: false };
    const text = textOf(bytes, 0, bytes.length, isShortAscii(bytes, 0, bytes.length));
    return text === undefined ? notText() : { type: "text", text };
  }

  #tooLarge(): FailedEvent {
    const { maxMessageBytes } = this.#limits;
    return failed("MESSAGE_TOO_LARGE", `A message has more than ${maxMessageBytes} bytes`);
  }
}

function notText(): FailedEvent {
  return failed("BAD_UTF8", "A message of text is not UTF-8");
}
