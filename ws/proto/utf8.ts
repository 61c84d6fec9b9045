/**
 * Text of messages: UTF-8 that is checked as it arrives (RFC 6455 §8.1).
 *
 * @module
 */

import { latin1 } from "@avx/runtime/ascii";

/** Up to here a look at each byte costs less than a call of the decoder. */
const SHORT_BYTES = 256;
const REJECT = 12;
const REPLACEMENT = "\ufffd";

// Classes of bytes and a machine over them (Björn Höhrmann, "Flexible and Economical UTF-8
// Decoder"): it refuses what RFC 3629 does, surrogates and overlong forms, at the first byte that
// cannot be part of any character.
const CLASS: Uint8Array = new Uint8Array(256).map((_, byte) => {
  if (byte < 0x80) return 0;
  if (byte < 0x90) return 1;
  if (byte < 0xa0) return 9;
  if (byte < 0xc0) return 7;
  if (byte < 0xc2) return 8;
  if (byte < 0xe0) return 2;
  if (byte === 0xe0) return 10;
  if (byte === 0xed) return 4;
  if (byte < 0xf0) return 3;
  if (byte === 0xf0) return 11;
  if (byte < 0xf4) return 6;
  return byte === 0xf4 ? 5 : 8;
});
// deno-fmt-ignore
const NEXT: Uint8Array = new Uint8Array([
   0, 12, 24, 36, 60, 96, 84, 12, 12, 12, 48, 72,
  12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
  12,  0, 12, 12, 12, 12, 12,  0, 12,  0, 12, 12,
  12, 24, 12, 12, 12, 12, 12, 24, 12, 24, 12, 12,
  12, 12, 12, 12, 12, 12, 12, 24, 12, 12, 12, 12,
  12, 24, 12, 12, 12, 12, 12, 12, 12, 24, 12, 12,
  12, 12, 12, 12, 12, 12, 12, 36, 12, 36, 12, 12,
  12, 36, 12, 12, 12, 12, 12, 36, 12, 36, 12, 12,
  12, 36, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12,
]);

/** Checks UTF-8 that comes in pieces, and says so at the first byte that is wrong. */
export class Utf8Validator {
  #state = 0;

  /** Whether the bytes so far end with a whole character. */
  get complete(): boolean {
    return this.#state === 0;
  }

  /** Takes in the bytes from `start` to `end`. Returns whether all is well so far. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    let state = this.#state;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (state === 0 && byte < 0x80) continue;
      state = NEXT[state + CLASS[byte]];
      if (state === REJECT) break;
    }
    this.#state = state;
    return state !== REJECT;
  }

  /** Starts over. */
  reset(): void {
    this.#state = 0;
  }
}

/** Whether the bytes from `start` to `end` are UTF-8 as a whole. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  const validator = new Utf8Validator();
  return validator.push(bytes, start, end) && validator.complete;
}

/** Whether the bytes from `start` to `end` are ASCII; `false` also where it takes long to tell. */
export function isShortAscii(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > SHORT_BYTES) return false;
  let seen = 0;
  for (let at = start; at < end; at++) seen |= bytes[at];
  return seen < 0x80;
}

/**
 * The text of the bytes from `start` to `end`, a byte order mark included.
 *
 * @param ascii Whether they are known to be ASCII.
 * @returns `undefined` if they are not UTF-8.
 */
export function textOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  ascii: boolean,
): string | undefined {
  if (ascii) return latin1(bytes, start, end);
  const text = decoder.decode(bytes.subarray(start, end));
  // A decoder that rejects is five times slower than looking for its replacements: they show up
  // in hardly any text, and then they may have been sent as such.
  return text.includes(REPLACEMENT) && !isUtf8(bytes, start, end) ? undefined : text;
}

// Every runtime this is built for has it; the language's own library does not declare it.
const { TextDecoder } = globalThis as unknown as {
  TextDecoder: new (
    label: string,
    options: { ignoreBOM: boolean },
  ) => { decode(bytes: Uint8Array): string };
};
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
