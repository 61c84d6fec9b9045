/**
 * String literals of HPACK and QPACK (RFC 7541 §5.2, RFC 9204 §4.1.2): a length in front of which a
 * flag says whether the text is Huffman-coded. Each byte is one character.
 *
 * @module
 */

import { latin1, writeAscii } from "@avx/runtime/ascii";
import { huffmanLength, huffmanRoom, readHuffman, writeHuffman } from "./huffman.ts";
import { type Cursor, readPrefixInteger, writePrefixInteger } from "./prefix_integer.ts";

/** How much room to decode into is kept from one string to the next, for all readers together. */
const KEPT_BYTES = 16 * 1024;

/**
 * Reads string literals. What it has found besides the text is in its members until the next one.
 *
 * @example A literal with its length
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StringLiteralReader } from "@avx/semantics/string-literal";
 *
 * const reader = new StringLiteralReader();
 * const bytes = new Uint8Array([0x02, 0x68, 0x69, 0x85, 0xae, 0xc3, 0x77, 0x1a, 0x4b]);
 * assertEquals(reader.read(bytes, 0, bytes.length, 7, 100), "hi");
 * assertEquals(reader.read(bytes, reader.end, bytes.length, 7, 100), "private");
 * assertEquals(reader.end, bytes.length);
 * ```
 */
export class StringLiteralReader {
  /** The offset behind the last literal. */
  end = 0;
  /** How many bytes the last text has, also where it was longer than allowed. */
  length = 0;
  /** Why there was no literal: it goes on behind the end, or its Huffman code is wrong. */
  fault: "incomplete" | "huffman" = "incomplete";

  readonly #cursor: Cursor = { at: 0 };

  /**
   * Reads the literal at `at`.
   *
   * @param prefixBits How many low bits of the first byte belong to the length. The one above them is
   *   the Huffman flag.
   * @param maxBytes From how many bytes on no text is made: {@linkcode length} is then greater.
   * @returns The text, empty if it is too long; `undefined` where {@linkcode fault} says why.
   */
  read(
    bytes: Uint8Array,
    at: number,
    end: number,
    prefixBits: number,
    maxBytes: number,
  ): string | undefined {
    const cursor = this.#cursor;
    cursor.at = at;
    const byteCount = readPrefixInteger(bytes, cursor, end, prefixBits);
    const start = cursor.at;
    if (byteCount < 0 || byteCount > end - start) {
      this.fault = "incomplete";
      return undefined;
    }
    this.end = start + byteCount;
    if ((bytes[at] >>> prefixBits & 1) === 0) {
      this.length = byteCount;
      return byteCount > maxBytes ? "" : latin1(bytes, start, this.end);
    }
    const room = huffmanRoom(byteCount);
    const into = room <= KEPT_BYTES ? scratch : new Uint8Array(room);
    const length = readHuffman(bytes, start, this.end, into);
    if (length < 0) {
      this.fault = "huffman";
      return undefined;
    }
    this.length = length;
    return length > maxBytes ? "" : latin1(into, 0, length);
  }
}

/**
 * How many bytes a literal may take: no more than its text as it is, with the longest length.
 *
 * @example Room for a value
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stringLiteralRoom } from "@avx/semantics/string-literal";
 *
 * assertEquals(stringLiteralRoom("text/html"), 19);
 * ```
 */
export function stringLiteralRoom(text: string): number {
  return text.length + 10;
}

/**
 * Writes a literal at `at`, where there must be {@linkcode stringLiteralRoom}: Huffman-coded if that
 * is shorter. Only the low eight bits of each character count.
 *
 * @param flags The bits of the first byte above the Huffman flag; the others are 0.
 * @param prefixBits How many low bits of the first byte belong to the length.
 * @returns The offset behind it.
 *
 * @example Shorter when coded
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeStringLiteral } from "@avx/semantics/string-literal";
 *
 * const into = new Uint8Array(17);
 * assertEquals(writeStringLiteral(into, 0, 0, 7, "private"), 6);
 * assertEquals(into[0], 0x85);
 * ```
 */
export function writeStringLiteral(
  into: Uint8Array,
  at: number,
  flags: number,
  prefixBits: number,
  text: string,
): number {
  const length = huffmanLength(text);
  if (length < text.length) {
    const from = writePrefixInteger(into, at, flags | 1 << prefixBits, prefixBits, length);
    return writeHuffman(into, from, text);
  }
  const from = writePrefixInteger(into, at, flags, prefixBits, text.length);
  return writeAscii(into, from, text);
}

const scratch = new Uint8Array(KEPT_BYTES);
