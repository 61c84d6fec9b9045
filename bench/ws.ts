/**
 * WebSocket servers compared: ours in both lanes, `Deno.upgradeWebSocket`, npm `ws` on Node and Bun,
 * each in a process of its own, driven in turn by the same load generator.
 *
 * `deno task bench:ws [--quick] [--only=echo-64] [--peers=avx,Bun] [--rounds=3] [--seconds=5] [--no-write]`
 *
 * @module
 */

import { runBenchmark } from "./support/benchmark.ts";
import { serverContest } from "./support/server_contest.ts";
import { wsLoadGenerator } from "./support/ws_load.ts";
import { COMPRESSED, wsPeers } from "./support/ws_peers.ts";
import { WS_WORKLOADS } from "./support/ws_workloads.ts";

const folder = await Deno.makeTempDir();
try {
  const generator = await wsLoadGenerator(folder);
  await runBenchmark({
    name: "ws",
    generator: generator.name,
    contests: WS_WORKLOADS.map((workload) =>
      serverContest(workload, wsPeers(workload.route === COMPRESSED), generator)
    ),
  });
} finally {
  await Deno.remove(folder, { recursive: true });
}
