/**
 * Values with parameters and with weights (RFC 9110 §5.6.6, §12.4.2).
 *
 * @module
 */

import { isToken } from "@avx/runtime/ascii";
import { splitAt, splitList, trimWhitespace } from "./field_value.ts";
import { decodeQuotedString, encodeQuotedString } from "./quoted_string.ts";

/** A value followed by parameters, such as a media type. */
export interface Parameterized {
  /** What stands before the first semicolon. */
  readonly value: string;
  /** The parameters: names in lower case, values without their quotes. The first of a name counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** A member of a list of preferences, such as `Accept`. */
export interface Weighted extends Parameterized {
  /** How much it is wanted: 0 (not at all) to 1, in steps of 0.001. */
  readonly weight: number;
}

const SEMICOLON = 0x3b;
const NO_PARAMETERS: ReadonlyMap<string, string> = new Map();

/**
 * Takes a value and its parameters apart.
 *
 * @returns `undefined` if there is no value or a parameter is malformed.
 *
 * @example A media type
 * ```ts
 * import { parseParameterized } from "@avx/semantics/parameters";
 * import { assertEquals } from "@std/assert";
 *
 * const type = parseParameterized('text/plain; Charset="utf-8"');
 * assertEquals(type?.value, "text/plain");
 * assertEquals(type?.parameters.get("charset"), "utf-8");
 * assertEquals(parseParameterized("text/plain; charset utf-8"), undefined);
 * ```
 */
export function parseParameterized(text: string): Parameterized | undefined {
  const end = text.indexOf(";");
  const value = trimWhitespace(end === -1 ? text : text.slice(0, end));
  if (value === "") return undefined;
  if (end === -1) return { value, parameters: NO_PARAMETERS };
  const parameters = new Map<string, string>();
  for (const parameter of splitAt(text.slice(end + 1), SEMICOLON)) {
    const equals = parameter.indexOf("=");
    if (equals === -1) return undefined;
    const name = parameter.slice(0, equals);
    const raw = parameter.slice(equals + 1);
    // RFC 9110 §5.6.6: no white space around "=".
    const decoded = isToken(raw) ? raw : decodeQuotedString(raw);
    if (!isToken(name) || decoded === undefined) return undefined;
    const lower = name.toLowerCase();
    if (!parameters.has(lower)) parameters.set(lower, decoded);
  }
  return { value, parameters };
}

/**
 * Puts a value and its parameters together. A parameter value that is no token is quoted.
 *
 * @throws {TypeError} If a parameter name is no token or a value holds what no field may hold.
 *
 * @example A content disposition
 * ```ts
 * import { formatParameterized } from "@avx/semantics/parameters";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatParameterized("attachment", [["filename", "a b.txt"]]),
 *   'attachment; filename="a b.txt"',
 * );
 * ```
 */
export function formatParameterized(
  value: string,
  parameters: Iterable<readonly [name: string, value: string]>,
): string {
  let text = value;
  for (const [name, parameter] of parameters) {
    if (!isToken(name)) {
      throw new TypeError(
        `Cannot format parameter as its name must be a token: current value is ${
          JSON.stringify(name)
        }`,
      );
    }
    text += `; ${name}=${isToken(parameter) ? parameter : encodeQuotedString(parameter)}`;
  }
  return text;
}

/**
 * The number in a weight: 0 to 1 with at most three decimals (RFC 9110 §12.4.2).
 *
 * @returns The weight, or -1 if the text is not one.
 *
 * @example Weights
 * ```ts
 * import { parseWeight } from "@avx/semantics/parameters";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseWeight("0.5"), 0.5);
 * assertEquals(parseWeight("1.001"), -1);
 * ```
 */
export function parseWeight(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : -1;
}

/**
 * The members of a list of preferences, the most wanted first and otherwise in the order they
 * stand; malformed members are left out (RFC 9110 §12.4.2, §12.5).
 *
 * Members of weight 0, which are refused, are in the result: ask for `weight`.
 *
 * @example Accepted languages
 * ```ts
 * import { parseWeighted } from "@avx/semantics/parameters";
 * import { assertEquals } from "@std/assert";
 *
 * const languages = parseWeighted("da, en-gb;q=0.8, pt;q=0.9").map((member) => member.value);
 * assertEquals(languages, ["da", "pt", "en-gb"]);
 * ```
 */
export function parseWeighted(list: string): Weighted[] {
  const members: Weighted[] = [];
  for (const text of splitList(list)) {
    const member = parseParameterized(text);
    if (member === undefined) continue;
    const q = member.parameters.get("q");
    const weight = q === undefined ? 1 : parseWeight(q);
    if (weight !== -1) members.push({ ...member, weight });
  }
  return members.sort((one, other) => other.weight - one.weight);
}
