/**
 * Entity tags (RFC 9110 §8.8.3).
 *
 * @module
 */

import { trimWhitespace } from "./field_value.ts";

/** What tells one version of a representation from another. */
export interface EntityTag {
  /** Whether versions that are as good as each other may share it. */
  readonly weak: boolean;
  /** What stands between the quotes. */
  readonly tag: string;
}

/** The one form of a tag. A backslash in it is a character like any other: nothing is escaped. */
const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"$/;
const LIST_MEMBER = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y;

/**
 * Reads an entity tag, as `ETag` has it.
 *
 * @returns `undefined` if the text is none.
 *
 * @example A weak one
 * ```ts
 * import { parseEntityTag } from "@avx/semantics/entity-tag";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEntityTag('W/"31d4"'), { weak: true, tag: "31d4" });
 * assertEquals(parseEntityTag("31d4"), undefined);
 * ```
 */
export function parseEntityTag(text: string): EntityTag | undefined {
  const match = ENTITY_TAG.exec(text);
  return match === null ? undefined : { weak: match[1] !== undefined, tag: match[2] };
}

/**
 * Reads a list of entity tags, as `If-Match` and `If-None-Match` have it.
 *
 * @returns `"*"` for any, `undefined` if the text is no such list.
 *
 * @example Two of them
 * ```ts
 * import { parseEntityTags } from "@avx/semantics/entity-tag";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseEntityTags('"a", W/"b,c"'), [
 *   { weak: false, tag: "a" },
 *   { weak: true, tag: "b,c" },
 * ]);
 * assertEquals(parseEntityTags("*"), "*");
 * ```
 */
export function parseEntityTags(text: string): readonly EntityTag[] | "*" | undefined {
  if (trimWhitespace(text) === "*") return "*";
  const tags: EntityTag[] = [];
  let at = 0;
  while ((at = behindWhitespace(text, at)) < text.length) {
    if (text[at] !== ",") {
      LIST_MEMBER.lastIndex = at;
      const match = LIST_MEMBER.exec(text);
      if (match === null) return undefined;
      tags.push({ weak: match[1] !== undefined, tag: match[2] });
      at = behindWhitespace(text, LIST_MEMBER.lastIndex);
      if (at < text.length && text[at] !== ",") return undefined;
    }
    at++;
  }
  return tags.length === 0 ? undefined : tags;
}

/**
 * Writes an entity tag.
 *
 * @throws {TypeError} If it holds what no entity tag may hold: white space, quotes, controls.
 *
 * @example A strong one
 * ```ts
 * import { formatEntityTag } from "@avx/semantics/entity-tag";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatEntityTag({ weak: false, tag: "31d4" }), '"31d4"');
 * ```
 */
export function formatEntityTag({ weak, tag }: EntityTag): string {
  const text = `${weak ? "W/" : ""}"${tag}"`;
  if (ENTITY_TAG.test(text)) return text;
  throw new TypeError(
    `Cannot format entity tag as it holds white space, a quote or a control: current value is ${
      JSON.stringify(tag)
    }`,
  );
}

/**
 * Whether two tags name the same bytes (RFC 9110 §8.8.3.2): both are strong, and the same.
 *
 * @example Weak tags never do
 * ```ts
 * import { isSameStrongly } from "@avx/semantics/entity-tag";
 * import { assertEquals } from "@std/assert";
 *
 * const strong = { weak: false, tag: "1" };
 * assertEquals(isSameStrongly(strong, strong), true);
 * assertEquals(isSameStrongly(strong, { weak: true, tag: "1" }), false);
 * ```
 */
export function isSameStrongly(one: EntityTag, other: EntityTag): boolean {
  return !one.weak && !other.weak && one.tag === other.tag;
}

/**
 * Whether two tags name representations that are as good as each other (RFC 9110 §8.8.3.2).
 *
 * @example Whether they are weak does not matter
 * ```ts
 * import { isSameWeakly } from "@avx/semantics/entity-tag";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(isSameWeakly({ weak: false, tag: "1" }, { weak: true, tag: "1" }), true);
 * ```
 */
export function isSameWeakly(one: EntityTag, other: EntityTag): boolean {
  return one.tag === other.tag;
}

function behindWhitespace(text: string, at: number): number {
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}
