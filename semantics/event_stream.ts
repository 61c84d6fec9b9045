/**
 * Server-sent events as they arrive (HTML standard §9.2).
 *
 * @module
 */

import { decodeUtf8 } from "@avx/runtime/ascii";

/** An event. */
export interface ServerSentEvent {
  /** What kind of event; `message` where the server does not say. */
  readonly event: string;
  /** Its data: the lines of its `data` fields. */
  readonly data: string;
  /** The last id that the server has given, with this event or before; empty where it has not. */
  readonly id: string;
}

/**
 * Parses an event stream that comes in any pieces.
 *
 * @example Two events
 * ```ts
 * import { EventStreamParser } from "@avx/semantics/event-stream";
 * import { encodeUtf8 } from "@avx/runtime/ascii";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new EventStreamParser();
 * parser.push(encodeUtf8("id: 7\nevent: tick\ndata: one\ndata: two\n\ndata:three\n\n: done"));
 * assertEquals(parser.next(), { event: "tick", data: "one\ntwo", id: "7" });
 * assertEquals(parser.next(), { event: "message", data: "three", id: "7" });
 * assertEquals(parser.next(), undefined);
 * ```
 */
export class EventStreamParser {
  readonly #maxBytes: number;
  readonly #events: ServerSentEvent[] = [];
  /** The beginning of a line whose end has not come, and room for more of it. */
  #rest = new Uint8Array(0);
  #restBytes = 0;
  #isFirstLine = true;
  #afterReturn = false;
  #data: string[] = [];
  #bytes = 0;
  #event = "";
  #id: string;
  #lastEventId: string;
  #retryMs: number | undefined;
  #isTooLarge = false;

  /**
   * Makes one at the beginning of a stream.
   *
   * @param options.maxBytes The most that one event may have, in bytes; 1 MiB by default.
   * @param options.lastEventId The last id that was given in an earlier stream.
   */
  constructor(options: { readonly maxBytes?: number; readonly lastEventId?: string } = {}) {
    const { maxBytes = 1024 * 1024, lastEventId = "" } = options;
    this.#maxBytes = maxBytes;
    this.#id = this.#lastEventId = lastEventId;
  }

  /** The last id that came with a complete event: what a client goes on from. */
  get lastEventId(): string {
    return this.#lastEventId;
  }

  /** How long the server wants a client to wait before it connects again, in milliseconds. */
  get retryMs(): number | undefined {
    return this.#retryMs;
  }

  /** Whether an event had more bytes than it may have. What follows it is not looked at. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  /** The next complete event. One that the stream ends within never is. */
  next(): ServerSentEvent | undefined {
    return this.#events.shift();
  }

  /** Takes what came; nothing of it is kept but a copy of what is not complete. */
  push(bytes: Uint8Array): void {
    let from = 0;
    for (let at = 0; at < bytes.length && !this.#isTooLarge; at++) {
      const byte = bytes[at];
      if (byte !== LINE_FEED && byte !== RETURN) continue;
      // A line feed after a return ends the same line, perhaps in another piece.
      if (byte === LINE_FEED && this.#afterReturn && at === from && this.#restBytes === 0) {
        this.#afterReturn = false;
        from = at + 1;
        continue;
      }
      this.#afterReturn = byte === RETURN;
      this.#line(this.#whole(bytes.subarray(from, at)));
      from = at + 1;
    }
    if (from < bytes.length) {
      this.#afterReturn = false;
      // One that is too long already is not kept.
      this.#check(this.#bytes + this.#restBytes + bytes.length - from);
      if (!this.#isTooLarge) this.#keep(bytes.subarray(from));
    }
  }

  /** A line, of which `end` is the end. */
  #whole(end: Uint8Array): Uint8Array {
    if (this.#restBytes === 0) return end;
    this.#keep(end);
    const line = this.#rest.subarray(0, this.#restBytes);
    this.#restBytes = 0;
    return line;
  }

  /** Keeps a part of a line. The room doubles, so that a line that trickles in costs no more. */
  #keep(part: Uint8Array): void {
    const length = this.#restBytes + part.length;
    if (length > this.#rest.length) {
      const grown = new Uint8Array(Math.max(length, 2 * this.#rest.length));
      grown.set(this.#rest.subarray(0, this.#restBytes));
      this.#rest = grown;
    }
    this.#rest.set(part, this.#restBytes);
    this.#restBytes = length;
  }

  #line(bytes: Uint8Array): void {
    // A byte order mark is one at the beginning of the stream and nowhere else.
    const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    let line = decodeUtf8(isMarked ? bytes.subarray(3) : bytes);
    if (isMarked && !this.#isFirstLine) line = `\ufeff${line}`;
    this.#isFirstLine = false;
    if (line === "") return this.#dispatch();
    this.#check(this.#bytes + bytes.length);
    if (this.#isTooLarge) return;
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    // Only data adds up: of other fields the last counts, and comments keep a connection alive.
    if (name === "data") this.#bytes += bytes.length;
    this.#field(name, value);
  }

  #field(name: string, value: string): void {
    switch (name) {
      case "data":
        this.#data.push(value);
        break;
      case "event":
        this.#event = value;
        break;
      case "id":
        // HTML ignores ids with a NUL, which the field that takes them back cannot hold. It cannot
        // hold any other control either (RFC 9110 §5.5).
        if (!hasControl(value)) this.#id = value;
        break;
      case "retry":
        if (/^[0-9]+$/.test(value)) this.#retryMs = Number(value);
        break;
    }
  }

  #dispatch(): void {
    this.#lastEventId = this.#id;
    if (this.#data.length > 0) {
      const event = this.#event === "" ? "message" : this.#event;
      this.#events.push({ event, data: this.#data.join("\n"), id: this.#id });
    }
    this.#data = [];
    this.#event = "";
    this.#bytes = 0;
  }

  #check(bytes: number): void {
    if (bytes <= this.#maxBytes) return;
    this.#isTooLarge = true;
    this.#rest = new Uint8Array(0);
    this.#restBytes = 0;
    this.#data = [];
  }
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== TAB || code === 0x7f) return true;
  }
  return false;
}

const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
