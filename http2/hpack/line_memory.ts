/**
 * The lists of lines last sent, with their encoding for as long as the table stays as it is.
 *
 * @module
 */

import type { FieldLines } from "@avx/semantics/field-section";
import type { ByteSink } from "./encoder.ts";

const SLOTS = 8;
/** A longer list is not remembered: comparing it costs as much as looking its fields up. */
const MAX_STRINGS = 64;
/** Longer texts are not held on to. */
const MAX_CHARACTERS = 4096;
const MAX_ENCODED_BYTES = 512;
/** Up to here a loop beats a call into the engine. */
const LOOP_BYTES = 24;

/** A list of lines, and what it is encoded to. */
export class KnownLines {
  /** The table's version that the encoding is good for; -1 if there is none. */
  version = -1;

  readonly #lines: string[] = [];
  #bytes: Uint8Array = NO_BYTES;
  #length = 0;

  /** Whether these are the lines, each string being the same. */
  is(lines: FieldLines): boolean {
    const own = this.#lines;
    if (own.length !== lines.length) return false;
    for (let at = 0; at < own.length; at++) {
      if (own[at] !== lines[at]) return false;
    }
    return true;
  }

  /** Becomes another list, of which there is no encoding yet. */
  become(lines: FieldLines): void {
    const own = this.#lines;
    own.length = lines.length;
    for (let at = 0; at < lines.length; at++) own[at] = lines[at];
    this.version = -1;
  }

  /** Keeps what was written behind `start` as the encoding. */
  keep(out: ByteSink, start: number, version: number): void {
    const length = out.length - start;
    if (length > MAX_ENCODED_BYTES) return;
    if (length > this.#bytes.length) this.#bytes = new Uint8Array(length);
    this.#bytes.set(out.buffer.subarray(start, out.length));
    this.#length = length;
    this.version = version;
  }

  /** Writes the encoding. */
  write(out: ByteSink): void {
    const length = this.#length;
    out.ensure(length);
    const { buffer } = out;
    const bytes = this.#bytes;
    const at = out.length;
    if (length > LOOP_BYTES) buffer.set(bytes.subarray(0, length), at);
    else for (let index = 0; index < length; index++) buffer[at + index] = bytes[index];
    out.length = at + length;
  }
}

/** A few lists, the one longest there giving way to the next. */
export class LineMemory {
  readonly #slots: KnownLines[] = [];
  #recent: KnownLines | undefined = undefined;
  #turn = 0;

  /** What is known of these lines. */
  find(lines: FieldLines): KnownLines | undefined {
    const recent = this.#recent;
    if (recent === undefined) return undefined;
    if (recent.is(lines)) return recent;
    for (const slot of this.#slots) {
      if (slot.is(lines)) return this.#recent = slot;
    }
    return undefined;
  }

  /** Remembers lines that are not known, unless they are very many or very long. */
  add(lines: FieldLines): void {
    if (lines.length > MAX_STRINGS) return;
    let characters = 0;
    for (let at = 0; at < lines.length; at++) characters += lines[at].length;
    if (characters > MAX_CHARACTERS) return;
    const slot = this.#slots[this.#turn] ??= new KnownLines();
    this.#turn = (this.#turn + 1) % SLOTS;
    slot.become(lines);
    this.#recent = slot;
  }

  /** Forgets all encodings. */
  clear(): void {
    for (const slot of this.#slots) slot.version = -1;
  }
}

const NO_BYTES = new Uint8Array(0);
