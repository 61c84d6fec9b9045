/**
 * A message body as a Web stream.
 *
 * @module
 */

import { BodyPieces } from "../body_pieces.ts";
import type { BodySource } from "../body_source.ts";

/**
 * Shows a body as a byte stream: a chunk is pulled from the driver when, and only when, the
 * stream's reader wants one, so that a reader that stops reading stops the peer. A reader with a
 * buffer of its own (`getReader({ mode: "byob" })`) has the bytes copied into it, without garbage.
 *
 * @example The chunks of a body
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bodyStream } from "@avx/semantics/web";
 *
 * const chunks = [new Uint8Array([1, 2]), new Uint8Array([3])];
 * const stream = bodyStream({
 *   declaredLength: 3,
 *   trailers: undefined,
 *   pull: () => chunks.shift(),
 *   cancel: () => {},
 * });
 * assertEquals(await new Response(stream).bytes(), new Uint8Array([1, 2, 3]));
 * ```
 *
 * @param source The body.
 * @returns A stream that can be read with or without a reader's own buffer.
 */
export function bodyStream(source: BodySource): ReadableStream<Uint8Array<ArrayBuffer>> {
  const pieces = new BodyPieces(source);
  const bytes: UnderlyingByteSource = {
    type: "bytes",
    pull(controller: ReadableByteStreamController): void | Promise<void> {
      const ready = pieces.ready();
      return ready instanceof Promise
        ? ready.then((isReady) => give(controller, pieces, isReady))
        : give(controller, pieces, ready);
    },
    cancel(reason: unknown): void {
      pieces.drop();
      source.cancel(reason);
    },
  };
  return new ReadableStream(bytes, { highWaterMark: 0 });
}

function give(
  controller: ReadableByteStreamController,
  pieces: BodyPieces,
  isReady: boolean,
): void {
  const request = controller.byobRequest;
  if (!isReady) {
    controller.close();
    // A pending read into the reader's own buffer is answered only now.
    request?.respond(0);
  } else if (request !== null) {
    request.respond(pieces.copyInto(request.view as Uint8Array));
  } else {
    const piece = pieces.take();
    // The stream transfers the buffer it is given: one that holds a chunk's neighbours too is left
    // to them.
    const own = piece.length === piece.buffer.byteLength ? piece : piece.slice();
    controller.enqueue(own as Uint8Array<ArrayBuffer>);
  }
}
