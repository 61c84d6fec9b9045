/**
 * Reading single values of structured fields (RFC 9651 §4.2.3.1 to §4.2.10).
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from "@avx/runtime/ascii";
import { decodeBase64 } from "./base64.ts";
import { isDigit, isPrintable, isTokenPart, isTokenStart } from "./characters.ts";
import type { Scanner } from "./scanner.ts";
import type { BareItem } from "./structured_value.ts";

const MAX_INTEGER_DIGITS = 15;
const MAX_WHOLE_DIGITS = 12;
const MAX_FRACTION_DIGITS = 3;

/** Reads the value that comes next; `undefined` if there is none. */
export function parseBareItem(scanner: Scanner): BareItem | undefined {
  if (scanner.nextIs((code) => isDigit(code) || code === 0x2d)) return parseNumber(scanner);
  if (scanner.nextIs(isTokenStart)) {
    return { type: "token", value: scanner.takeWhile(isTokenPart) };
  }
  switch (scanner.take()) {
    case '"':
      return parseString(scanner);
    case ":":
      return parseBytes(scanner);
    case "?":
      return parseBoolean(scanner);
    case "@":
      return parseDate(scanner);
    case "%":
      return parseDisplayString(scanner);
    default:
      return undefined;
  }
}

function parseNumber(scanner: Scanner): BareItem | undefined {
  const sign = scanner.skip("-") ? -1 : 1;
  const whole = scanner.takeDigits();
  if (whole === "") return undefined;
  if (!scanner.skip(".")) {
    if (whole.length > MAX_INTEGER_DIGITS) return undefined;
    return { type: "integer", value: signed(sign, Number(whole)) };
  }
  const fraction = scanner.takeDigits();
  if (whole.length > MAX_WHOLE_DIGITS) return undefined;
  if (fraction === "" || fraction.length > MAX_FRACTION_DIGITS) return undefined;
  return { type: "decimal", value: signed(sign, Number(`${whole}.${fraction}`)) };
}

/** Without the negative zero, which is another value to nobody but the language. */
function signed(sign: number, value: number): number {
  return value === 0 ? 0 : sign * value;
}

function parseString(scanner: Scanner): BareItem | undefined {
  let value = "";
  while (!scanner.isDone) {
    value += scanner.takeWhile((code) => isPrintable(code) && code !== 0x22 && code !== 0x5c);
    const character = scanner.take();
    if (character === '"') return { type: "string", value };
    if (character !== "\\") return undefined;
    const escaped = scanner.take();
    if (escaped !== '"' && escaped !== "\\") return undefined;
    value += escaped;
  }
  return undefined;
}

function parseBytes(scanner: Scanner): BareItem | undefined {
  const text = scanner.takeUntil(":");
  const value = text === undefined ? undefined : decodeBase64(text);
  return value === undefined ? undefined : { type: "bytes", value };
}

function parseBoolean(scanner: Scanner): BareItem | undefined {
  const digit = scanner.take();
  return digit === "0" || digit === "1" ? { type: "boolean", value: digit === "1" } : undefined;
}

function parseDate(scanner: Scanner): BareItem | undefined {
  const number = parseNumber(scanner);
  return number?.type === "integer" ? { type: "date", value: number.value } : undefined;
}

function parseDisplayString(scanner: Scanner): BareItem | undefined {
  if (!scanner.skip('"')) return undefined;
  const text = scanner.takeUntil('"');
  if (text === undefined || !/^(?:[\x20-\x24\x26-\x7e]|%[0-9a-f]{2})*$/.test(text)) {
    return undefined;
  }
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "%") bytes.push(text.charCodeAt(at));
    else {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    }
  }
  const encoded = Uint8Array.from(bytes);
  const value = decodeUtf8(encoded);
  // What was not UTF-8 has become something else.
  const again = encodeUtf8(value);
  const same = again.length === encoded.length && again.every((byte, at) => byte === encoded[at]);
  return same ? { type: "displayString", value } : undefined;
}
