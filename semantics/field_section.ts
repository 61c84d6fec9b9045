/**
 * A header or trailer section as it was received: wire order and case kept (RFC 9110 §5, §6.5).
 *
 * @module
 */

/**
 * A read-only list of field lines. Every HTTP version has its own implementation, which does no
 * work for a field that nobody asks for; `FieldList` of `@avx/semantics/field-lines` is the one over
 * strings.
 */
export interface FieldSection extends Iterable<readonly [name: string, value: string]> {
  /** How many field lines there are. */
  readonly size: number;
  /** The name of line `index`, in the case it was sent in. */
  nameAt(index: number): string;
  /** The value of line `index`, without surrounding white space. */
  valueAt(index: number): string;
  /**
   * The combined value of a field: its lines' values joined by `", "` (RFC 9110 §5.3).
   *
   * @param name The field name in lower case.
   */
  get(name: string): string | undefined;
  /** The values of a field, a line each. `name` is in lower case. */
  getAll(name: string): string[];
  /** Whether there is such a field. `name` is in lower case. */
  has(name: string): boolean;
}

/**
 * Field lines to be sent: name, value, name, value … in one flat array, which is the cheapest
 * form to build, to walk and to compare.
 */
export type FieldLines = readonly string[];
