/**
 * The character classes of structured fields (RFC 9651 §3).
 *
 * @module
 */

import { TOKEN } from "@avx/runtime/ascii";

/** Whether a key can start with a character. */
export function isKeyStart(code: number): boolean {
  return isLowerCase(code) || code === 0x2a; // *
}

/** Whether a key can go on with a character. */
export function isKeyPart(code: number): boolean {
  return isLowerCase(code) || isDigit(code) || code === 0x5f || code === 0x2d || code === 0x2e ||
    code === 0x2a; // _ - . *
}

/** Whether a token can start with a character. */
export function isTokenStart(code: number): boolean {
  return isLowerCase(code) || code >= 0x41 && code <= 0x5a || code === 0x2a; // *
}

/** Whether a token can go on with a character. */
export function isTokenPart(code: number): boolean {
  return TOKEN[code] === 1 || code === 0x3a || code === 0x2f; // : /
}

/** Whether a character is a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Whether a character is printable ASCII, the space included. */
export function isPrintable(code: number): boolean {
  return code >= 0x20 && code <= 0x7e;
}

/** Whether all of a text starts and goes on as two classes allow. */
export function matches(
  text: string,
  isStart: (code: number) => boolean,
  isPart: (code: number) => boolean,
): boolean {
  if (text === "" || !isStart(text.charCodeAt(0))) return false;
  for (let at = 1; at < text.length; at++) if (!isPart(text.charCodeAt(at))) return false;
  return true;
}

function isLowerCase(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}
