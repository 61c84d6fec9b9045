/**
 * The workspace as the gates see it: its members, their exports and their source files.
 *
 * @module
 */

/** A package of the workspace. */
export interface Member {
  /** The package name, such as `@avx/runtime`. */
  readonly name: string;
  /** The folder, relative to the root; `.` for the umbrella package. */
  readonly folder: string;
  /** The exported files, relative to the root, by export path. */
  readonly exports: ReadonlyMap<string, string>;
  /** The member's own imports, by specifier, as written. */
  readonly imports: ReadonlyMap<string, string>;
}

/** The root folder, with a slash at the end. */
export const ROOT: string = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Folders that are never published and never covered. */
export const UNPUBLISHED: readonly string[] = ["tests", "bench", "examples", "_tools"];

/** The packages of the workspace: the members in the root's order, then the umbrella package. */
export async function members(): Promise<Member[]> {
  const root = await config(".");
  const folders = (root.workspace ?? []).map((folder) => folder.replace(/^\.\//, ""));
  return await Promise.all([...folders, "."].map(member));
}

/** The published source files, relative to the root, sorted. */
export async function sources(): Promise<string[]> {
  const found: string[] = [];
  for (const { folder } of await members()) {
    if (folder !== ".") found.push(...await files(folder, ".ts"));
  }
  if (await exists("mod.ts")) found.push("mod.ts");
  return found.sort();
}

/** All files under `folder` that end in `suffix`, relative to the root, sorted. */
export async function files(folder: string, suffix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(ROOT + folder)) {
    const path = folder === "." ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.has(entry.name)) continue; // `.git` is a file in a linked work tree
    if (entry.isDirectory) found.push(...await files(path, suffix));
    if (entry.isFile && entry.name.endsWith(suffix)) found.push(path);
  }
  return found.sort();
}

/** Whether there is a file or folder at `path`, relative to the root. */
export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(ROOT + path).then(() => true, () => false);
}

/** What `deno` is asked to do with which arguments, from which folder of the workspace. */
export interface DenoRun {
  /** The arguments after `deno`. */
  readonly args: readonly string[];
  /** The folder, relative to the root. */
  readonly folder?: string;
}

/** Runs this very Deno, captures both outputs as one text. */
export async function deno({ args, folder = "." }: DenoRun): Promise<
  { readonly success: boolean; readonly output: string }
> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT + folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { success, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

const SKIPPED = new Set([".git", ".coverage", "coverage", "node_modules", "results"]);

interface Config {
  readonly name: string;
  readonly workspace?: readonly string[];
  readonly exports?: string | Record<string, string>;
  readonly imports?: Record<string, string>;
}

async function config(folder: string): Promise<Config> {
  return JSON.parse(await Deno.readTextFile(`${ROOT}${folder}/deno.json`));
}

async function member(folder: string): Promise<Member> {
  const { name, exports = {}, imports = {} } = await config(folder);
  const entries = typeof exports === "string" ? [[".", exports]] : Object.entries(exports);
  const prefix = folder === "." ? "" : `${folder}/`;
  return {
    name,
    folder,
    exports: new Map(entries.map(([path, file]) => [path, prefix + file.replace(/^\.\//, "")])),
    imports: new Map(Object.entries(imports)),
  };
}
