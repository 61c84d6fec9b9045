/**
 * The coverage gate: what the tests of the run before cover of the published code.
 *
 * @module
 */

import { deno, ROOT } from "./workspace.ts";

/** Where the test run leaves its raw data, relative to the root. */
export const COVERAGE_FOLDER = ".coverage";

/** The least share of lines and of branches that must be covered, in percent. */
const THRESHOLD = 95;

/** How much of a file, or of all, was run. */
export interface Coverage {
  /** The file, relative to the root. */
  readonly path: string;
  /** Lines that can run, and how many did. */
  readonly lines: Share;
  /** Branches there are, and how many were taken. */
  readonly branches: Share;
}

/** A part of a whole. */
export interface Share {
  /** How many there are. */
  readonly found: number;
  /** How many of them were hit. */
  readonly hit: number;
}

/** Reads a report in lcov format. */
export function parseLcov(report: string): Coverage[] {
  return report.split("end_of_record").filter((record) => record.includes("SF:")).map((record) => ({
    path: (/^SF:(.*)$/m.exec(record)?.[1] ?? "").replace(/^file:\/\//, "").replace(ROOT, ""),
    lines: { found: count(record, "LF"), hit: count(record, "LH") },
    branches: { found: count(record, "BRF"), hit: count(record, "BRH") },
  }));
}

/** The share in percent; 100 of nothing. */
export function percent({ found, hit }: Share): number {
  return found === 0 ? 100 : 100 * hit / found;
}

/** The sum over all files. */
export function total(files: readonly Coverage[]): Coverage {
  const sum = (of: (file: Coverage) => Share): Share => ({
    found: files.reduce((found, file) => found + of(file).found, 0),
    hit: files.reduce((hit, file) => hit + of(file).hit, 0),
  });
  return { path: "all", lines: sum((file) => file.lines), branches: sum((file) => file.branches) };
}

function count(record: string, key: string): number {
  return Number(new RegExp(`^${key}:(\\d+)`, "m").exec(record)?.[1] ?? 0);
}

function describe({ path, lines, branches }: Coverage): string {
  const [ofLines, ofBranches] = [lines, branches].map((it) => percent(it).toFixed(1).padStart(5));
  return `${ofLines} % lines  ${ofBranches} % branches  ${path}`;
}

if (import.meta.main) {
  const { success, output } = await deno({
    args: [
      "coverage",
      "--lcov",
      `--exclude=^file://${ROOT}(tests|bench|examples|_tools)/`,
      `--include=^file://${ROOT}`,
      COVERAGE_FOLDER,
    ],
  });
  if (!success) {
    console.error(output);
    Deno.exit(1);
  }
  const files = parseLcov(output);
  const weak = files.filter((file) =>
    percent(file.lines) < THRESHOLD || percent(file.branches) < THRESHOLD
  );
  weak.sort((left, right) => percent(left.lines) - percent(right.lines));
  for (const file of weak) console.log(`warning: ${describe(file)}`);
  const all = total(files);
  console.log(`${describe(all)} (${files.length} files; at least ${THRESHOLD} % each)`);
  if (percent(all.lines) < THRESHOLD || percent(all.branches) < THRESHOLD || files.length === 0) {
    Deno.exit(1);
  }
}
