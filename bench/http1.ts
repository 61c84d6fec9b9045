/**
 * HTTP/1.1 servers compared: ours in both lanes, `Deno.serve`, `node:http` and a bare
 * `Deno.listen` loop, each in a process of its own, driven in turn by the same load generator.
 *
 * `deno task bench:http1 [--quick] [--only=hello,tls] [--peers="Deno.serve,bare loop"] [--rounds=3] [--seconds=5] [--no-write]`
 *
 * @module
 */

import { runBenchmark } from "./support/benchmark.ts";
import { http1Contests } from "./support/contests.ts";

await runBenchmark({ name: "http1", ...http1Contests() });
