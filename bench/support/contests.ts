/**
 * The contests of each benchmark.
 *
 * @module
 */

import { clientContest } from "./client_contest.ts";
import { CLIENT_WORKLOADS } from "./client_workloads.ts";
import type { Contest } from "./contest.ts";
import { h2loadGenerator } from "./h2load.ts";
import { http2ClearTextPeers, http2TlsPeers } from "./http2_peers.ts";
import { HTTP2_WORKLOADS } from "./http2_workloads.ts";
import { loadGenerator } from "./load.ts";
import { clearTextPeers, tlsPeers } from "./peers.ts";
import { serverContest } from "./server_contest.ts";
import { WORKLOADS } from "./workloads.ts";

/** Contests, and what sends their load. */
export interface Contests {
  readonly generator: string;
  readonly contests: readonly Contest[];
}

/** Servers of HTTP/1.1. */
export function http1Contests(): Contests {
  const generator = loadGenerator();
  return {
    generator: generator.name,
    contests: WORKLOADS.map((workload) =>
      serverContest(workload, workload.tls ? tlsPeers() : clearTextPeers(), generator)
    ),
  };
}

/** Servers and clients of HTTP/2. */
export function http2Contests(): Contests {
  const generator = h2loadGenerator();
  return {
    generator: generator.name,
    contests: [
      ...HTTP2_WORKLOADS.map((workload) =>
        serverContest(workload, workload.tls ? http2TlsPeers() : http2ClearTextPeers(), generator)
      ),
      ...CLIENT_WORKLOADS.filter(({ name }) => name === "h2").map((workload) =>
        clientContest({ ...workload, name: "client" })
      ),
    ],
  };
}
