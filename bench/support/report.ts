/**
 * Where figures go: `bench/results/*.json`, and tables between markers in `bench/README.md`.
 *
 * @module
 */

import type { Machine } from "./machine.ts";

const RESULTS = new URL("../results/", import.meta.url);
const README = new URL("../README.md", import.meta.url);

/** Writes `bench/results/<name>.json`. */
export function writeResults(name: string, results: unknown): void {
  Deno.mkdirSync(RESULTS, { recursive: true });
  Deno.writeTextFileSync(
    new URL(`${name}.json`, RESULTS),
    JSON.stringify(results, undefined, 2) + "\n",
  );
}

/** What `bench/results/<name>.json` holds, or `undefined` where there is none. */
export function readResults(name: string): unknown {
  try {
    return JSON.parse(Deno.readTextFileSync(new URL(`${name}.json`, RESULTS)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Puts `text` between `<!-- name:begin -->` and `<!-- name:end -->` in `bench/README.md`. */
export function writeSection(name: string, text: string): void {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const readme = Deno.readTextFileSync(README);
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`bench/README.md lacks the markers of "${name}"`);
  const updated = `${readme.slice(0, from + begin.length)}\n\n${text.trim()}\n\n${
    readme.slice(to)
  }`;
  Deno.writeTextFileSync(README, updated);
  new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", README.pathname] }).outputSync();
}

/** A Markdown table, its columns as wide as `deno fmt` makes them. */
export function markdownTable(header: readonly string[], rows: readonly string[][]): string {
  const widths = header.map((cell, column) =>
    Math.max(3, width(cell), ...rows.map((row) => width(row[column] ?? "")))
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((size, column) => pad(cells[column] ?? "", size)).join(" | ")} |`;
  const rule = `| ${widths.map((size) => "-".repeat(size)).join(" | ")} |`;
  return [line(header), rule, ...rows.map(line)].join("\n");
}

/** One line about the machine, for above a table. */
export function machineLine(machine: Machine): string {
  return `${machine.date}, Deno ${machine.deno} (V8 ${machine.v8}), ${machine.cpu}, ` +
    `${machine.cores} cores, ${machine.os}, load average ${machine.loadAverage} at the start` +
    `${machine.pinned ? "; the server on core 0, the load on the others" : ""}.`;
}

function width(text: string): number {
  return [...text].length;
}

function pad(text: string, size: number): string {
  return text + " ".repeat(Math.max(0, size - width(text)));
}
