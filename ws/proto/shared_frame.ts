/**
 * A server's message that many connections are sent: framed once, and compressed once for each
 * size of window.
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/utf8";
import * as head from "./frame_head.ts";
import type { MessageDeflate } from "./message_deflate.ts";

/**
 * A message for many: `Topics` makes one for each message that is published.
 *
 * @example Framed once
 * ```ts
 * import { SharedFrame } from "@avx/ws/shared-frame";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const shared = new SharedFrame("hi");
 * assertEquals(shared.plain, new Uint8Array([0x81, 2, 0x68, 0x69]));
 * assertStrictEquals(shared.plain, shared.plain);
 * ```
 */
export class SharedFrame {
  /** The message. */
  readonly message: string | Uint8Array;
  /** Its payload. */
  readonly payload: Uint8Array;

  readonly #opcode: number;
  #plain: Uint8Array | undefined;
  readonly #compressed: (Uint8Array | undefined)[] = [];

  /** Makes the frame of a message; bytes are copied when the frame is made. */
  constructor(message: string | Uint8Array) {
    this.#opcode = typeof message === "string" ? head.TEXT : head.BINARY;
    this.payload = typeof message === "string" ? encodeUtf8(message) : message.slice();
    this.message = typeof message === "string" ? message : this.payload;
  }

  /** The frame, uncompressed. */
  get plain(): Uint8Array {
    return this.#plain ??= frameOf(head.FIN | this.#opcode, this.payload);
  }

  /** The frame, compressed so that `deflate`'s peer understands it. */
  compressed(deflate: MessageDeflate): Uint8Array {
    return this.#compressed[deflate.windowBits] ??= frameOf(
      head.FIN | head.RSV1 | this.#opcode,
      deflate.deflateAlone(this.payload),
    );
  }
}

function frameOf(first: number, payload: Uint8Array): Uint8Array {
  const size = head.headBytes(payload.length);
  const frame = new Uint8Array(size + payload.length);
  head.writeHead(frame, 0, first, 0, payload.length);
  frame.set(payload, size);
  return frame;
}
