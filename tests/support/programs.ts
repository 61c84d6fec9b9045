/**
 * Other people's programs: whether they are here, and running them to their end or to a deadline.
 *
 * @module
 */

/** The full path of a program, or `undefined` where this machine lacks it. */
export function findProgram(name: string): string | undefined {
  const folders = (Deno.env.get("PATH") ?? "").split(":").concat("/usr/sbin", "/usr/local/sbin");
  for (const folder of folders) {
    if (folder === "") continue;
    try {
      const path = `${folder}/${name}`;
      const facts = Deno.statSync(path);
      if (facts.isFile && ((facts.mode ?? 0o111) & 0o111) !== 0) return path;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** What a program left behind. */
export interface ProgramOutput {
  /** The exit code. */
  readonly code: number;
  /** Standard output, as bytes. */
  readonly bytes: Uint8Array;
  /** Standard output, as text. */
  readonly stdout: string;
  /** Standard error, as text. */
  readonly stderr: string;
}

/** How to run a program. */
export interface RunOptions {
  /** What it reads from standard input. */
  readonly input?: string | Uint8Array;
  /** When it is killed, in milliseconds. @default {20_000} */
  readonly timeoutMs?: number;
  /** Its working directory. */
  readonly cwd?: string;
  /** Variables beside the inherited ones. */
  readonly env?: Record<string, string>;
}

/** Runs a program to its end. Kills it, and throws, where it takes too long. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramOutput> {
  const timeoutMs = options.timeoutMs ?? 20_000;
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: options.input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    cwd: options.cwd,
    env: options.env,
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  try {
    const [output] = await Promise.all([child.output(), feed(child, options.input)]);
    const stdout = new TextDecoder().decode(output.stdout);
    const stderr = new TextDecoder().decode(output.stderr);
    if (late) throw new Error(`${program} took more than ${timeoutMs} ms: ${stdout}${stderr}`);
    return { code: output.code, bytes: output.stdout, stdout, stderr };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that must succeed, and returns what it printed. */
export async function outputOf(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runProgram(program, args, options);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${stderr}${stdout}`);
  return stdout;
}

async function feed(child: Deno.ChildProcess, input: RunOptions["input"]): Promise<void> {
  if (input === undefined) return;
  const writer = child.stdin.getWriter();
  try {
    await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
    await writer.close();
  } catch {
    // It ended without reading everything, as it may.
  }
}
