/**
 * Header blocks in tests.
 *
 * @module
 */

import { type ByteSink, HpackDecoder, type HpackFailure } from "@avx/http2/hpack";
import { ByteWriter } from "@avx/runtime/byte-writer";

/** The bytes that a text of hexadecimal digits stands for; blanks are for the reader. */
export function hex(text: string): Uint8Array {
  return Uint8Array.from(
    text.replaceAll(" ", "").match(/../g) ?? [],
    (digits) => parseInt(digits, 16),
  );
}

/** Bytes as hexadecimal digits. */
export function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What `write` writes. */
export function written(write: (out: ByteSink) => void): Uint8Array {
  const out = new ByteWriter(1);
  write(out);
  return out.view().slice();
}

/** A decoder for usual lists. */
export function newDecoder(): HpackDecoder {
  return new HpackDecoder({ maxListBytes: 65_536 });
}

/** What a block is decoded to. */
export interface Decoded {
  /** Name, value, name, value … */
  readonly fields: string[];
  /** What is wrong with it. */
  readonly failure: HpackFailure | undefined;
}

/** Decodes a whole block, with other bytes around it. */
export function decoded(decoder: HpackDecoder, block: Uint8Array): Decoded {
  const bytes = new Uint8Array(block.length + 2).fill(0x82);
  bytes.set(block, 1);
  const fields: string[] = [];
  const failure = decoder.decode(bytes, 1, block.length + 1, fields);
  return { fields, failure };
}
