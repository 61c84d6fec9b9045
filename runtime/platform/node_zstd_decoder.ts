/**
 * A Zstandard decoder over those of `node:zlib`, each of which decodes one frame: in Deno 2.9 they
 * end with the first, and end where a frame is cut off without a word.
 *
 * @module
 */

import type { Codec } from "../ports/compression.ts";
import { ZstdFrames } from "../zstd_frames.ts";
import { joined, malformed } from "./node_codec.ts";

/** Each frame costs a decoder of its own, which a few bytes must not be able to ask for. */
const MAX_FRAMES = 4_096;

const NOTHING = new Uint8Array(0);

/** Decodes frame after frame. */
export class NodeZstdDecoder implements Codec {
  readonly #start: (used: CodecUse) => Codec;
  readonly #frames = new ZstdFrames();
  #frame: Codec | undefined;
  #started = 0;
  #inputBytes = 0;
  #outputBytes = 0;
  #error: Error | undefined;

  /** Decodes each frame with what `start` makes. */
  constructor(start: (used: CodecUse) => Codec) {
    this.#start = start;
  }

  /** See {@linkcode Codec.write}. */
  async write(bytes: Uint8Array): Promise<Uint8Array> {
    const output: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      if (this.#error !== undefined) throw this.#error;
      const end = this.#frames.take(bytes, at);
      output.push(await this.#decode(bytes.subarray(at, end)));
      at = end;
    }
    if (this.#error !== undefined) throw this.#error;
    return joined(output);
  }

  /** See {@linkcode Codec.flush}. */
  flush(): Promise<Uint8Array> {
    return Promise.reject(new TypeError("Cannot flush a decoder: it holds nothing back"));
  }

  /** See {@linkcode Codec.finish}. */
  finish(): Promise<Uint8Array> {
    if (this.#error === undefined && !this.#frames.isBetween || this.#started === 0) {
      this.#fail(malformed(new Error("unexpected end of file")));
    }
    return this.#error === undefined ? Promise.resolve(NOTHING) : Promise.reject(this.#error);
  }

  /** See {@linkcode Codec.close}. */
  close(): void {
    this.#fail(new TypeError("Cannot use a codec that has been closed"));
  }

  async #decode(bytes: Uint8Array): Promise<Uint8Array> {
    const { isMalformed, isBetween } = this.#frames;
    if (isMalformed) throw this.#fail(malformed(new Error("no Zstandard frame")));
    if (this.#frame === undefined) {
      if (++this.#started > MAX_FRAMES) {
        throw this.#fail(malformed(new Error(`more than ${MAX_FRAMES} frames`)));
      }
      this.#frame = this.#start({ inputBytes: this.#inputBytes, outputBytes: this.#outputBytes });
    }
    const frame = this.#frame;
    this.#inputBytes += bytes.length;
    try {
      const output = [await frame.write(bytes)];
      if (isBetween) {
        output.push(await frame.finish());
        frame.close();
        this.#frame = undefined;
      }
      const whole = joined(output);
      this.#outputBytes += whole.length;
      return whole;
    } catch (error) {
      throw this.#fail(error as Error);
    }
  }

  #fail(error: Error): Error {
    this.#error ??= error;
    this.#frame?.close();
    this.#frame = undefined;
    return this.#error;
  }
}

/** What earlier frames have used of what a decoder may. */
export interface CodecUse {
  /** Bytes that went in. */
  readonly inputBytes: number;
  /** Bytes that came out. */
  readonly outputBytes: number;
}
