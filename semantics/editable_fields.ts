/**
 * Field lines that can be changed: what a request is given before it is sent.
 *
 * @module
 */

import { isFieldValue, isToken } from "@avx/runtime/ascii";
import {
  appendField,
  deleteField,
  type FieldInit,
  fieldLinesOf,
  FieldList,
  setField,
  validateFieldLines,
} from "./field_lines.ts";
import { trimWhitespace } from "./field_value.ts";

/**
 * A header section that can be edited, in the order its lines will have on the wire. Every change
 * is checked, so that no value can end its line early.
 *
 * @example Editing fields
 * ```ts
 * import { EditableFields } from "@avx/semantics/editable-fields";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const fields = new EditableFields({ accept: "text/html", te: "trailers" });
 * fields.set("Accept", "application/json");
 * fields.append("x-note", "one");
 * fields.delete("te");
 *
 * assertEquals(fields.lines, ["Accept", "application/json", "x-note", "one"]);
 * assertEquals(fields.get("accept"), "application/json");
 * assertThrows(() => fields.set("x-note", "a\r\nb: c"), TypeError);
 * ```
 */
export class EditableFields extends FieldList {
  readonly #own: string[];

  /**
   * Makes a section of its own.
   *
   * @param init Pairs, or a record; nothing for an empty section.
   * @throws {TypeError} If a name or a value is not valid.
   */
  constructor(init?: FieldInit) {
    const lines = linesOf(init);
    super(lines);
    this.#own = lines;
  }

  /**
   * Gives a field one value, where its first line stands, or after all others.
   *
   * @param name The name, in the case it is sent in.
   * @throws {TypeError} If the name or the value is not valid.
   */
  set(name: string, value: string): void {
    setField(this.#own, name, checked(name, value));
  }

  /**
   * Adds a line after all others.
   *
   * @param name The name, in the case it is sent in.
   * @throws {TypeError} If the name or the value is not valid.
   */
  append(name: string, value: string): void {
    appendField(this.#own, name, checked(name, value));
  }

  /** Removes every line of a field, whatever the case of `name`, and says whether there was one. */
  delete(name: string): boolean {
    return deleteField(this.#own, name);
  }

  /** A copy, whose changes are its own. */
  clone(): EditableFields {
    return new EditableFields(this);
  }
}

function linesOf(init: FieldInit | undefined): string[] {
  if (init === undefined) return [];
  // Checked already when it was made.
  return init instanceof EditableFields ? [...init.lines] : fieldLinesOf(init);
}

function checked(name: string, value: string): string {
  const trimmed = trimWhitespace(value);
  if (!isToken(name) || !isFieldValue(trimmed)) validateFieldLines([name, trimmed]);
  return trimmed;
}
