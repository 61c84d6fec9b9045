/**
 * Somebody else's server around a test, with a folder and ports of its own.
 *
 * @module
 */

import { within } from "./deadline.ts";
import { freePorts, listening } from "./ports.ts";

/** What a server is started with. */
export interface ProgramPlace {
  /** A folder that goes away afterwards, and that everybody may read. */
  readonly folder: string;
  /** Ports that were free a moment ago. */
  readonly ports: readonly number[];
}

/** How a server is started. */
export interface ServerProgram {
  /** The full path of the program. */
  readonly program: string;
  /** How many ports it listens on. All are waited for. */
  readonly ports: number;
  /** Its arguments. */
  readonly args: (place: ProgramPlace) => readonly string[];
  /** Files to be written to its folder, by name. */
  readonly files?: (place: ProgramPlace) => Readonly<Record<string, string | Uint8Array>>;
  /** How it is told to end. @default {"SIGTERM"} */
  readonly signal?: Deno.Signal;
}

/** Runs a server while `run` runs. */
export async function withProgram(
  server: ServerProgram,
  run: (place: ProgramPlace) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "avx-" });
  await Deno.chmod(folder, 0o755);
  const place = { folder, ports: freePorts(server.ports) };
  for (const [name, content] of Object.entries(server.files?.(place) ?? {})) {
    const path = `${folder}/${name}`;
    await Deno.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
  }
  const child = new Deno.Command(server.program, {
    args: [...server.args(place)],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    for (const port of place.ports) await listening(port);
    await within(30_000, run(place));
  } finally {
    await end(child, server.signal ?? "SIGTERM");
    await Deno.remove(folder, { recursive: true });
  }
}

async function end(child: Deno.ChildProcess, signal: Deno.Signal): Promise<void> {
  const killer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  try {
    child.kill(signal);
  } catch {
    // It has ended already, perhaps without having started.
  }
  await child.status;
  clearTimeout(killer);
}
