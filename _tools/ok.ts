/**
 * All gates, the cheap ones first: `deno task ok`, or `deno task ok lint purity` for some of them.
 *
 * A gate that fails does not stop the others; at the end the exit code says whether any did.
 *
 * @module
 */

import { COVERAGE_FOLDER } from "./coverage.ts";
import { exists, members, ROOT, UNPUBLISHED } from "./workspace.ts";

/** A check that the whole tree has to pass. */
export interface Gate {
  /** What it is called on the command line. */
  readonly name: string;
  /** What it looks at, for the reader. */
  readonly what: string;
  /** The arguments after `deno`. */
  readonly args: readonly string[];
  /** Whether its output is shown even if it passes. */
  readonly verbose?: boolean;
  /**
   * How many minutes it may take before it counts as hung.
   *
   * @default {10}
   */
  readonly limitMinutes?: number;
}

const published = (await members()).map(({ folder }) => folder === "." ? "mod.ts" : folder);
const checked = [...published, ...UNPUBLISHED];

/** The gates, in the order they run. */
export const GATES: readonly Gate[] = [
  { name: "fmt", what: "formatting", args: ["fmt", "--check"] },
  { name: "words", what: "words that must not occur", args: script("words") },
  { name: "mirror", what: "a test file for each source file", args: script("mirror") },
  { name: "length", what: "files that grow too long", args: script("length"), verbose: true },
  { name: "lint", what: "recommended and jsr rules, layering", args: ["lint"] },
  { name: "check", what: "types of everything", args: ["check", ...await present(checked)] },
  { name: "purity", what: "cores without a platform", args: script("purity") },
  {
    name: "doc-lint",
    what: "documentation and an example for every export",
    args: script("doc_lint"),
  },
  { name: "publish", what: "a dry run for every member", args: script("publish") },
  {
    name: "doc-test",
    what: "the examples in the documentation",
    args: ["test", "-A", "--doc", ...await present(published)],
  },
  {
    name: "test",
    what: "all tests, with coverage",
    limitMinutes: 25,
    args: [
      "test",
      "-A",
      "--clean",
      "--coverage-raw-data-only",
      `--coverage=${COVERAGE_FOLDER}`,
      "tests/",
    ],
  },
  { name: "coverage", what: "lines and branches", args: script("coverage"), verbose: true },
];

interface Outcome {
  readonly gate: Gate;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

/** Runs the gates named, or all of them. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !GATES.some((gate) => gate.name === name));
  if (unknown.length > 0) {
    console.error(
      `No gate is called ${unknown.join(", ")}: there are ${GATES.map(nameOf).join(", ")}`,
    );
    return 2;
  }
  const chosen = names.length === 0 ? GATES : GATES.filter(({ name }) => names.includes(name));
  const outcomes: Outcome[] = [];
  for (const gate of chosen) outcomes.push(await run(gate));

  console.log("");
  for (const { gate, passed, output, seconds } of outcomes) {
    const summary = /^.*\d+ passed.*$/m.exec(output)?.[0].trim();
    const mark = passed ? "ok    " : "FAILED";
    const note = summary === undefined ? gate.what : `${gate.what}: ${summary}`;
    console.log(`${mark} ${gate.name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s  ${note}`);
  }
  const failed = outcomes.filter(({ passed }) => !passed).length;
  console.log(`gates: ${outcomes.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function run(gate: Gate): Promise<Outcome> {
  console.log(`\n— ${gate.name}: ${gate.what}`);
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...gate.args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const limitMinutes = gate.limitMinutes ?? 10;
  const timer = setTimeout(() => {
    console.log(`Ended after ${limitMinutes} minutes`);
    child.kill("SIGKILL");
  }, limitMinutes * 60_000);
  const [stdout, stderr, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.status,
  ]);
  clearTimeout(timer);
  const output = stdout + stderr;
  if (!status.success || gate.verbose) console.log(output.trimEnd());
  console.log(status.success ? "ok" : "FAILED");
  return {
    gate,
    passed: status.success,
    output,
    seconds: (performance.now() - start) / 1000,
  };
}

function nameOf({ name }: Gate): string {
  return name;
}

function script(name: string): string[] {
  return ["run", "-A", `_tools/${name}.ts`];
}

async function present(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all(paths.map(exists));
  return paths.filter((_, index) => found[index]);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
