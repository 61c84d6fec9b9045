/**
 * HTTP/2 compared. Servers: ours in both lanes, `Deno.serve` and `node:http2`, each in a process of
 * its own, driven in turn by h2load. Clients: ours, Deno's `fetch` and undici, which ask the same
 * server in turn.
 *
 * `deno task bench:http2 [--quick] [--only=hello,client] [--peers="Deno.serve,node:http2"] [--rounds=3] [--seconds=5] [--no-write]`
 *
 * @module
 */

import { runBenchmark } from "./support/benchmark.ts";
import { http2Contests } from "./support/contests.ts";

await runBenchmark({ name: "http2", ...http2Contests() });
