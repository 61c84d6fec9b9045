/**
 * The load generator for HTTP/2: `h2load`, of nghttp2.
 *
 * @module
 */

import { findProgram, outputOf } from "../../tests/support/programs.ts";
import type { Latencies, Load, LoadGenerator, LoadResult } from "./load.ts";
import { loadThreads, pin } from "./machine.ts";
import { percentile } from "./statistics.ts";

/** h2load. Throws where it is not installed. */
export function h2loadGenerator(): LoadGenerator {
  const h2load = findProgram("h2load");
  if (h2load === undefined) {
    throw new Error("Cannot send load as h2load is not installed: it is in nghttp2-client");
  }
  return {
    name: "h2load",
    run: async (load) => resultOf(await runH2load(h2load, load)),
    latencies: (load) => latencies(h2load, load),
  };
}

/**
 * h2load tells no percentiles, but writes down every request if it is asked to. That slows it down,
 * so it is asked in a run of its own.
 */
async function latencies(h2load: string, load: Load): Promise<Latencies> {
  const log = await Deno.makeTempFile();
  try {
    await runH2load(h2load, load, [`--log-file=${log}`]);
    const times: number[] = [];
    for (const line of (await Deno.readTextFile(log)).split("\n")) {
      const [, status, microseconds] = line.split("\t");
      if (Number(status) > 0) times.push(Number(microseconds) / 1000);
    }
    return times.length === 0
      ? { p50Ms: null, p99Ms: null }
      : { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
  } finally {
    await Deno.remove(log);
  }
}

async function runH2load(
  h2load: string,
  load: Load,
  more: readonly string[] = [],
): Promise<string> {
  const seconds = Math.max(1, Math.round(load.seconds));
  const [program, ...args] = pin([
    h2load,
    `--threads=${Math.min(loadThreads(), load.connections)}`,
    `--clients=${load.connections}`,
    `--max-concurrent-streams=${load.streams ?? 1}`,
    `--duration=${seconds}`,
    ...Object.entries(load.headers ?? {}).map(([name, value]) => `--header=${name}: ${value}`),
    ...more,
    load.url,
  ], "load");
  return await outputOf(program, args, { timeoutMs: seconds * 1000 + 30_000 });
}

/** Reads what h2load prints. */
function resultOf(printed: string): LoadResult {
  const rate = /^finished in [^,]*, ([\d.]+) req\/s/m.exec(printed);
  const counts = /(\d+) done, (\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/
    .exec(printed);
  if (rate === null || counts === null) {
    throw new Error(`Cannot read what h2load printed: ${printed}`);
  }
  const [done, succeeded] = counts.slice(1).map(Number);
  return {
    requests: succeeded,
    requestsPerSecond: Number(rate[1]),
    p50Ms: null,
    p99Ms: null,
    // Those that were under way at the end count as failed, but not as done.
    failures: done - succeeded,
  };
}
