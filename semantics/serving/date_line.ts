/**
 * The `Date` field line, made once a second (RFC 9110 §6.6.1).
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import { formatDate } from "../date.ts";

/**
 * Keeps the line of the current second. It is asked with the time on a scale that never runs
 * backwards, which its caller has at hand, and looks at the wall clock only when a second is over.
 *
 * @example One line a second
 * ```ts
 * import { DateLine } from "@avx/semantics/serving";
 * import { assertEquals, assertStrictEquals } from "@std/assert";
 *
 * const date = new DateLine(() => Date.UTC(1994, 10, 6, 8, 49, 37));
 * const line = date.at(0);
 * assertEquals(new TextDecoder().decode(line), "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
 * assertStrictEquals(date.at(999), line);
 * ```
 */
export class DateLine {
  readonly #wallNow: () => number;
  #text = "";
  #line: Uint8Array = new Uint8Array(0);
  #goodUntil = -Infinity;

  /**
   * Makes one.
   *
   * @param wallNow Tells the milliseconds since the Unix epoch.
   */
  constructor(wallNow: () => number) {
    this.#wallNow = wallNow;
  }

  /**
   * The line for now.
   *
   * @param now In milliseconds, on the timers' scale.
   * @returns `date: …` with its line end; the same bytes within one second.
   */
  at(now: number): Uint8Array {
    if (now >= this.#goodUntil) this.#renew(now);
    return this.#line;
  }

  /**
   * The field's value for now.
   *
   * @param now In milliseconds, on the timers' scale.
   * @returns The date as IMF-fixdate; the same string within one second.
   */
  text(now: number): string {
    if (now >= this.#goodUntil) this.#renew(now);
    return this.#text;
  }

  #renew(now: number): void {
    const wallNow = this.#wallNow();
    this.#text = formatDate(wallNow);
    this.#line = encodeUtf8(`date: ${this.#text}\r\n`);
    this.#goodUntil = now + 1000 - wallNow % 1000;
  }
}
