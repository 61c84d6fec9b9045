/**
 * nghttpd, nghttp2's server, around a test.
 *
 * @module
 */

import { within } from "./deadline.ts";
import { freePorts, listening } from "./ports.ts";
import { findProgram } from "./programs.ts";

/** Where nghttpd is; empty where it is not. */
export const NGHTTPD: string = findProgram("nghttpd") ?? "";

/** Runs nghttpd in clear text over a folder of its own while `run` runs. */
export async function withNghttpd(
  options: readonly string[],
  run: (origin: string, root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const [port] = freePorts(1);
  const child = new Deno.Command(NGHTTPD, {
    args: ["--no-tls", "-a", "127.0.0.1", "-d", root, ...options, String(port)],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await listening(port);
    await within(30_000, run(`http://127.0.0.1:${port}`, root));
  } finally {
    child.kill("SIGTERM");
    await child.status;
    await Deno.remove(root, { recursive: true });
  }
}
