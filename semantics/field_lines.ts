/**
 * Field lines in one flat array, the section that reads them, and the helpers that change them.
 *
 * @module
 */

import { isFieldValue, isToken } from "@avx/runtime/ascii";
import { canonicalFieldName, sameFieldName } from "./field_name.ts";
import { trimWhitespace } from "./field_value.ts";
import type { FieldLines, FieldSection } from "./field_section.ts";

/** What {@linkcode fieldLinesOf} takes: pairs (a `Headers`, a `Map`, an array) or a plain record. */
export type FieldInit =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string | readonly string[]>>;

/**
 * A {@linkcode FieldSection} over a flat array of names and values. It holds no index: a lookup
 * walks the array, which is the fastest way for as few lines as messages have.
 *
 * @example Reading fields
 * ```ts
 * import { FieldList } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * const fields = new FieldList(["Accept", "text/html", "accept", "text/plain", "Host", "a.example"]);
 *
 * assertEquals(fields.get("accept"), "text/html, text/plain");
 * assertEquals(fields.nameAt(2), "Host");
 * assertEquals(fields.size, 3);
 * ```
 */
export class FieldList implements FieldSection {
  readonly #lines: FieldLines;

  /**
   * Makes a section over `lines`, which is kept and not copied.
   *
   * @param lines Name, value, name, value …
   * @throws {TypeError} If the last name has no value.
   */
  constructor(lines: FieldLines) {
    if (lines.length % 2 !== 0) throw oddLength(lines);
    this.#lines = lines;
  }

  /** The flat array underneath: name, value, name, value … */
  get lines(): FieldLines {
    return this.#lines;
  }

  /** How many field lines there are. */
  get size(): number {
    return this.#lines.length / 2;
  }

  /**
   * The name of line `index`, in the case it was given in.
   *
   * @throws {RangeError} If there is no such line.
   */
  nameAt(index: number): string {
    return this.#lines[this.#offset(index)];
  }

  /**
   * The value of line `index`.
   *
   * @throws {RangeError} If there is no such line.
   */
  valueAt(index: number): string {
    return this.#lines[this.#offset(index) + 1];
  }

  /** The combined value of a field (RFC 9110 §5.3), or `undefined`. `name` is in lower case. */
  get(name: string): string | undefined {
    return fieldValueOf(this.#lines, name);
  }

  /** The values of a field, a line each. `name` is in lower case. */
  getAll(name: string): string[] {
    const values: string[] = [];
    for (let at = 0; at < this.#lines.length; at += 2) {
      if (sameFieldName(this.#lines[at], name)) values.push(this.#lines[at + 1]);
    }
    return values;
  }

  /** Whether there is such a field. `name` is in lower case. */
  has(name: string): boolean {
    return hasField(this.#lines, name);
  }

  /** Yields each line as a pair, in wire order. */
  *[Symbol.iterator](): Generator<readonly [name: string, value: string], void, undefined> {
    for (let at = 0; at < this.#lines.length; at += 2) {
      yield [this.#lines[at], this.#lines[at + 1]];
    }
  }

  #offset(index: number): number {
    if (!(index >= 0 && index < this.size) || !Number.isInteger(index)) {
      throw new RangeError(
        `Cannot read field line as the index must be below ${this.size}: current value is ${index}`,
      );
    }
    return index * 2;
  }
}

/**
 * The section without any line, shared by all who need one.
 *
 * @example A message without trailers
 * ```ts
 * import { EMPTY_FIELDS } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(EMPTY_FIELDS.size, 0);
 * assertEquals(EMPTY_FIELDS.get("host"), undefined);
 * ```
 */
export const EMPTY_FIELDS: FieldSection = new FieldList(Object.freeze([]) as FieldLines);

/**
 * Checks that every name is a token and every value holds only what may travel in a field, without
 * white space at its ends, so that no line can end early and start another (RFC 9110 §5.1, §5.5).
 *
 * @param lines Name, value, name, value …
 * @throws {TypeError} If a name or a value is not valid, or the last name has no value.
 *
 * @example A line break cannot be smuggled in
 * ```ts
 * import { validateFieldLines } from "@avx/semantics/field-lines";
 * import { assertThrows } from "@std/assert";
 *
 * validateFieldLines(["content-type", "text/plain"]);
 * assertThrows(() => validateFieldLines(["x-note", "a\r\nset-cookie: b"]), TypeError);
 * ```
 */
export function validateFieldLines(lines: FieldLines): void {
  if (lines.length % 2 !== 0) throw oddLength(lines);
  for (let at = 0; at < lines.length; at += 2) {
    if (!isToken(lines[at])) {
      throw new TypeError(
        `Cannot send field as its name must be a token: current value is ${quoted(lines[at])}`,
      );
    }
    if (!isFieldValue(lines[at + 1])) {
      // The value itself may be a secret: name the field only.
      throw new TypeError(
        `Cannot send field "${
          lines[at]
        }" as its value has white space at an end or a character that no field may hold`,
      );
    }
  }
}

/**
 * Makes a flat array of field lines, with white space around values removed, and checks it as
 * {@linkcode validateFieldLines} does.
 *
 * @param init Pairs, or a record whose values are one line or a list of lines.
 * @throws {TypeError} If a name or a value is not valid.
 *
 * @example From a record and from pairs
 * ```ts
 * import { fieldLinesOf } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fieldLinesOf({ etag: '"1"', "set-cookie": ["a=1", "b=2"] }), [
 *   ...["etag", '"1"'],
 *   ...["set-cookie", "a=1"],
 *   ...["set-cookie", "b=2"],
 * ]);
 * assertEquals(fieldLinesOf([["Accept", " text/html "]]), ["Accept", "text/html"]);
 * ```
 */
export function fieldLinesOf(init: FieldInit): string[] {
  const lines: string[] = [];
  if (isIterable(init)) {
    for (const [name, value] of init) lines.push(name, trimWhitespace(value));
  } else {
    for (const name of Object.keys(init)) {
      const value = init[name];
      if (typeof value === "string") lines.push(name, trimWhitespace(value));
      else for (const one of value) lines.push(name, trimWhitespace(one));
    }
  }
  validateFieldLines(lines);
  return lines;
}

/**
 * The combined value of a field in a flat array (RFC 9110 §5.3), or `undefined`.
 *
 * @param name The field name in lower case.
 *
 * @example Combining two lines
 * ```ts
 * import { fieldValueOf } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(fieldValueOf(["Vary", "accept", "vary", "origin"], "vary"), "accept, origin");
 * ```
 */
export function fieldValueOf(lines: FieldLines, name: string): string | undefined {
  let combined: string | undefined;
  for (let at = 0; at < lines.length; at += 2) {
    if (!sameFieldName(lines[at], name)) continue;
    combined = combined === undefined ? lines[at + 1] : `${combined}, ${lines[at + 1]}`;
  }
  return combined;
}

/**
 * Whether a flat array has a field.
 *
 * @param name The field name in lower case.
 *
 * @example Asking for a field
 * ```ts
 * import { hasField } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(hasField(["Date", "…"], "date"), true);
 * assertEquals(hasField(["Date", "…"], "server"), false);
 * ```
 */
export function hasField(lines: FieldLines, name: string): boolean {
  for (let at = 0; at < lines.length; at += 2) {
    if (sameFieldName(lines[at], name)) return true;
  }
  return false;
}

/**
 * Gives a field one value: the first line of that name is replaced where it stands, its other
 * lines are removed, and a field that was not there is appended. Nothing is validated.
 *
 * @example Replacing a value
 * ```ts
 * import { setField } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["Age", "1", "server", "avx", "age", "2"];
 * setField(lines, "age", "3");
 * assertEquals(lines, ["age", "3", "server", "avx"]);
 * ```
 */
export function setField(lines: string[], name: string, value: string): void {
  const lower = canonicalFieldName(name);
  for (let at = 0; at < lines.length; at += 2) {
    if (!sameFieldName(lines[at], lower)) continue;
    removeFrom(lines, lower, at + 2);
    lines[at] = name;
    lines[at + 1] = value;
    return;
  }
  lines.push(name, value);
}

/**
 * Adds a line after all others. Nothing is validated.
 *
 * @example Two cookies
 * ```ts
 * import { appendField } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * const lines: string[] = [];
 * appendField(lines, "set-cookie", "a=1");
 * appendField(lines, "set-cookie", "b=2");
 * assertEquals(lines.length, 4);
 * ```
 */
export function appendField(lines: string[], name: string, value: string): void {
  lines.push(name, value);
}

/**
 * Removes every line of a field, and says whether there was one.
 *
 * @example Removing a field
 * ```ts
 * import { deleteField } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * const lines = ["TE", "trailers", "host", "a.example"];
 * assertEquals(deleteField(lines, "te"), true);
 * assertEquals(lines, ["host", "a.example"]);
 * ```
 */
export function deleteField(lines: string[], name: string): boolean {
  return removeFrom(lines, canonicalFieldName(name), 0);
}

/**
 * Lays lines over others: a field that `over` has replaces the whole field of `base`.
 *
 * @param base Name, value, name, value …
 * @param over Likewise; its lines come last.
 *
 * @example A request's own fields win over a client's
 * ```ts
 * import { overlayFields } from "@avx/semantics/field-lines";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(overlayFields(["accept", "text/html", "te", "x"], ["Accept", "text/css"]), [
 *   ...["te", "x"],
 *   ...["Accept", "text/css"],
 * ]);
 * ```
 */
export function overlayFields(base: FieldLines, over: FieldLines): string[] {
  const lines: string[] = [];
  for (let at = 0; at < base.length; at += 2) {
    if (!hasField(over, canonicalFieldName(base[at]))) lines.push(base[at], base[at + 1]);
  }
  lines.push(...over);
  return lines;
}

/** Removes the lines of a field that start at `from` or later. */
function removeFrom(lines: string[], lower: string, from: number): boolean {
  let kept = from;
  for (let at = from; at < lines.length; at += 2) {
    if (sameFieldName(lines[at], lower)) continue;
    lines[kept] = lines[at];
    lines[kept + 1] = lines[at + 1];
    kept += 2;
  }
  const removed = kept < lines.length;
  lines.length = kept;
  return removed;
}

function isIterable(
  init: FieldInit,
): init is Iterable<readonly [name: string, value: string]> {
  return Symbol.iterator in init;
}

function oddLength(lines: FieldLines): TypeError {
  return new TypeError(
    `Cannot use field lines as each name needs a value: current length is ${lines.length}`,
  );
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
