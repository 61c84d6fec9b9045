/**
 * Modules of npm that only run on their own runtimes, in the folder that `BENCH_MODULES` names.
 *
 * @module
 */

/** The folder that has `module`, or `undefined` where none has. */
export function modulesWith(module: string): string | undefined {
  const folder = Deno.env.get("BENCH_MODULES") ?? ".";
  try {
    Deno.statSync(`${folder}/node_modules/${module}`);
    return folder;
  } catch {
    return undefined;
  }
}

/** `command` in a folder: a program finds its modules beside the one it runs in. */
export function inFolder(folder: string, command: readonly string[]): string[] {
  return ["sh", "-c", 'cd "$0" && exec "$@"', folder, ...command];
}
