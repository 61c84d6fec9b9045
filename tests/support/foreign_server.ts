/**
 * Other people's servers around a test, as programs that print `ready PORT` and end with their
 * standard input.
 *
 * @module
 */

import { SERVER_PAIR } from "./certificates.ts";
import { within } from "./deadline.ts";
import { findProgram } from "./programs.ts";
import { pythonWith } from "./python.ts";

/** Where Go is; empty where it is not. */
export const GO: string = findProgram("go") ?? "";

/** A Python with hypercorn; empty where there is none. */
export const HYPERCORN: string = await pythonWith("h2", "hypercorn");

/** Runs a program while `run` runs. Compiling counts as well. */
export async function withForeignServer(
  program: string,
  args: readonly string[],
  run: (port: number) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value } = await within(90_000, reader.read());
    const port = Number(/^ready (\d+)/.exec(value ?? "")?.[1]);
    await within(60_000, run(port));
  } finally {
    await child.stdin.close();
    await reader.cancel();
    await child.status;
  }
}

/** Runs Go's server over TLS, with the test certificate. */
export async function withGoServer(run: (origin: string) => Promise<void>): Promise<void> {
  const script = new URL("../interop/programs/server.go", import.meta.url).pathname;
  await withPairFiles((certFile, keyFile) =>
    withForeignServer(GO, ["run", script, certFile, keyFile], (port) => {
      return run(`https://localhost:${port}`);
    })
  );
}

/** Runs hypercorn over TLS, with the test certificate. */
export async function withHypercorn(run: (origin: string) => Promise<void>): Promise<void> {
  const script = new URL("../interop/programs/python_h2_server.py", import.meta.url).pathname;
  await withPairFiles((certFile, keyFile) =>
    withForeignServer(HYPERCORN, [script, certFile, keyFile], (port) => {
      return run(`https://localhost:${port}`);
    })
  );
}

/** Runs `run` with the test certificate and its key in files. */
export async function withPairFiles(
  run: (certFile: string, keyFile: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cert.pem`, SERVER_PAIR.cert);
    await Deno.writeTextFile(`${folder}/key.pem`, SERVER_PAIR.key);
    await run(`${folder}/cert.pem`, `${folder}/key.pem`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
