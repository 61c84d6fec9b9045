/**
 * A message body as a Web stream.
 *
 * @module
 */

import type { BodySource } from "../body_source.ts";

/**
 * Shows a body as a byte stream: a chunk is pulled from the driver when, and only when, the
 * stream's reader wants one, so that a reader that stops reading stops the peer.
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
  const bytes: UnderlyingByteSource = {
    type: "bytes",
    async pull(controller: ReadableByteStreamController): Promise<void> {
      const chunk = await source.pull();
      if (chunk === undefined) {
        controller.close();
        // A pending read into the reader's own buffer is answered only now.
        controller.byobRequest?.respond(0);
        return;
      }
      // The stream transfers the buffer it is given: one that holds a chunk's neighbours too is
      // left to them.
      const own = chunk.length === chunk.buffer.byteLength ? chunk : chunk.slice();
      controller.enqueue(own as Uint8Array<ArrayBuffer>);
    },
    cancel(reason: unknown): void {
      source.cancel(reason);
    },
  };
  return new ReadableStream(bytes, { highWaterMark: 0 });
}
