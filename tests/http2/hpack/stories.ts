/**
 * The public corpus of header lists, http2jp/hpack-test-case: 32 stories, as they are and as other
 * encoders encoded them.
 *
 * @module
 */

import { hex } from "./blocks.ts";

const FOLDER = `${
  Deno.env.get("AVX_VECTORS") ??
    decodeURIComponent(new URL("../../../../shared/vectors", import.meta.url).pathname)
}/hpack`;

/** One header list of a story. */
export interface Case {
  /** Name, value, name, value …, a character for each byte. */
  readonly fields: readonly string[];
  /** What an encoder made of it; empty in the stories as they are. */
  readonly block: Uint8Array;
  /** The size of the table that the decoder has allowed before it. */
  readonly tableBytes: number | undefined;
}

/** The header lists of one direction of a connection. */
export interface Story {
  /** The file's name. */
  readonly name: string;
  /** Its lists, in their order. */
  readonly cases: readonly Case[];
}

/** Whether there is no corpus here. */
export const noStories: boolean = !isFolder(FOLDER);

/** The stories as one encoder encoded them, or as they are: `raw-data`. */
export function stories(encoder: string): Story[] {
  const folder = `${FOLDER}/${encoder}`;
  const names = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  return names.map((name) => ({ name, cases: casesOf(`${folder}/${name}`) }));
}

/** The encoders whose outputs are in the corpus. */
export function encoders(): string[] {
  if (noStories) return [];
  return [...Deno.readDirSync(FOLDER)]
    .filter(({ name, isDirectory }) => isDirectory && name !== "raw-data" && name !== "util")
    .map(({ name }) => name)
    .sort();
}

interface WrittenCase {
  readonly wire?: string;
  readonly header_table_size?: number | null;
  readonly headers: readonly Readonly<Record<string, string>>[];
}

function casesOf(path: string): Case[] {
  const { cases } = JSON.parse(Deno.readTextFileSync(path)) as { cases: WrittenCase[] };
  return cases.map((each) => ({
    fields: each.headers.flatMap((field) => Object.entries(field).flat().map(byteText)),
    block: hex(each.wire ?? ""),
    tableBytes: each.header_table_size ?? undefined,
  }));
}

function byteText(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join("");
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
