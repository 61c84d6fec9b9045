/**
 * The body of a request, in any of the forms that a caller may give it.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import type { RequestBody } from "@avx/http1/client-connection";
import { multipartBody } from "./multipart_body.ts";

/**
 * What a request can carry: all that `fetch` takes, any asynchronous iterable, and a function that
 * makes a stream anew each time it is sent, so that it can be sent again.
 */
export type RequestBodyInit =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | URLSearchParams
  | FormData
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array | string>
  | (() => ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>);

/** A body that is ready to be sent, once or (where it can be) again. */
export interface OutgoingBody {
  /** All of it; `undefined` where it has to be pulled. */
  readonly bytes: Uint8Array | undefined;
  /** Starts reading one that is not there as bytes. */
  readonly open: (() => RequestBody) | undefined;
  /** Its length in bytes; `undefined` where nobody knows. */
  readonly length: number | undefined;
  /** The `content-type` that goes with it where the caller names none. */
  readonly contentType: string | undefined;
  /** Whether it can be sent a second time. */
  readonly replayable: boolean;
}

/**
 * Makes a body ready. Bytes are not copied: the caller leaves them alone until the request is over.
 *
 * @throws {TypeError} If it is none of the known forms.
 */
export function outgoingBody(init: RequestBodyInit): OutgoingBody {
  if (typeof init === "string") return whole(encodeUtf8(init), "text/plain;charset=UTF-8");
  if (init instanceof Uint8Array) return whole(init, undefined);
  if (init instanceof ArrayBuffer) return whole(new Uint8Array(init), undefined);
  if (ArrayBuffer.isView(init)) {
    return whole(new Uint8Array(init.buffer, init.byteOffset, init.byteLength), undefined);
  }
  if (init instanceof URLSearchParams) {
    const text = init.toString();
    return whole(encodeUtf8(text), "application/x-www-form-urlencoded;charset=UTF-8");
  }
  if (init instanceof Blob) {
    return {
      bytes: undefined,
      open: () => new StreamBody(init.stream()),
      length: init.size,
      contentType: init.type === "" ? undefined : init.type,
      replayable: true,
    };
  }
  if (init instanceof FormData) return multipartBody(init);
  if (init instanceof ReadableStream) {
    if (init.locked) throw new TypeError("Cannot send body as the stream is locked");
    return pulled(() => new StreamBody(init));
  }
  if (typeof init === "object" && init !== null && Symbol.asyncIterator in init) {
    return pulled(() => new IterableBody(init));
  }
  if (typeof init === "function") {
    return { ...pulled(() => opened(init())), replayable: true };
  }
  throw new TypeError("Cannot send body: it is none of the forms that a request can carry");
}

/** Whether a body can be sent more than once: all can but streams that were made already. */
export function isReplayable(body: RequestBodyInit): boolean {
  if (typeof body !== "object" || body instanceof FormData) return true;
  return !(body instanceof ReadableStream || Symbol.asyncIterator in body);
}

function whole(bytes: Uint8Array, contentType: string | undefined): OutgoingBody {
  return { bytes, open: undefined, length: bytes.length, contentType, replayable: true };
}

function pulled(open: () => RequestBody): OutgoingBody {
  return { bytes: undefined, open, length: undefined, contentType: undefined, replayable: false };
}

function opened(
  made: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>,
): RequestBody {
  if (made instanceof ReadableStream) return new StreamBody(made);
  if (typeof made === "object" && made !== null && Symbol.asyncIterator in made) {
    return new IterableBody(made);
  }
  throw new TypeError("Cannot send body as the function made no stream");
}

/** A body pulled from a Web stream. */
class StreamBody implements RequestBody {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  async read(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#reader.read();
    return done ? undefined : bytesOf(value);
  }

  cancel(reason: unknown): void {
    this.#reader.cancel(reason).catch(ignore);
  }
}

/** A body pulled from an asynchronous iterable. */
class IterableBody implements RequestBody {
  readonly #iterator: AsyncIterator<Uint8Array | string>;

  constructor(iterable: AsyncIterable<Uint8Array | string>) {
    this.#iterator = iterable[Symbol.asyncIterator]();
  }

  async read(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#iterator.next();
    return done ? undefined : bytesOf(value);
  }

  cancel(): void {
    this.#iterator.return?.()?.catch(ignore);
  }
}

function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (typeof chunk === "string") return encodeUtf8(chunk);
  throw new TypeError("Cannot send body as each of its chunks must be a Uint8Array");
}

// The request is over, so nobody is left to hear what goes wrong while its body is given up.
function ignore(): void {}
