/**
 * Where the frames of a Zstandard stream begin and end (RFC 8878 §3.1), without decoding them.
 *
 * A content coding may be several frames (RFC 9659 §2), and where it ends in the middle of one is
 * seen here, whatever the platform's decoder makes of it.
 *
 * @module
 */

/**
 * What follows next in a stream:
 *
 * ```
 *  magic ──▶ descriptor ──▶ fields ──▶ block head ──▶ block ──▶ checksum ──▶ magic
 *    └─▶ skip length ──▶ skipped ──▶ magic  ▲            │
 *                                           └────────────┘
 * ```
 */
type Part = "magic" | "descriptor" | "fields" | "blockHead" | "block" | "checksum";

/**
 * Finds frames in a stream that comes in any pieces.
 *
 * @example An empty frame, and the beginning of another
 * ```ts
 * import { ZstdFrames } from "@avx/runtime/zstd-frames";
 * import { assertEquals } from "@std/assert";
 *
 * const empty = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x00, 0x01, 0x00, 0x00];
 * const frames = new ZstdFrames();
 * assertEquals(frames.take(new Uint8Array([...empty, 0x28]), 0), 9);
 * assertEquals(frames.isBetween, true);
 * assertEquals(frames.take(new Uint8Array([0x28]), 0), 1);
 * assertEquals(frames.isBetween, false);
 * ```
 */
export class ZstdFrames {
  #part: Part | "skipLength" | "skipped" = "magic";
  /** How many bytes of the part are missing. */
  #missing = 4;
  /** The part's bytes so far, the first lowest: of as many as say something. */
  #value = 0;
  #read = 0;
  #hasChecksum = false;
  #isLast = false;
  #isMalformed = false;

  /** Whether the stream may end here: after a frame, or before the first. */
  get isBetween(): boolean {
    return this.#part === "magic" && this.#read === 0 && !this.#isMalformed;
  }

  /** Whether what came is no Zstandard stream. */
  get isMalformed(): boolean {
    return this.#isMalformed;
  }

  /**
   * Reads on to the end of the frame.
   *
   * @param bytes What came.
   * @param at Where to start.
   * @returns Where the frame ends in `bytes`; their length where it does not, or is malformed.
   */
  take(bytes: Uint8Array, at: number): number {
    while (at < bytes.length && !this.#isMalformed) {
      const count = Math.min(this.#missing, bytes.length - at);
      // What is longer than this is only passed over.
      for (let index = 0; index < count && this.#read < 4; index++, this.#read++) {
        this.#value += bytes[at + index] * 2 ** (8 * this.#read);
      }
      at += count;
      this.#missing -= count;
      if (this.#missing === 0 && this.#finishPart()) return at;
    }
    return bytes.length;
  }

  /** Goes on to the next part, and says whether that ended a frame. */
  #finishPart(): boolean {
    const value = this.#value;
    switch (this.#part) {
      case "magic":
        if ((value & ~0xf) >>> 0 === 0x184d2a50) return this.#expect("skipLength", 4);
        if (value === 0xfd2fb528) return this.#expect("descriptor", 1);
        this.#isMalformed = true;
        return false;
      case "skipLength":
        return value === 0 ? this.#end() : this.#expect("skipped", value);
      case "descriptor":
        this.#hasChecksum = (value & 0x04) !== 0;
        return this.#expectOrGoOn("fields", fieldBytes(value));
      case "fields":
        return this.#expect("blockHead", 3);
      case "blockHead": {
        this.#isLast = (value & 1) !== 0;
        const type = (value >> 1) & 3;
        if (type === 3) {
          this.#isMalformed = true;
          return false;
        }
        return this.#expectOrGoOn("block", type === 1 ? 1 : value >> 3);
      }
      case "block":
        if (!this.#isLast) return this.#expect("blockHead", 3);
        return this.#hasChecksum ? this.#expect("checksum", 4) : this.#end();
      case "skipped":
      case "checksum":
        return this.#end();
      default:
        this.#part satisfies never;
        return false;
    }
  }

  #expectOrGoOn(part: Part, bytes: number): boolean {
    this.#expect(part, bytes);
    return bytes === 0 ? this.#finishPart() : false;
  }

  #expect(part: Part | "skipLength" | "skipped", bytes: number): false {
    this.#part = part;
    this.#missing = bytes;
    this.#value = this.#read = 0;
    return false;
  }

  #end(): true {
    this.#expect("magic", 4);
    return true;
  }
}

/** How many bytes of fields follow a frame header descriptor (RFC 8878 §3.1.1.1). */
function fieldBytes(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const contentSize = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6];
  const dictionaryId = [0, 1, 2, 4][descriptor & 3];
  return (isSingleSegment ? 0 : 1) + dictionaryId + contentSize;
}
