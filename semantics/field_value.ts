/**
 * The white space around field values and the lists in them (RFC 9110 §5.5, §5.6.1).
 *
 * Whether a text is a field value or a token, `isFieldValue` and `isToken` of `@avx/runtime/ascii`
 * tell. What lists are made of is in `@avx/semantics/parameters` and
 * `@avx/semantics/quoted-string`.
 *
 * @module
 */

import { quotedStringEnd } from "./quoted_string.ts";

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;

/**
 * Removes optional white space (space and tab, RFC 9110 §5.6.3) from both ends, and nothing else
 * that `String.prototype.trim` would.
 *
 * @example Only space and tab
 * ```ts
 * import { trimWhitespace } from "@avx/semantics/field-value";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(trimWhitespace(" \t a b "), "a b");
 * assertEquals(trimWhitespace("\u00a0a"), "\u00a0a");
 * ```
 */
export function trimWhitespace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text.charCodeAt(start))) start++;
  while (end > start && isWhitespace(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/**
 * Splits a list at its commas, except those within quoted strings. Members come without the
 * white space around them, and empty ones are left out (RFC 9110 §5.6.1.2). A quoted string that
 * does not end reaches to the end of the value.
 *
 * @example A list with a quoted comma
 * ```ts
 * import { splitList } from "@avx/semantics/field-value";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitList('a, "b, c" ,, d'), ["a", '"b, c"', "d"]);
 * ```
 */
export function splitList(value: string): string[] {
  return splitAt(value, COMMA);
}

/**
 * Splits a value at one ASCII character outside of quoted strings, by the rules of
 * {@linkcode splitList}.
 *
 * @param separator The character's code.
 *
 * @example The parts of a Cache-Control extension
 * ```ts
 * import { splitAt } from "@avx/semantics/field-value";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(splitAt('a="x;y"; b', 0x3b), ['a="x;y"', "b"]);
 * ```
 */
export function splitAt(value: string, separator: number): string[] {
  const members: string[] = [];
  let start = 0;
  let at = 0;
  while (at < value.length) {
    const code = value.charCodeAt(at);
    if (code === QUOTE) {
      const end = quotedStringEnd(value, at);
      at = end === -1 ? value.length : end;
    } else {
      if (code === separator) {
        pushMember(members, value, start, at);
        start = at + 1;
      }
      at++;
    }
  }
  pushMember(members, value, start, value.length);
  return members;
}

function pushMember(members: string[], value: string, start: number, end: number): void {
  const member = trimWhitespace(value.slice(start, end));
  if (member !== "") members.push(member);
}

function isWhitespace(code: number): boolean {
  return code === SPACE || code === TAB;
}
