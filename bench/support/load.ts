/**
 * The load generator: `wrk` where it is, `autocannon` from npm elsewhere.
 *
 * @module
 */

import { findProgram, outputOf } from "../../tests/support/programs.ts";
import { loadThreads, pin } from "./machine.ts";

/** What to send, and for how long. */
export interface Load {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests sent at once on a connection. @default {1} */
  readonly pipeline?: number;
  /** Streams open at once on a connection of HTTP/2. @default {1} */
  readonly streams?: number;
  /** @default {"GET"} */
  readonly method?: string;
  /** The size of the request body, in bytes. @default {0} */
  readonly bodyBytes?: number;
  /** Whether messages are compressed. @default {false} */
  readonly compress?: boolean;
  /** Whether one message goes to all connections. @default {false} */
  readonly broadcast?: boolean;
  /** Request headers beside those the generator sends. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** How long requests took; `null` where nobody can tell. */
export interface Latencies {
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What came of it. */
export interface LoadResult extends Latencies {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Requests and connections that failed, and statuses above 399. */
  readonly failures: number;
}

/** A program that sends load. */
export interface LoadGenerator {
  readonly name: string;
  run(load: Load): Promise<LoadResult>;
  /** Measures latencies in a run of their own, where {@linkcode run} cannot tell them. */
  latencies?(load: Load): Promise<Latencies>;
}

/** The best generator here. */
export function loadGenerator(): LoadGenerator {
  const wrk = findProgram("wrk");
  if (wrk !== undefined) return { name: "wrk", run: (load) => runWrk(wrk, load) };
  return { name: "autocannon 8.0.0", run: runAutocannon };
}

async function runWrk(wrk: string, load: Load): Promise<LoadResult> {
  const threads = Math.min(loadThreads(), load.connections);
  const [program, ...args] = pin([
    wrk,
    `-t${threads}`,
    `-c${load.connections}`,
    `-d${Math.max(1, Math.round(load.seconds))}s`,
    "--timeout",
    "10s",
    "-s",
    new URL("load.lua", import.meta.url).pathname,
    load.url,
    "--",
    `pipeline=${load.pipeline ?? 1}`,
    `method=${load.method ?? "GET"}`,
    ...(load.bodyBytes ? [`body=${load.bodyBytes}`] : []),
    ...Object.entries(load.headers ?? {}).map(([name, value]) => `header=${name}: ${value}`),
  ], "load");
  const printed = await outputOf(program, args, { timeoutMs: load.seconds * 1000 + 20_000 });
  const line = /^result (.*)$/m.exec(printed);
  if (line === null) throw new Error(`Cannot read what wrk printed: ${printed}`);
  const result = JSON.parse(line[1]);
  // wrk corrects latencies for coordinated omission by an interval that is wrong for pipelining.
  const pipelined = (load.pipeline ?? 1) > 1;
  return {
    requests: result.requests,
    requestsPerSecond: result.requests / (result.microseconds / 1e6),
    p50Ms: pipelined ? null : result.p50 / 1000,
    p99Ms: pipelined ? null : result.p99 / 1000,
    failures: result.failures,
  };
}

async function runAutocannon(load: Load): Promise<LoadResult> {
  const bodyFile = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(bodyFile, "x".repeat(load.bodyBytes ?? 0));
    return await runAutocannonWith(load, bodyFile);
  } finally {
    await Deno.remove(bodyFile);
  }
}

async function runAutocannonWith(load: Load, bodyFile: string): Promise<LoadResult> {
  const [program, ...args] = pin([
    Deno.execPath(),
    "run",
    "--quiet",
    "--no-config",
    "-A",
    "npm:autocannon@8.0.0",
    "--json",
    "--no-progress",
    `--connections=${load.connections}`,
    `--duration=${Math.max(1, Math.round(load.seconds))}`,
    `--pipelining=${load.pipeline ?? 1}`,
    `--method=${load.method ?? "GET"}`,
    ...(load.bodyBytes ? [`--input=${bodyFile}`] : []),
    ...Object.entries(load.headers ?? {}).flatMap(([name, value]) => ["-H", `${name}=${value}`]),
    load.url,
  ], "load");
  const env = { NODE_TLS_REJECT_UNAUTHORIZED: "0" };
  const printed = await outputOf(program, args, { timeoutMs: load.seconds * 1000 + 60_000, env });
  const result = JSON.parse(printed.slice(printed.indexOf("{")));
  return {
    requests: result.requests.total,
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    failures: result.errors + result.timeouts + result.non2xx,
  };
}
