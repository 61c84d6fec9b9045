/**
 * The other end of {@linkcode BenchProcess}: what a server or client process says and waits for.
 *
 * @module
 */

/** Tells the parent that this process is ready; a server adds its port. */
export function ready(port?: number): void {
  say(port === undefined ? "ready" : `ready ${port}`);
}

/** Prints one line for the parent. */
export function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
}

/** Ends this process when the parent closes its standard input, or is gone. */
export async function endWithParent(): Promise<void> {
  const buffer = new Uint8Array(64);
  while (await Deno.stdin.read(buffer).catch(() => null) !== null);
  Deno.exit(0);
}

/** The lines of standard input, until it ends. */
export async function* commands(): AsyncGenerator<string> {
  let rest = "";
  for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

/** The value of `--name=value`. */
export function argument(name: string, otherwise: string): string {
  const start = `--${name}=`;
  return Deno.args.find((text) => text.startsWith(start))?.slice(start.length) ?? otherwise;
}
