/**
 * The documentation gate: `deno doc --lint` over what every member exports, and an `@example` for
 * each exported function, class and constant.
 *
 * All exports go into one run, for a type that another member exports is public: alone, a member
 * would have to re-export it. Types show their use in the examples of what takes them.
 *
 * @module
 */

import { deno, members, ROOT } from "./workspace.ts";

/** A declaration as `deno doc --json` describes it. */
export interface Declaration {
  /** Where it is. */
  readonly location: { readonly filename: string; readonly line: number };
  /** What it is, such as `function`, `class` or `interface`. */
  readonly kind: string;
  /** Its documentation. */
  readonly jsDoc?: { readonly tags?: readonly { readonly kind: string; readonly doc?: string }[] };
}

/** An exported name with all its declarations: the overloads of a function, for example. */
export interface ExportedSymbol {
  /** The name it is exported under. */
  readonly name: string;
  /** Its declarations. */
  readonly declarations: readonly Declaration[];
}

/** Kinds of declarations that show by an example how they are used. */
const NEEDS_EXAMPLE: readonly string[] = ["function", "class", "variable"];

/** What `symbol` lacks, as a sentence; `undefined` if nothing. */
export function missingExample({ name, declarations }: ExportedSymbol): string | undefined {
  const first = declarations.find(({ kind }) => NEEDS_EXAMPLE.includes(kind));
  if (first === undefined) return undefined;
  const examples = declarations.flatMap(({ jsDoc }) => jsDoc?.tags ?? [])
    .filter(({ kind }) => kind === "example");
  const where = `${first.location.filename.replace(`file://${ROOT}`, "")}:${first.location.line}`;
  if (examples.length === 0) return `${where}: ${first.kind} ${name} has no @example`;
  // The text before the first fence is the title.
  const untitled = examples.some(({ doc = "" }) => doc.trimStart().startsWith("```"));
  return untitled ? `${where}: an @example of ${name} has no title` : undefined;
}

async function missingExamples(entrypoints: readonly string[]): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["doc", "--json", ...entrypoints],
    cwd: ROOT,
    stdin: "null",
    stderr: "null",
  }).output();
  const { nodes } = JSON.parse(new TextDecoder().decode(stdout)) as {
    readonly nodes: Readonly<Record<string, { readonly symbols: readonly ExportedSymbol[] }>>;
  };
  const symbols = Object.values(nodes).flatMap((module) => module.symbols);
  const missing = symbols.map(missingExample).filter((text) => text !== undefined);
  return [...new Set(missing)].sort();
}

if (import.meta.main) {
  const all = await members();
  const entrypoints = all.flatMap(({ exports }) => [...exports.values()]);
  const { success, output } = await deno({ args: ["doc", "--lint", ...entrypoints] });
  if (!success) {
    console.error(output);
    Deno.exit(1);
  }
  const missing = await missingExamples(entrypoints);
  for (const line of missing) console.error(line);
  if (missing.length > 0) Deno.exit(1);
  console.log(`${entrypoints.length} entry points of ${all.length} packages are documented`);
}
