/**
 * Reading structured fields (RFC 9651 §4.2).
 *
 * @module
 */

import { parseBareItem } from "./bare_item_parser.ts";
import { isKeyPart, isKeyStart } from "./characters.ts";
import { Scanner } from "./scanner.ts";
import type {
  BareItem,
  InnerList,
  StructuredDictionary,
  StructuredItem,
  StructuredList,
  StructuredMember,
  StructuredParameters,
} from "./structured_value.ts";

/**
 * Reads a field that is one item.
 *
 * @returns `undefined` if it is none: the field is then to be ignored as a whole.
 *
 * @example A number with a parameter
 * ```ts
 * import { parseItem } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * const field = parseItem("5; unit=ms");
 * assertEquals(field?.item, { type: "integer", value: 5 });
 * assertEquals(field?.parameters.get("unit"), { type: "token", value: "ms" });
 * ```
 */
export function parseItem(value: string): StructuredItem | undefined {
  return parseField(value, itemOf);
}

/**
 * Reads a field that is a list; an empty field is an empty one.
 *
 * @param value The lines of the field, joined by commas.
 * @returns `undefined` if it is none: the field is then to be ignored as a whole.
 *
 * @example Tokens, and a list within
 * ```ts
 * import { parseList } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * const list = parseList("gzip, (br zstd);q=0.5");
 * assertEquals(list?.length, 2);
 * assertEquals(list?.[1].parameters.get("q"), { type: "decimal", value: 0.5 });
 * ```
 */
export function parseList(value: string): StructuredList | undefined {
  return parseField(value, (scanner) => {
    const members: StructuredMember[] = [];
    return parseMembers(scanner, () => {
        const member = memberOf(scanner);
        if (member !== undefined) members.push(member);
        return member !== undefined;
      })
      ? members
      : undefined;
  });
}

/**
 * Reads a field that is a dictionary; an empty field is an empty one. Of a key that repeats, the last
 * value counts.
 *
 * @param value The lines of the field, joined by commas.
 * @returns `undefined` if it is none: the field is then to be ignored as a whole.
 *
 * @example A browser's priority
 * ```ts
 * import { parseDictionary } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * const priority = parseDictionary("u=1, i");
 * assertEquals([...priority?.keys() ?? []], ["u", "i"]);
 * assertEquals(priority?.get("i"), {
 *   item: { type: "boolean", value: true },
 *   parameters: new Map(),
 * });
 * ```
 */
export function parseDictionary(value: string): StructuredDictionary | undefined {
  return parseField(value, (scanner) => {
    const members = new Map<string, StructuredMember>();
    return parseMembers(scanner, () => {
        const key = keyOf(scanner);
        if (key === undefined) return false;
        const member = scanner.skip("=") ? memberOf(scanner) : impliedOf(scanner);
        if (member === undefined) return false;
        members.set(key, member);
        return true;
      })
      ? members
      : undefined;
  });
}

const TRUE: BareItem = Object.freeze({ type: "boolean", value: true });

function parseField<Field>(
  value: string,
  parse: (scanner: Scanner) => Field | undefined,
): Field | undefined {
  const scanner = new Scanner(value);
  scanner.skipSpaces();
  const field = parse(scanner);
  scanner.skipSpaces();
  return scanner.isDone ? field : undefined;
}

/** Reads members and the commas between them. Returns whether all is well. */
function parseMembers(scanner: Scanner, parseMember: () => boolean): boolean {
  while (!scanner.isDone) {
    if (!parseMember()) return false;
    scanner.skipWhitespace();
    if (scanner.isDone) return true;
    if (!scanner.skip(",")) return false;
    scanner.skipWhitespace();
    if (scanner.isDone) return false; // a comma at the end
  }
  return true;
}

function memberOf(scanner: Scanner): StructuredMember | undefined {
  return scanner.skip("(") ? innerListOf(scanner) : itemOf(scanner);
}

function impliedOf(scanner: Scanner): StructuredItem | undefined {
  const parameters = parametersOf(scanner);
  return parameters === undefined ? undefined : { item: TRUE, parameters };
}

function itemOf(scanner: Scanner): StructuredItem | undefined {
  const item = parseBareItem(scanner);
  const parameters = item === undefined ? undefined : parametersOf(scanner);
  return item === undefined || parameters === undefined ? undefined : { item, parameters };
}

/** The rest of an inner list, whose parenthesis was read. */
function innerListOf(scanner: Scanner): InnerList | undefined {
  const items: StructuredItem[] = [];
  while (!scanner.isDone) {
    scanner.skipSpaces();
    if (scanner.skip(")")) {
      const parameters = parametersOf(scanner);
      return parameters === undefined ? undefined : { items, parameters };
    }
    const item = itemOf(scanner);
    if (item === undefined || scanner.next !== " " && scanner.next !== ")") return undefined;
    items.push(item);
  }
  return undefined;
}

function parametersOf(scanner: Scanner): StructuredParameters | undefined {
  const parameters = new Map<string, BareItem>();
  while (scanner.skip(";")) {
    scanner.skipSpaces();
    const key = keyOf(scanner);
    if (key === undefined) return undefined;
    const value = scanner.skip("=") ? parseBareItem(scanner) : TRUE;
    if (value === undefined) return undefined;
    parameters.set(key, value);
  }
  return parameters;
}

function keyOf(scanner: Scanner): string | undefined {
  return scanner.nextIs(isKeyStart) ? scanner.takeWhile(isKeyPart) : undefined;
}
