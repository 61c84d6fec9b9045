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
import { clientContest } from "./support/client_contest.ts";
import { h2loadGenerator } from "./support/h2load.ts";
import { http2ClearTextPeers, http2TlsPeers } from "./support/http2_peers.ts";
import { HTTP2_CLIENT_WORKLOADS, HTTP2_WORKLOADS } from "./support/http2_workloads.ts";
import { serverContest } from "./support/server_contest.ts";

const generator = h2loadGenerator();
await runBenchmark({
  name: "http2",
  generator: generator.name,
  contests: [
    ...HTTP2_WORKLOADS.map((workload) =>
      serverContest(workload, workload.tls ? http2TlsPeers() : http2ClearTextPeers(), generator)
    ),
    ...HTTP2_CLIENT_WORKLOADS.map((workload) => clientContest(workload)),
  ],
});
