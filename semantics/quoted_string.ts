/**
 * Quoted strings and comments (RFC 9110 §5.6.4, §5.6.5).
 *
 * @module
 */

import { isFieldValue } from "@avx/runtime/ascii";

const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const BACKSLASH = 0x5c;

/**
 * Puts a text into double quotes, with `"` and `\` escaped.
 *
 * @throws {TypeError} If the text holds a character that no field may hold.
 *
 * @example Quoting a file name
 * ```ts
 * import { encodeQuotedString } from "@avx/semantics/quoted-string";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(encodeQuotedString('a "b".txt'), '"a \\"b\\".txt"');
 * ```
 */
export function encodeQuotedString(text: string): string {
  const quoted = `"${text.replace(/["\\]/g, "\\$&")}"`;
  if (!isFieldValue(quoted)) {
    throw new TypeError("Cannot quote text as it holds a character that no field may hold");
  }
  return quoted;
}

/**
 * The text in a quoted string, or `undefined` if the whole of `text` is not one.
 *
 * @example There and back
 * ```ts
 * import { decodeQuotedString } from "@avx/semantics/quoted-string";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeQuotedString('"a \\"b\\".txt"'), 'a "b".txt');
 * assertEquals(decodeQuotedString("plain"), undefined);
 * ```
 */
export function decodeQuotedString(text: string): string | undefined {
  if (text.charCodeAt(0) !== QUOTE || quotedStringEnd(text, 0) !== text.length) return undefined;
  if (!isFieldValue(text)) return undefined;
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}

/**
 * The offset behind the quoted string that starts at `start`, or -1 if it does not end.
 *
 * @param start The offset of the opening quote.
 *
 * @example Finding the end
 * ```ts
 * import { quotedStringEnd } from "@avx/semantics/quoted-string";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(quotedStringEnd('a="b", c', 2), 5);
 * ```
 */
export function quotedStringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE) return at + 1;
  }
  return -1;
}

/**
 * The offset behind the comment that starts at `start`, with the comments in it, or -1 if it does
 * not end.
 *
 * @param start The offset of the opening parenthesis.
 *
 * @example Skipping a comment
 * ```ts
 * import { commentEnd } from "@avx/semantics/quoted-string";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(commentEnd("avx/1 (a (b) c) d", 6), 15);
 * ```
 */
export function commentEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) return at + 1;
  }
  return -1;
}

/**
 * The text in a comment, its quoted pairs resolved, or `undefined` if the whole of `text` is not
 * one. Comments within stay in their parentheses.
 *
 * @example The text of a comment
 * ```ts
 * import { decodeComment } from "@avx/semantics/quoted-string";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(decodeComment("(X11; Linux (64))"), "X11; Linux (64)");
 * ```
 */
export function decodeComment(text: string): string | undefined {
  if (text.charCodeAt(0) !== OPEN || commentEnd(text, 0) !== text.length) return undefined;
  if (!isFieldValue(text)) return undefined;
  return text.slice(1, -1).replace(/\\(.)/g, "$1");
}
