/**
 * The bytes of messages: as listeners want them, and as senders have them.
 *
 * @module
 */

import { ByteSlab } from "@avx/runtime/byte-slab";
import type { SocketBinaryType } from "./config.ts";
import type { MessageData } from "./socket_events.ts";

const BINARY_TYPES: ReadonlySet<string> = new Set(["blob", "arraybuffer", "uint8array", "lent"]);
/** Copies what listeners may keep, for all connections. */
const keeper = new ByteSlab();

/** Whether there is such a type. */
export function isBinaryType(type: string): type is SocketBinaryType {
  return BINARY_TYPES.has(type);
}

/**
 * What a listener is shown.
 *
 * @param bytes What came.
 * @param lent Whether they change after the call, so that what may be kept has to be a copy.
 */
export function shownAs(type: SocketBinaryType, bytes: Uint8Array, lent: boolean): MessageData {
  if (type === "lent") return bytes;
  if (type === "uint8array") return lent ? keeper.copy(bytes) : bytes;
  if (type === "blob") return new Blob([bytes as Uint8Array<ArrayBuffer>]);
  const { buffer, byteOffset, length } = bytes;
  return !lent && length === buffer.byteLength
    ? buffer as ArrayBuffer
    : (buffer as ArrayBuffer).slice(byteOffset, byteOffset + length);
}

/** What a sender means, without a copy. */
export function bytesOf(message: ArrayBufferLike | ArrayBufferView): Uint8Array {
  if (message instanceof Uint8Array) return message;
  if (ArrayBuffer.isView(message)) {
    return new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
  }
  return new Uint8Array(message);
}
