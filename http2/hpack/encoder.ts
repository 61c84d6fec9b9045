/**
 * The HPACK encoder: fields to header blocks (RFC 7541 §3, §6).
 *
 * @module
 */

import { writeStringLiteral } from "@avx/semantics/string-literal";
import { writePrefixInteger } from "@avx/semantics/prefix-integer";
import type { FieldLines } from "@avx/semantics/field-section";
import {
  DynamicTable,
  ENTRY_OVERHEAD,
  INITIAL_TABLE_BYTES,
  type TableEntry,
} from "./dynamic_table.ts";
import { ADDED, type Indexing, isGuessable, NEVER, PLAIN } from "./field_secrecy.ts";
import { KnownName } from "./known_name.ts";
import { LineMemory } from "./line_memory.ts";
import { STATIC_COUNT } from "./static_table.ts";

/** From how many names on those are forgotten that the table has not. */
const MANY_NAMES = 256;
/** The longest that a prefix integer is here. */
const INTEGER_ROOM = 10;

/**
 * What an encoder asks a sink for at most for a field, beyond its name and value, in bytes: three
 * numbers.
 *
 * @example Room for a whole list
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "@avx/runtime/byte-writer";
 * import { FIELD_ROOM, HpackEncoder, UPDATE_ROOM } from "@avx/http2/hpack";
 *
 * const lines = ["server", "avx", "content-type", "text/html"];
 * const out = new ByteWriter(UPDATE_ROOM + 2 * FIELD_ROOM + lines.join("").length);
 * const { buffer } = out;
 * new HpackEncoder({ maxTableBytes: 0 }).encode(lines, out);
 * assertEquals(out.buffer === buffer, true);
 * ```
 */
export const FIELD_ROOM = 3 * INTEGER_ROOM;

/**
 * What an encoder asks a sink for at most when a block is started, in bytes: two table size updates.
 *
 * @example Nothing but updates
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "@avx/runtime/byte-writer";
 * import { HpackEncoder, UPDATE_ROOM } from "@avx/http2/hpack";
 *
 * const encoder = new HpackEncoder();
 * encoder.setMaxTableBytes(0);
 * encoder.setMaxTableBytes(4096);
 * const out = new ByteWriter(UPDATE_ROOM);
 * encoder.startBlock(out);
 * assertEquals(out.view(), new Uint8Array([0x20, 0x3f, 0xe1, 0x1f]));
 * ```
 */
export const UPDATE_ROOM = 2 * INTEGER_ROOM;

/**
 * Where blocks are written to. `ByteWriter` of `@avx/runtime/byte-writer` is one.
 *
 * @example A writer is a sink
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "@avx/runtime/byte-writer";
 * import { type ByteSink, HpackEncoder } from "@avx/http2/hpack";
 *
 * const sink: ByteSink = new ByteWriter();
 * new HpackEncoder().encode([":status", "404"], sink);
 * assertEquals(sink.buffer.subarray(0, sink.length), new Uint8Array([0x8d]));
 * ```
 */
export interface ByteSink {
  /** What has been written, up to {@linkcode length}, and free room behind it. */
  buffer: Uint8Array;
  /** How many bytes have been written. */
  length: number;
  /** Makes room for `count` more bytes, in another {@linkcode buffer} perhaps. */
  ensure(count: number): void;
}

/**
 * How an encoder compresses.
 *
 * @example A secret of one's own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "@avx/runtime/byte-writer";
 * import { HpackEncoder, type HpackEncoderOptions } from "@avx/http2/hpack";
 *
 * const options: HpackEncoderOptions = { neverIndexed: ["x-api-key"] };
 * const out = new ByteWriter();
 * new HpackEncoder(options).encode(["x-api-key", "secret"], out);
 * assertEquals(out.buffer[0], 0x10);
 * ```
 */
export interface HpackEncoderOptions {
  /**
   * How many bytes the dynamic table may take at most, whatever the peer allows.
   *
   * @default {4096}
   */
  readonly maxTableBytes?: number;
  /**
   * Names, in lower case, of further fields that are secret: they are never put into a table.
   * `authorization`, `proxy-authorization`, `set-cookie` and a `cookie` under 20 bytes always are.
   *
   * @default {[]}
   */
  readonly neverIndexed?: readonly string[];
}

/**
 * Encodes the header blocks of one direction of a connection, one after the other, in the order they
 * are sent.
 *
 * A block is either {@linkcode encode}d at once, or begun with {@linkcode startBlock} and written
 * part by part. Names are sent in lower case, whatever case they come in. What a field may hold is
 * not checked: it must be done before the block is started, as a block half written cannot be taken
 * back.
 *
 * @example A response, and the same again
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteWriter } from "@avx/runtime/byte-writer";
 * import { HpackEncoder } from "@avx/http2/hpack";
 *
 * const encoder = new HpackEncoder();
 * const lines = ["Content-Type", "text/html", "Server", "avx"];
 * const out = new ByteWriter();
 * for (let turn = 0; turn < 2; turn++) {
 *   out.reset();
 *   encoder.startBlock(out);
 *   encoder.writeStatus(200, out);
 *   encoder.writeLines(lines, out);
 * }
 * assertEquals(out.view(), new Uint8Array([0x88, 0xbf, 0xbe]));
 * ```
 */
export class HpackEncoder {
  readonly #cap: number;
  readonly #secrets: ReadonlySet<string>;
  readonly #table: DynamicTable<SentEntry>;
  readonly #names = new Map<string, KnownName>();
  readonly #memory = new LineMemory();
  #manyNames = MANY_NAMES;
  /** Whether a field was not added only because its name's values seldom repeat. */
  #passedOver = false;
  /** The size to be announced before the next block, and the smallest since the last; -1 for none. */
  #nextBytes = -1;
  #leastBytes = -1;

  /** Makes one with an empty table. */
  constructor(options: HpackEncoderOptions = {}) {
    this.#cap = options.maxTableBytes ?? INITIAL_TABLE_BYTES;
    this.#secrets = new Set(options.neverIndexed);
    this.#table = new DynamicTable(INITIAL_TABLE_BYTES, forget);
    if (this.#cap < INITIAL_TABLE_BYTES) this.setMaxTableBytes(INITIAL_TABLE_BYTES);
  }

  /** How many bytes the dynamic table takes now. */
  get tableBytes(): number {
    return this.#table.byteCount;
  }

  /**
   * Takes in the peer's SETTINGS_HEADER_TABLE_SIZE. Where it changes the table, the next block
   * begins with a size update (RFC 7541 §4.2).
   *
   * @param byteCount A number of bytes.
   */
  setMaxTableBytes(byteCount: number): void {
    const bytes = Math.min(byteCount, this.#cap);
    if (this.#nextBytes < 0) {
      if (bytes === this.#table.maxBytes) return;
      this.#leastBytes = bytes;
    } else this.#leastBytes = Math.min(this.#leastBytes, bytes);
    this.#nextBytes = bytes;
  }

  /** Writes a whole block: the fields of `lines`, whose pseudo-header fields come first. */
  encode(lines: FieldLines, out: ByteSink): void {
    this.startBlock(out);
    this.writeLines(lines, out);
  }

  /** Begins a block: writes the table size updates that are due. */
  startBlock(out: ByteSink): void {
    if (this.#nextBytes < 0) return;
    out.ensure(UPDATE_ROOM);
    // The smallest one has to be seen, as it has driven entries out (RFC 7541 §4.2).
    if (this.#leastBytes < this.#nextBytes) this.#update(this.#leastBytes, out);
    this.#update(this.#nextBytes, out);
    this.#nextBytes = -1;
  }

  /**
   * Writes `:status`.
   *
   * @param status A whole number from 100 to 999.
   */
  writeStatus(status: number, out: ByteSink): void {
    const index = STATUS_INDEX[status];
    if (index === 0) this.writeField(":status", String(status), out);
    else {
      out.ensure(1);
      out.buffer[out.length++] = 0x80 | index;
    }
  }

  /** Whether `lines` are, one by one, the very strings that were written not long ago. */
  knows(lines: FieldLines): boolean {
    return this.#memory.find(lines) !== undefined;
  }

  /**
   * Writes the fields of `lines`. The same lines again, compared string by string, are found as they
   * were encoded as long as the table has not changed.
   */
  writeLines(lines: FieldLines, out: ByteSink): void {
    const version = this.#table.added;
    const known = this.#memory.find(lines);
    if (known !== undefined && known.version === version) {
      known.write(out);
      return;
    }
    const start = out.length;
    this.#passedOver = false;
    for (let at = 0; at < lines.length; at += 2) this.writeField(lines[at], lines[at + 1], out);
    if (known === undefined) this.#memory.add(lines);
    // Kept is what the same lines would be encoded to again: not with a literal that is added, nor
    // with one that may be the next time.
    else if (this.#table.added === version && !this.#passedOver) known.keep(out, start, version);
  }

  /** Writes one field. */
  writeField(name: string, value: string, out: ByteSink): void {
    const known = this.#names.get(name) ?? this.#learn(name);
    let index = known.staticIndexOf(value);
    if (index === 0) {
      const sequence = known.entryOf(value);
      if (sequence >= 0) {
        index = this.#indexOf(sequence);
        known.newInARow = 0;
      }
    }
    if (index > 0) {
      out.ensure(INTEGER_ROOM);
      out.length = writePrefixInteger(out.buffer, out.length, 0x80, 7, index);
    } else this.#writeLiteral(known, value, out);
  }

  #writeLiteral(known: KnownName, value: string, out: ByteSink): void {
    const { name } = known;
    const byteCount = name.length + value.length + ENTRY_OVERHEAD;
    const indexing = this.#indexing(known, value, byteCount);
    out.ensure(name.length + value.length + FIELD_ROOM);
    const { buffer } = out;
    const nameIndex = known.staticIndex > 0
      ? known.staticIndex
      : known.newest < 0
      ? 0
      : this.#indexOf(known.newest);
    const prefixBits = indexing === ADDED ? 6 : 4;
    let at = writePrefixInteger(buffer, out.length, indexing, prefixBits, nameIndex);
    if (nameIndex === 0) at = writeStringLiteral(buffer, at, 0, 7, name);
    out.length = writeStringLiteral(buffer, at, 0, 7, value);
    if (indexing === ADDED) {
      this.#table.add({ known, value, byteCount });
      known.add(value, this.#table.added - 1);
    }
  }

  #indexing(known: KnownName, value: string, byteCount: number): Indexing {
    const { indexing } = known;
    if (indexing !== ADDED) return indexing;
    if (isGuessable(known.name, value)) return NEVER;
    // A large one would drive nearly all others out.
    if (byteCount > this.#table.maxBytes * 3 / 4) return PLAIN;
    if (known.isWorthAdding()) return ADDED;
    this.#passedOver = true;
    return PLAIN;
  }

  /** The index of the entry with that sequence number. */
  #indexOf(sequence: number): number {
    return STATIC_COUNT + this.#table.added - sequence;
  }

  #update(byteCount: number, out: ByteSink): void {
    this.#table.resize(byteCount);
    this.#memory.clear();
    out.length = writePrefixInteger(out.buffer, out.length, 0x20, 5, byteCount);
  }

  #learn(given: string): KnownName {
    if (this.#names.size >= this.#manyNames) this.#forgetNames();
    const name = given.toLowerCase();
    let known = this.#names.get(name);
    if (known === undefined) {
      known = new KnownName(name, this.#secrets.has(name));
      this.#names.set(name, known);
    }
    // Under the case it came in as well, so that it need not be lowered again.
    if (given !== name) this.#names.set(given, known);
    return known;
  }

  #forgetNames(): void {
    for (const [name, known] of this.#names) {
      if (known.count === 0) this.#names.delete(name);
    }
    // Where a large table has more, looking through them again at once would be for nothing.
    this.#manyNames = Math.max(MANY_NAMES, 2 * this.#names.size);
  }
}

interface SentEntry extends TableEntry {
  readonly known: KnownName;
  readonly value: string;
}

/** The static table's index of `:status` with that value; 0 if it has none. */
const STATUS_INDEX: Uint8Array = new Uint8Array(1000);
for (const [at, status] of [200, 204, 206, 304, 400, 404, 500].entries()) {
  STATUS_INDEX[status] = 8 + at;
}

function forget(entry: SentEntry, sequence: number): void {
  entry.known.remove(entry.value, sequence);
}
