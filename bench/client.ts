/**
 * Clients compared, each in a process of its own: ours with `request()` and with `fetch()`, Deno's
 * `fetch`, undici's `request` and its `fetch`. They ask the same server of ours in turn.
 *
 * `deno task bench:client [--quick] [--only=http1,h2] [--peers="avx request(),Deno fetch"] [--rounds=3] [--seconds=5] [--no-write]`
 *
 * @module
 */

import { runBenchmark } from "./support/benchmark.ts";
import { BARE_CLIENT, CLIENT_PEERS, clientContest } from "./support/client_contest.ts";
import { CLIENT_WORKLOADS } from "./support/client_workloads.ts";

await runBenchmark({
  name: "client",
  generator: "the client itself",
  contests: CLIENT_WORKLOADS.map((workload) =>
    clientContest(
      workload,
      workload.name === "http1" ? [...CLIENT_PEERS, BARE_CLIENT] : CLIENT_PEERS,
    )
  ),
});
