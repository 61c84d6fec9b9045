/**
 * Node's own http server around a test.
 *
 * @module
 */

import { findProgram } from "./programs.ts";
import { within } from "./deadline.ts";

/** Where Node is; empty where it is not. */
export const NODE: string = findProgram("node") ?? "";

/** Runs `node_server.mjs` while `run` runs. */
export async function withNodeServer(
  run: (origin: string) => Promise<void>,
  ...options: ("h2")[]
): Promise<void> {
  const script = new URL("../interop/programs/node_server.mjs", import.meta.url).pathname;
  const child = new Deno.Command(NODE, {
    args: [script, ...options],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const killer = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value } = await reader.read();
    const port = Number(/^ready (\d+)/.exec(value ?? "")?.[1]);
    await within(30_000, run(`http://127.0.0.1:${port}`));
  } finally {
    await reader.cancel();
    await child.stdin.close();
    await child.status;
    clearTimeout(killer);
  }
}
