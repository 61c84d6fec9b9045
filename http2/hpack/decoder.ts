/**
 * The HPACK decoder: header blocks to fields (RFC 7541 §3, §6).
 *
 * ```text
 *  1xxxxxxx   an indexed field                      name and value from a table
 *  01xxxxxx   a literal that goes into the table    name from a table or written out
 *  001xxxxx   another size for the table            only before the first field of a block
 *  0001xxxx   a literal never to be indexed         as below, for secrets
 *  0000xxxx   a literal                             name from a table or written out
 * ```
 *
 * @module
 */

import { isFieldValue, TOKEN } from "@avx/runtime/ascii";
import { type Cursor, readPrefixInteger } from "@avx/semantics/prefix-integer";
import { StringLiteralReader } from "@avx/semantics/string-literal";
import {
  DynamicTable,
  ENTRY_OVERHEAD,
  INITIAL_TABLE_BYTES,
  type TableEntry,
} from "./dynamic_table.ts";
import {
  BAD_NAME,
  BAD_VALUE,
  compressionFailure,
  type HpackFailure,
  TOO_LARGE,
} from "./failure.ts";
import { RecentPath } from "./recent_path.ts";
import { STATIC_COUNT, STATIC_NAMES, STATIC_VALUES } from "./static_table.ts";

const ADDED_PREFIX = 6;
const PLAIN_PREFIX = 4;
/** Where the static table has the name `:path` first, and what the name counts for in a list. */
const PATH_INDEX = 4;
const PATH_BYTES = 5 + ENTRY_OVERHEAD;

/**
 * What a decoder may keep and hand out.
 *
 * @example Lists of up to 16 KiB
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HpackDecoder, type HpackDecoderOptions } from "@avx/http2/hpack";
 *
 * const options: HpackDecoderOptions = { maxListBytes: 16_384 };
 * const fields: string[] = [];
 * assertEquals(new HpackDecoder(options).decode(new Uint8Array([0x88]), 0, 1, fields), undefined);
 * assertEquals(fields, [":status", "200"]);
 * ```
 */
export interface HpackDecoderOptions {
  /**
   * How many bytes the peer may let the dynamic table take, until
   * {@linkcode HpackDecoder.setMaxTableBytes} says otherwise. Our SETTINGS_HEADER_TABLE_SIZE is to be
   * set there, as it only holds once the peer has acknowledged it.
   *
   * @default {4096}
   */
  readonly maxTableBytes?: number;
  /**
   * How many bytes a list may have, as our SETTINGS_MAX_HEADER_LIST_SIZE says: name and value and 32
   * for each field (RFC 9113 §6.5.2).
   */
  readonly maxListBytes: number;
}

/**
 * Decodes the header blocks of one direction of a connection, one after the other.
 *
 * A list is bounded while it is being made, not afterwards: a block of a few bytes that stands for
 * megabytes costs neither them nor the work to write them.
 *
 * @example The first request of RFC 7541, appendix C.4
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { HpackDecoder } from "@avx/http2/hpack";
 *
 * const decoder = new HpackDecoder({ maxListBytes: 16_384 });
 * const block = new Uint8Array([
 *   0x82, 0x86, 0x84, 0x41, 0x8c, 0xf1, 0xe3, 0xc2, 0xe5, 0xf2, 0x3a, 0x6b, 0xa0, 0xab, 0x90, 0xf4,
 *   0xff,
 * ]);
 * const fields: string[] = [];
 * assertEquals(decoder.decode(block, 0, block.length, fields), undefined);
 * assertEquals(fields.slice(4), [":path", "/", ":authority", "www.example.com"]);
 * ```
 */
export class HpackDecoder {
  readonly #table: DynamicTable<DecodedEntry>;
  readonly #cursor: Cursor = { at: 0 };
  readonly #strings = new StringLiteralReader();
  readonly #recentPath = new RecentPath();
  #maxTableBytes: number;
  #maxListBytes: number;
  /** The size that the next block's first update must not exceed; -1 if it needs none. */
  #dueBytes = -1;

  #bytes: Uint8Array = NO_BYTES;
  #end = 0;
  /** How many more bytes the list may have; below 0 it is over. */
  #leftBytes = 0;
  #badField: HpackFailure | undefined = undefined;
  #failure: HpackFailure | undefined = undefined;

  /** Makes one with an empty table. */
  constructor(options: HpackDecoderOptions) {
    this.#maxTableBytes = options.maxTableBytes ?? INITIAL_TABLE_BYTES;
    this.#maxListBytes = options.maxListBytes;
    // A larger one the peer has to ask for.
    this.#table = new DynamicTable(Math.min(this.#maxTableBytes, INITIAL_TABLE_BYTES));
  }

  /** How many bytes the dynamic table takes now. */
  get tableBytes(): number {
    return this.#table.byteCount;
  }

  /**
   * Sets another bound for the table. It holds from the peer's acknowledgement of our SETTINGS on:
   * call it then. If it is lower than what the table may take now, the next block must begin with a
   * size update (RFC 7541 §4.2).
   *
   * @param byteCount A number of bytes.
   */
  setMaxTableBytes(byteCount: number): void {
    this.#maxTableBytes = byteCount;
    if (byteCount >= this.#table.maxBytes) return;
    if (this.#dueBytes < 0 || byteCount < this.#dueBytes) this.#dueBytes = byteCount;
  }

  /**
   * Sets another bound for a list.
   *
   * @param byteCount A number of bytes.
   */
  setMaxListBytes(byteCount: number): void {
    this.#maxListBytes = byteCount;
  }

  /**
   * Decodes the block from `start` to `end`, a whole one: HEADERS and its CONTINUATIONs joined.
   *
   * Fields are appended to `into`: name, value, name, value. Strings that come from a table are the
   * table's own, so that a field that repeats costs no memory; the same goes for a path that is sent
   * again. Each byte is one character.
   *
   * @returns What is wrong with it; see there what `into` holds then.
   */
  decode(
    bytes: Uint8Array,
    start: number,
    end: number,
    into: string[],
  ): HpackFailure | undefined {
    this.#bytes = bytes;
    this.#end = end;
    this.#leftBytes = this.#maxListBytes;
    this.#badField = undefined;
    this.#failure = undefined;
    let at = this.#updates(start);
    while (at >= 0 && at < end) {
      const first = bytes[at];
      // Most fields of most blocks: an index in one byte.
      if (first > 0x80 && first < 0xff) {
        at = this.#indexed(first & 0x7f, at + 1, into);
      } else if (first >= 0x80) {
        const index = this.#integer(at, 7);
        at = index < 0 ? -1 : this.#indexed(index, this.#cursor.at, into);
      } else if (first >= 0x40) at = this.#literal(at, ADDED_PREFIX, into);
      else if (first >= 0x20) at = this.#fail(LATE_UPDATE);
      else if ((first & 0x0f) === PATH_INDEX) at = this.#path(at, into);
      else at = this.#literal(at, PLAIN_PREFIX, into);
    }
    this.#bytes = NO_BYTES;
    if (at < 0) return this.#failure;
    return this.#leftBytes < 0 ? TOO_LARGE : this.#badField;
  }

  /** Takes the size updates at the beginning of a block. */
  #updates(start: number): number {
    let at = start;
    while (at < this.#end && (this.#bytes[at] & 0xe0) === 0x20) {
      const byteCount = this.#integer(at, 5);
      if (byteCount < 0) return -1;
      if (byteCount > (this.#dueBytes < 0 ? this.#maxTableBytes : this.#dueBytes)) {
        return this.#fail(LARGE_UPDATE);
      }
      this.#dueBytes = -1;
      this.#table.resize(byteCount);
      at = this.#cursor.at;
    }
    return this.#dueBytes < 0 ? at : this.#fail(NO_UPDATE);
  }

  #indexed(index: number, behind: number, into: string[]): number {
    if (index <= STATIC_COUNT) {
      if (index === 0) return this.#fail(NO_ENTRY);
      const name = STATIC_NAMES[index];
      const value = STATIC_VALUES[index];
      this.#leftBytes -= name.length + value.length + ENTRY_OVERHEAD;
      if (this.#leftBytes >= 0) into.push(name, value);
      return behind;
    }
    const entry = this.#table.at(index - STATIC_COUNT - 1);
    if (entry === undefined) return this.#fail(NO_ENTRY);
    if (entry.fault !== undefined) this.#badField ??= entry.fault;
    this.#leftBytes -= entry.byteCount;
    if (this.#leftBytes >= 0) into.push(entry.name, entry.value);
    return behind;
  }

  #path(from: number, into: string[]): number {
    const recent = this.#recentPath;
    if (recent.isAt(this.#bytes, from, this.#end)) {
      this.#leftBytes -= PATH_BYTES + recent.value.length;
      if (this.#leftBytes >= 0) into.push(":path", recent.value);
      return from + recent.length;
    }
    const at = this.#literal(from, PLAIN_PREFIX, into);
    if (at >= 0 && this.#leftBytes >= 0 && this.#badField === undefined) {
      recent.keep(this.#bytes, from, at, into[into.length - 1]);
    }
    return at;
  }

  #literal(from: number, prefixBits: number, into: string[]): number {
    const added = prefixBits === ADDED_PREFIX;
    const nameIndex = this.#integer(from, prefixBits);
    if (nameIndex < 0) return -1;
    const strings = this.#strings;
    // What is longer goes neither into the list nor into the table: its text is not made.
    const maxBytes = added
      ? Math.max(this.#leftBytes, this.#table.maxBytes)
      : Math.max(this.#leftBytes, 0);
    let at = this.#cursor.at;
    let name: string | undefined;
    let nameBytes = 0;
    let fault: HpackFailure | undefined;
    if (nameIndex === 0) {
      name = strings.read(this.#bytes, at, this.#end, 7, maxBytes);
      if (name === undefined) return this.#fail(BAD_STRINGS[strings.fault]);
      nameBytes = strings.length;
      at = strings.end;
      if (!isFieldName(name)) fault = BAD_NAME;
    } else {
      if (nameIndex <= STATIC_COUNT) name = STATIC_NAMES[nameIndex];
      else {
        const entry = this.#table.at(nameIndex - STATIC_COUNT - 1);
        if (entry === undefined) return this.#fail(NO_ENTRY);
        name = entry.name;
        if (entry.fault === BAD_NAME) fault = BAD_NAME;
      }
      nameBytes = name.length;
    }
    const value = strings.read(this.#bytes, at, this.#end, 7, maxBytes);
    if (value === undefined) return this.#fail(BAD_STRINGS[strings.fault]);
    if (fault === undefined && !isFieldValue(value)) fault = BAD_VALUE;
    if (fault !== undefined) this.#badField ??= fault;
    const byteCount = nameBytes + strings.length + ENTRY_OVERHEAD;
    if (added) this.#table.add({ name, value, byteCount, fault });
    this.#leftBytes -= byteCount;
    if (this.#leftBytes >= 0) into.push(name, value);
    return strings.end;
  }

  #integer(at: number, prefixBits: number): number {
    this.#cursor.at = at;
    const value = readPrefixInteger(this.#bytes, this.#cursor, this.#end, prefixBits);
    return value < 0 ? this.#fail(BAD_INTEGER) : value;
  }

  #fail(failure: HpackFailure): number {
    this.#failure = failure;
    return -1;
  }
}

interface DecodedEntry extends TableEntry {
  readonly name: string;
  readonly value: string;
  /** What is wrong with the field, which may be used many times. */
  readonly fault: HpackFailure | undefined;
}

const NO_BYTES = new Uint8Array(0);

const NO_ENTRY = compressionFailure("Header block has an index that no table has");
const BAD_INTEGER = compressionFailure("Header block has an integer that ends too late");
const LATE_UPDATE = compressionFailure("Header block has a table size update behind a field");
const LARGE_UPDATE = compressionFailure("Header block has a table size update above the limit");
const NO_UPDATE = compressionFailure("Header block lacks the table size update that is due");
const BAD_STRINGS = {
  incomplete: compressionFailure("Header block ends within a string"),
  huffman: compressionFailure("Header block has a string that is not Huffman-coded as declared"),
};

/** Whether `name` is a token without upper-case letters, behind a colon perhaps (RFC 9113 §8.2.1). */
function isFieldName(name: string): boolean {
  const start = name.charCodeAt(0) === 0x3a ? 1 : 0;
  if (name.length === start) return false;
  for (let index = start; index < name.length; index++) {
    const code = name.charCodeAt(index);
    if (TOKEN[code] === 0 || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return true;
}
