/**
 * One running stream of `node:zlib` as a {@linkcode Codec}.
 *
 * @module
 */

import type { Transform } from "node:stream";
import type { Codec } from "../ports/compression.ts";

/** What all streams of `node:zlib` have. */
export interface ZlibStream extends Transform {
  /** How many bytes it has used of what was written. */
  readonly bytesWritten: number;
  /** Brings out what went in. */
  flush(kind: number, done: () => void): void;
}

/** How a codec works. */
export interface NodeCodecOptions {
  /** The coding's kind of flush; `undefined` for decoders. */
  readonly flush: number | undefined;
  /** How much may come out in all, in bytes. */
  readonly maxOutputBytes: number;
  /** How many times more may come out than went in. @default {Infinity} */
  readonly maxRatio?: number;
  /** From how many bytes on {@linkcode maxRatio} counts. @default {0} */
  readonly ratioFromBytes?: number;
  /** What was used of these bounds already. @default {nothing} */
  readonly used?: { readonly inputBytes: number; readonly outputBytes: number };
  /** Whether the stream may end without a word where its input does. @default {false} */
  readonly endsSilently?: boolean;
}

/** Collects what the stream pushes while one call is under way. */
export class NodeCodec implements Codec {
  readonly #stream: ZlibStream;
  readonly #options: NodeCodecOptions;
  #output: Uint8Array[] = [];
  #inputBytes: number; // in all
  #outputBytes: number; // in all
  #written = 0;
  #ended = false;
  #error: Error | undefined;
  #reject: ((error: Error) => void) | undefined;

  /** Takes `stream` over. */
  constructor(stream: ZlibStream, options: NodeCodecOptions) {
    this.#stream = stream;
    this.#options = options;
    this.#inputBytes = options.used?.inputBytes ?? 0;
    this.#outputBytes = options.used?.outputBytes ?? 0;
    stream.on("end", () => this.#ended = true);
    stream.on("data", (chunk: Uint8Array) => this.#collect(chunk));
    stream.on("error", (error: Error) => this.#fail(malformed(error)));
  }

  /** See {@linkcode Codec.write}. */
  write(bytes: Uint8Array): Promise<Uint8Array> {
    // What follows the end of what is decoded is nobody's.
    if (this.#ended && this.#error === undefined) return Promise.resolve(NOTHING);
    this.#inputBytes += bytes.length;
    this.#written += bytes.length;
    return this.#run((done) => this.#stream.write(bytes, () => done()));
  }

  /** See {@linkcode Codec.flush}. */
  flush(): Promise<Uint8Array> {
    const { flush } = this.#options;
    if (flush === undefined) {
      return Promise.reject(new TypeError("Cannot flush a decoder: it holds nothing back"));
    }
    return this.#run((done) => this.#stream.flush(flush, () => done()));
  }

  /** See {@linkcode Codec.finish}. */
  async finish(): Promise<Uint8Array> {
    if (this.#options.endsSilently) await this.#probe();
    return await this.#run((done) => {
      if (this.#ended) return done();
      this.#stream.once("end", done);
      this.#stream.end();
    });
  }

  /** See {@linkcode Codec.close}. */
  close(): void {
    this.#fail(new TypeError("Cannot use a codec that has been closed"));
  }

  /** A stream that has come to its end does not use what follows: one that has not, does. */
  async #probe(): Promise<void> {
    if (this.#ended || this.#error !== undefined) return;
    const output = await this.#run((done) => this.#stream.write(PROBE, () => done()));
    if (this.#stream.bytesWritten <= this.#written && output.length === 0) return;
    this.#fail(malformed(new Error("unexpected end of file")));
  }

  #run(act: (done: () => void) => void): Promise<Uint8Array> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      act(() => {
        // What was pushed late is still in the stream's own buffer.
        while (this.#error === undefined && this.#stream.read() !== null);
        if (this.#error !== undefined) return;
        this.#reject = undefined;
        resolve(this.#take());
      });
    });
  }

  #collect(chunk: Uint8Array): void {
    if (this.#error !== undefined) return;
    this.#outputBytes += chunk.length;
    const { maxOutputBytes } = this.#options;
    if (this.#outputBytes > maxOutputBytes) {
      return this.#fail(
        new RangeError(`Cannot decompress as more than ${maxOutputBytes} bytes come out`),
      );
    }
    const { maxRatio = Infinity, ratioFromBytes = 0 } = this.#options;
    if (this.#outputBytes > ratioFromBytes && this.#outputBytes > this.#inputBytes * maxRatio) {
      return this.#fail(
        new RangeError(`Cannot decompress as more than ${maxRatio} times the input comes out`),
      );
    }
    // A plain array: to slice a `Buffer` copies nothing, and its memory is the stream's own.
    this.#output.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
  }

  #take(): Uint8Array {
    const parts = this.#output;
    this.#output = [];
    return joined(parts);
  }

  #fail(error: Error): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    this.#output = [];
    this.#reject?.(error);
    this.#reject = undefined;
    this.#stream.destroy();
  }
}

const NOTHING = new Uint8Array(0);
const PROBE = new Uint8Array(1);

/** Several parts as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What is thrown for an input that cannot be decoded. */
export function malformed(cause: Error): TypeError {
  return new TypeError(`Cannot decompress as the input is malformed: ${cause.message}`, { cause });
}
