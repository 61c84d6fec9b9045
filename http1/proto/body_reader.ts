/**
 * Reads a message's body, however it is framed (RFC 9112 §6.3, §8).
 *
 * @module
 */

import { bodyTooLarge, CHUNKED, UNTIL_CLOSE } from "./body_framing.ts";
import { ChunkReader, DATA, END, FAULT } from "./chunk_reader.ts";
import type { BodyData, BodyEnd, Failed } from "./events.ts";
import { failed } from "./failure.ts";
import type { InputQueue } from "@avx/runtime/input-queue";
import type { Http1Limits } from "./limits.ts";

const PLAIN_END: BodyEnd = Object.freeze({ type: "end", trailers: undefined });

/** Reads one body after another. */
export class BodyReader {
  readonly #limits: Http1Limits;
  #framing = 0;
  #left = 0;
  #readBytes = 0;
  #chunks: ChunkReader | undefined = undefined;

  /** Makes a reader without a body. */
  constructor(limits: Http1Limits) {
    this.#limits = limits;
  }

  /** How much is certain to come, in bytes; `undefined` where nobody has said. */
  get left(): number | undefined {
    return this.#framing >= 0 ? this.#left : undefined;
  }

  /** How much has come, in bytes. */
  get readBytes(): number {
    return this.#readBytes;
  }

  /** Makes ready for the body behind a head. */
  begin(framing: number): void {
    this.#framing = framing;
    this.#left = framing;
    this.#readBytes = 0;
    this.#chunks = framing === CHUNKED ? new ChunkReader(this.#limits) : undefined;
  }

  /** The next part of the body, its end, a fault; `undefined` if more bytes are needed. */
  next(input: InputQueue): BodyData | BodyEnd | Failed | undefined {
    if (this.#framing === CHUNKED) return this.#nextChunk(input, this.#chunks!);
    if (this.#framing === UNTIL_CLOSE) return this.#nextUntilClose(input);
    if (this.#left === 0) return PLAIN_END;
    const there = input.end - input.at;
    if (there === 0) return input.ended ? cutShort(`${this.#left} bytes are missing`) : undefined;
    const count = there < this.#left ? there : this.#left;
    this.#left -= count;
    return this.#take(input, count);
  }

  #nextChunk(input: InputQueue, chunks: ChunkReader): BodyData | BodyEnd | Failed | undefined {
    const found = chunks.read(input.bytes, input.at, input.end);
    switch (found) {
      case DATA:
        input.at = chunks.start;
        return this.#take(input, chunks.at - chunks.start);
      case END: {
        input.at = chunks.at;
        const { trailers } = chunks;
        return trailers === undefined ? PLAIN_END : { type: "end", trailers };
      }
      case FAULT:
        return chunks.failure;
      default:
        input.at = chunks.at;
        return input.ended ? cutShort("the last chunk is missing") : undefined;
    }
  }

  #nextUntilClose(input: InputQueue): BodyData | BodyEnd | Failed | undefined {
    const there = input.end - input.at;
    if (there === 0) return input.ended ? PLAIN_END : undefined;
    const { maxBodyBytes } = this.#limits;
    // Up to the limit first, so that nothing depends on how the bytes were split.
    const room = maxBodyBytes - this.#readBytes;
    return room === 0 ? bodyTooLarge(maxBodyBytes) : this.#take(input, there < room ? there : room);
  }

  #take(input: InputQueue, count: number): BodyData {
    const { at, bytes } = input;
    input.at = at + count;
    this.#readBytes += count;
    const whole = at === 0 && count === bytes.length;
    return { type: "data", bytes: whole ? bytes : bytes.subarray(at, at + count) };
  }
}

function cutShort(what: string): Failed {
  return failed("UNEXPECTED_EOF", `The connection ended within a body: ${what}`);
}
