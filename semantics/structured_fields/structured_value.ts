/**
 * What structured fields are made of (RFC 9651 §3).
 *
 * @module
 */

/** A value without parameters. */
export type BareItem =
  /** A whole number of up to 15 digits. */
  | { readonly type: "integer"; readonly value: number }
  /** A number of up to 12 digits before the point and 3 behind it. */
  | { readonly type: "decimal"; readonly value: number }
  /** Printable ASCII. */
  | { readonly type: "string"; readonly value: string }
  /** A word without quotes. */
  | { readonly type: "token"; readonly value: string }
  /** Bytes, which travel in base64. */
  | { readonly type: "bytes"; readonly value: Uint8Array }
  /** True or false. */
  | { readonly type: "boolean"; readonly value: boolean }
  /** Seconds since 1970. */
  | { readonly type: "date"; readonly value: number }
  /** Any text. */
  | { readonly type: "displayString"; readonly value: string };

/** The parameters of a value, in their order. */
export type StructuredParameters = ReadonlyMap<string, BareItem>;

/** A value with parameters. */
export interface StructuredItem {
  /** The value. */
  readonly item: BareItem;
  /** Its parameters. */
  readonly parameters: StructuredParameters;
}

/** A list within a list or a dictionary. */
export interface InnerList {
  /** Its members. */
  readonly items: readonly StructuredItem[];
  /** The parameters of the list itself. */
  readonly parameters: StructuredParameters;
}

/** A member of a list or a dictionary. */
export type StructuredMember = StructuredItem | InnerList;

/** A list. */
export type StructuredList = readonly StructuredMember[];

/** A dictionary, its members in their order. */
export type StructuredDictionary = ReadonlyMap<string, StructuredMember>;
