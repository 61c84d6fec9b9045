/**
 * Writing structured fields (RFC 9651 §4.1).
 *
 * @module
 */

import { encodeUtf8 } from "@avx/runtime/ascii";
import { encodeBase64 } from "./base64.ts";
import {
  isKeyPart,
  isKeyStart,
  isPrintable,
  isTokenPart,
  isTokenStart,
  matches,
} from "./characters.ts";
import type {
  BareItem,
  StructuredDictionary,
  StructuredItem,
  StructuredList,
  StructuredMember,
  StructuredParameters,
} from "./structured_value.ts";

/**
 * Writes a field that is one item.
 *
 * @throws {TypeError} If a key, token or string holds what it must not.
 * @throws {RangeError} If a number has too many digits or is no number.
 *
 * @example A number with a parameter
 * ```ts
 * import { formatItem } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * const parameters = new Map([["unit", { type: "token", value: "ms" } as const]]);
 * assertEquals(formatItem({ item: { type: "decimal", value: 5 }, parameters }), "5.0;unit=ms");
 * ```
 */
export function formatItem({ item, parameters }: StructuredItem): string {
  return formatBareItem(item) + formatParameters(parameters);
}

/**
 * Writes a field that is a list.
 *
 * @returns An empty text for an empty list: the field is then not to be sent.
 * @throws {TypeError} If a key, token or string holds what it must not.
 * @throws {RangeError} If a number has too many digits or is no number.
 *
 * @example What was read
 * ```ts
 * import { formatList, parseList } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatList(parseList("a,(b  c );x=?1") ?? []), "a, (b c);x");
 * ```
 */
export function formatList(list: StructuredList): string {
  return list.map(formatMember).join(", ");
}

/**
 * Writes a field that is a dictionary.
 *
 * @returns An empty text for an empty dictionary: the field is then not to be sent.
 * @throws {TypeError} If a key, token or string holds what it must not.
 * @throws {RangeError} If a number has too many digits or is no number.
 *
 * @example A digest
 * ```ts
 * import { formatDictionary } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * const item = { type: "bytes", value: new Uint8Array([1, 2, 3]) } as const;
 * const digest = new Map([["sha-256", { item, parameters: new Map() }]]);
 * assertEquals(formatDictionary(digest), "sha-256=:AQID:");
 * ```
 */
export function formatDictionary(dictionary: StructuredDictionary): string {
  const members: string[] = [];
  for (const [key, member] of dictionary) {
    const isTrue = "item" in member && member.item.type === "boolean" && member.item.value;
    const text = isTrue ? formatParameters(member.parameters) : `=${formatMember(member)}`;
    members.push(checkedKey(key) + text);
  }
  return members.join(", ");
}

const MAX_INTEGER = 999_999_999_999_999;
const MAX_DECIMAL = 999_999_999_999.999;

function formatMember(member: StructuredMember): string {
  if ("item" in member) return formatItem(member);
  return `(${member.items.map(formatItem).join(" ")})${formatParameters(member.parameters)}`;
}

function formatParameters(parameters: StructuredParameters): string {
  let text = "";
  for (const [key, value] of parameters) {
    const isTrue = value.type === "boolean" && value.value;
    text += `;${checkedKey(key)}${isTrue ? "" : `=${formatBareItem(value)}`}`;
  }
  return text;
}

function formatBareItem(item: BareItem): string {
  switch (item.type) {
    case "integer":
      return formatInteger(item.value);
    case "decimal":
      return formatDecimal(item.value);
    case "string":
      return formatString(item.value);
    case "token":
      if (!matches(item.value, isTokenStart, isTokenPart)) throw malformed("token", item.value);
      return item.value;
    case "bytes":
      return `:${encodeBase64(item.value)}:`;
    case "boolean":
      return item.value ? "?1" : "?0";
    case "date":
      return `@${formatInteger(item.value)}`;
    case "displayString":
      return formatDisplayString(item.value);
    default:
      return item satisfies never;
  }
}

function formatInteger(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > MAX_INTEGER) {
    throw new RangeError(
      `Cannot format integer as it must be whole, of 15 digits at most: current value is ${value}`,
    );
  }
  return String(value);
}

function formatDecimal(value: number): string {
  const thousandths = roundedToEven(value * 1000);
  if (!(Math.abs(thousandths) <= MAX_DECIMAL * 1000)) {
    throw new RangeError(
      `Cannot format decimal as it must have 12 digits at most before the point: current value is ${value}`,
    );
  }
  const digits = String(Math.abs(thousandths)).padStart(4, "0");
  const fraction = digits.slice(-3).replace(/0{1,2}$/, "");
  return `${thousandths < 0 ? "-" : ""}${digits.slice(0, -3)}.${fraction}`;
}

/** RFC 9651 §4.1.5: what lies in the middle goes to the even side. */
function roundedToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function formatString(value: string): string {
  if (value !== "" && !matches(value, isPrintable, isPrintable)) throw malformed("string", value);
  return `"${value.replace(/["\\]/g, "\\$&")}"`;
}

function formatDisplayString(value: string): string {
  if (/[\ud800-\udfff]/u.test(value)) throw malformed("display string", value);
  let text = "";
  for (const byte of encodeUtf8(value)) {
    const isEscaped = byte === 0x25 || byte === 0x22 || !isPrintable(byte);
    text += isEscaped ? `%${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte);
  }
  return `%"${text}"`;
}

function checkedKey(key: string): string {
  if (!matches(key, isKeyStart, isKeyPart)) throw malformed("key", key);
  return key;
}

function malformed(what: string, value: string): TypeError {
  return new TypeError(
    `Cannot format ${what} as it holds a character that it must not: current value is ${
      JSON.stringify(value)
    }`,
  );
}
