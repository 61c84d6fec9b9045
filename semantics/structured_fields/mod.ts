/**
 * Structured fields (RFC 9651): fields whose values are items, lists and dictionaries of typed values,
 * so that each needs no grammar of its own.
 *
 * @example Reading one and writing it again
 * ```ts
 * import { formatList, parseList } from "@avx/semantics/structured-fields";
 * import { assertEquals } from "@std/assert";
 *
 * const status = parseList('cdn; hit; ttl=30, origin; detail="slow"');
 * assertEquals(status?.length, 2);
 * assertEquals(status?.[0].parameters.get("ttl"), { type: "integer", value: 30 });
 * assertEquals(formatList(status ?? []), 'cdn;hit;ttl=30, origin;detail="slow"');
 * ```
 *
 * @module
 */

export { formatDictionary, formatItem, formatList } from "./formatter.ts";
export { parseDictionary, parseItem, parseList } from "./parser.ts";
export type {
  BareItem,
  InnerList,
  StructuredDictionary,
  StructuredItem,
  StructuredList,
  StructuredMember,
  StructuredParameters,
} from "./structured_value.ts";
