/**
 * One running stream of `node:zlib` as a {@linkcode Codec}.
 *
 * @module
 */

import type { Transform } from "node:stream";
import type { Codec } from "../ports/compression.ts";

/** What all streams of `node:zlib` have. */
export interface ZlibStream extends Transform {
  /** Brings out what went in. */
  flush(kind: number, done: () => void): void;
}

/** How a codec works. */
export interface NodeCodecOptions {
  /** The coding's kind of flush; `undefined` for decoders. */
  readonly flush: number | undefined;
  /** How much may come out in all, in bytes. */
  readonly maxOutputBytes: number;
}

/** Collects what the stream pushes while one call is under way. */
export class NodeCodec implements Codec {
  readonly #stream: ZlibStream;
  readonly #options: NodeCodecOptions;
  #output: Uint8Array[] = [];
  #outputBytes = 0; // in all
  #error: Error | undefined;
  #reject: ((error: Error) => void) | undefined;

  /** Takes `stream` over. */
  constructor(stream: ZlibStream, options: NodeCodecOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.on("data", (chunk: Uint8Array) => this.#collect(chunk));
    stream.on("error", (error: Error) => this.#fail(malformed(error)));
  }

  /** See {@linkcode Codec.write}. */
  write(bytes: Uint8Array): Promise<Uint8Array> {
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
  finish(): Promise<Uint8Array> {
    return this.#run((done) => {
      this.#stream.once("end", done);
      this.#stream.end();
    });
  }

  /** See {@linkcode Codec.close}. */
  close(): void {
    this.#fail(new TypeError("Cannot use a codec that has been closed"));
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
    this.#output.push(chunk);
  }

  #take(): Uint8Array {
    const parts = this.#output;
    this.#output = [];
    if (parts.length === 1) return parts[0];
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
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

function malformed(cause: Error): TypeError {
  return new TypeError(`Cannot decompress as the input is malformed: ${cause.message}`, { cause });
}
