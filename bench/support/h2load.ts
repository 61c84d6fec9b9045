/**
 * The load generator for HTTP/2: `h2load`, of nghttp2.
 *
 * @module
 */

import { findProgram, outputOf } from "../../tests/support/programs.ts";
import type { Load, LoadGenerator, LoadResult } from "./load.ts";
import { loadThreads, pin } from "./machine.ts";

/** h2load. Throws where it is not installed. */
export function h2loadGenerator(): LoadGenerator {
  const h2load = findProgram("h2load");
  if (h2load === undefined) {
    throw new Error("Cannot send load as h2load is not installed: it is in nghttp2-client");
  }
  return { name: "h2load", run: (load) => runH2load(h2load, load) };
}

async function runH2load(h2load: string, load: Load): Promise<LoadResult> {
  const seconds = Math.max(1, Math.round(load.seconds));
  const [program, ...args] = pin([
    h2load,
    `--threads=${Math.min(loadThreads(), load.connections)}`,
    `--clients=${load.connections}`,
    `--max-concurrent-streams=${load.streams ?? 1}`,
    `--duration=${seconds}`,
    ...Object.entries(load.headers ?? {}).map(([name, value]) => `--header=${name}: ${value}`),
    load.url,
  ], "load");
  const printed = await outputOf(program, args, { timeoutMs: seconds * 1000 + 30_000 });
  return resultOf(printed);
}

/** Reads what h2load prints. It tells no percentiles. */
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
