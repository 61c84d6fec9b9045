/**
 * The public vectors of structured fields, httpwg/structured-field-tests.
 *
 * @module
 */

import type {
  BareItem,
  StructuredItem,
  StructuredMember,
  StructuredParameters,
} from "@avx/semantics/structured-fields";

const FOLDER = `${
  Deno.env.get("AVX_VECTORS") ??
    decodeURIComponent(new URL("../../../../shared/vectors", import.meta.url).pathname)
}/structured-fields`;

/** One vector. */
export interface Vector {
  /** What it is about. */
  readonly name: string;
  /** What kind of field it is. */
  readonly header_type: "item" | "list" | "dictionary";
  /** The lines of the field, where it is to be parsed. */
  readonly raw?: readonly string[];
  /** What it means, as JSON. */
  readonly expected?: unknown;
  /** Whether it has to be refused. */
  readonly must_fail?: boolean;
  /** Whether it may be refused. */
  readonly can_fail?: boolean;
  /** The lines that it is written as, where they are not those in `raw`. */
  readonly canonical?: readonly string[];
}

/** Whether the vectors are not there. */
export const noVectors = !isFolder(FOLDER);

/** The vectors in a folder, by file. */
export function vectors(folder = ""): [file: string, vectors: Vector[]][] {
  const files = [...Deno.readDirSync(`${FOLDER}/${folder}`)]
    .filter(({ name }) => name.endsWith(".json"));
  return files.map(({ name }) => [
    name,
    JSON.parse(Deno.readTextFileSync(`${FOLDER}/${folder}/${name}`)) as Vector[],
  ]);
}

/** The value that a vector expects of a field. */
export function expectedOf({ header_type, expected }: Vector): unknown {
  if (header_type === "item") return itemOf(expected as Pair);
  if (header_type === "list") return (expected as Pair[]).map(memberOf);
  return new Map((expected as [string, Pair][]).map(([key, pair]) => [key, memberOf(pair)]));
}

type Pair = [value: unknown, parameters: [string, unknown][]];

function memberOf([value, parameters]: Pair): StructuredMember {
  return Array.isArray(value)
    ? { items: (value as Pair[]).map(itemOf), parameters: parametersOf(parameters) }
    : itemOf([value, parameters]);
}

function itemOf([value, parameters]: Pair): StructuredItem {
  return { item: bareItemOf(value), parameters: parametersOf(parameters) };
}

function parametersOf(parameters: [string, unknown][]): StructuredParameters {
  return new Map(parameters.map(([key, value]) => [key, bareItemOf(value)]));
}

function bareItemOf(value: unknown): BareItem {
  if (typeof value === "boolean") return { type: "boolean", value };
  if (typeof value === "string") return { type: "string", value };
  // JSON does not tell 1.0 from 1: who compares makes integers of both.
  if (typeof value === "number") {
    return Number.isInteger(value) ? { type: "integer", value } : { type: "decimal", value };
  }
  const typed = value as { readonly __type: string; readonly value: never };
  switch (typed.__type) {
    case "token":
      return { type: "token", value: typed.value };
    case "date":
      return { type: "date", value: typed.value };
    case "displaystring":
      return { type: "displayString", value: typed.value };
    default:
      return { type: "bytes", value: base32(typed.value) };
  }
}

/** The bytes of a text in base32 (RFC 4648 §6). */
function base32(text: string): Uint8Array {
  const bits = Array.from(
    text.replace(/=+$/, ""),
    (digit) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(digit).toString(2).padStart(5, "0"),
  ).join("");
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
