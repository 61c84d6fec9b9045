/**
 * A text that is read from left to right.
 *
 * @module
 */

import { isDigit } from "./characters.ts";

/** Where parsing has got to in a field value. */
export class Scanner {
  readonly #text: string;
  #at = 0;

  /** Starts at the beginning of `text`. */
  constructor(text: string) {
    this.#text = text;
  }

  /** Whether nothing is left. */
  get isDone(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.#text.charAt(this.#at);
  }

  /** Goes past the next character, if it is this one. */
  skip(character: string): boolean {
    if (this.next !== character) return false;
    this.#at++;
    return true;
  }

  /** Goes past spaces. */
  skipSpaces(): void {
    while (this.skip(" "));
  }

  /** Goes past spaces and tabs. */
  skipWhitespace(): void {
    while (this.skip(" ") || this.skip("\t"));
  }

  /** Takes the next character; empty at the end. */
  take(): string {
    return this.#text.charAt(this.#at++);
  }

  /** Takes all characters of a class that come next. */
  takeWhile(isIncluded: (code: number) => boolean): string {
    const start = this.#at;
    while (!this.isDone && isIncluded(this.#text.charCodeAt(this.#at))) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** Takes what comes before a character, and goes past that; `undefined` if it does not come. */
  takeUntil(character: string): string | undefined {
    const end = this.#text.indexOf(character, this.#at);
    if (end === -1) return undefined;
    const taken = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return taken;
  }

  /** Whether the next character is of a class. */
  nextIs(isIncluded: (code: number) => boolean): boolean {
    return !this.isDone && isIncluded(this.#text.charCodeAt(this.#at));
  }

  /** Takes the digits that come next. */
  takeDigits(): string {
    return this.takeWhile(isDigit);
  }
}
