/**
 * A benchmark's child processes: started, waited for, measured and ended.
 *
 * @module
 */

import type { Turn } from "./contest.ts";
import type { LoadResult } from "./load.ts";

/** What Linux counts processor time in, for the eyes of programs, wherever this runs. */
const CLOCK_TICKS_PER_SECOND = 100;

/** A child that has said it is ready. It is told to end by the end of its standard input. */
export class BenchProcess {
  readonly #child: Deno.ChildProcess;
  readonly #lines: LineReader;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  /** What its first line said after the word `ready`. */
  readonly greeting: string;

  private constructor(child: Deno.ChildProcess, lines: LineReader, greeting: string) {
    this.#child = child;
    this.#lines = lines;
    this.#input = child.stdin.getWriter();
    this.greeting = greeting;
  }

  /** Starts `command` and waits for its line `ready …`. Throws where it ends or takes too long. */
  static async start(command: readonly string[], timeoutMs = 20_000): Promise<BenchProcess> {
    const [program, ...args] = command;
    const child = new Deno.Command(program, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = new LineReader(child.stdout);
    const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
    try {
      for (;;) {
        const line = await lines.next();
        if (line === undefined) throw new Error(`Cannot start "${command.join(" ")}"`);
        const match = /^ready ?(.*)$/.exec(line);
        if (match !== null) return new BenchProcess(child, lines, match[1]);
      }
    } catch (error) {
      await lines.close();
      await child.stdin.close();
      await child.status;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** The port it listens on, where its greeting named one. */
  get port(): number {
    return Number(this.greeting);
  }

  /** The next line that it prints; `undefined` once it has ended. */
  nextLine(): Promise<string | undefined> {
    return this.#lines.next();
  }

  /** Gives it a line to read. */
  writeLine(line: string): Promise<void> {
    return this.#input.write(new TextEncoder().encode(line + "\n"));
  }

  /** Its resident memory in bytes, now. */
  residentBytes(): number {
    return residentBytes(this.#child.pid);
  }

  /** The processor time it has taken so far, in seconds; `NaN` where the system does not tell. */
  processorSeconds(): number {
    try {
      const stat = Deno.readTextFileSync(`/proc/${this.#child.pid}/stat`);
      // The name, in parentheses, may hold anything; utime and stime are the 14th and 15th.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_PER_SECOND;
    } catch {
      return NaN;
    }
  }

  /** Ends it, by force where it does not go within two seconds. */
  async stop(): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 2_000);
    await this.#input.close().catch(() => {});
    await this.#lines.close();
    await this.#child.status;
    clearTimeout(timer);
  }
}

/** What `run` brought, with the processor time that `process` took meanwhile. */
export async function turnOf(process: BenchProcess, run: () => Promise<LoadResult>): Promise<Turn> {
  const before = process.processorSeconds();
  const result = await run();
  const processorSeconds = process.processorSeconds() - before;
  return { ...result, processorMicroseconds: processorSeconds * 1e6 / result.requests };
}

/** The resident memory of a process, in bytes; 0 where the system does not tell. */
export function residentBytes(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    const { stdout } = new Deno.Command("ps", { args: ["-o", "rss=", "-p", String(pid)] })
      .outputSync();
    return Number(new TextDecoder().decode(stdout).trim()) * 1024 || 0;
  }
}

class LineReader {
  readonly #reader: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  }

  async next(): Promise<string | undefined> {
    for (;;) {
      const end = this.#rest.indexOf("\n");
      if (end >= 0) {
        const line = this.#rest.slice(0, end);
        this.#rest = this.#rest.slice(end + 1);
        return line;
      }
      const { done, value } = await this.#reader.read();
      if (done) return undefined;
      this.#rest += value;
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}
