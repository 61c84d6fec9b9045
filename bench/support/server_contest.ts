/**
 * Servers, each in a process of its own, driven in turn by the same load generator.
 *
 * @module
 */

import type { Contest, Contestant } from "./contest.ts";
import type { Latencies, LoadGenerator } from "./load.ts";
import type { Peer } from "./peers.ts";
import { BenchProcess, turnOf } from "./process.ts";
import type { Workload } from "./workloads.ts";

/** The contest of `peers` under `workload`. */
export function serverContest(
  workload: Workload,
  peers: readonly Peer[],
  generator: LoadGenerator,
): Contest {
  const { name, title, goals } = workload;
  return {
    name,
    title,
    goals,
    subject: "server",
    start: async (takesPart, adapt = (command) => command) => {
      const servers: BenchProcess[] = [];
      const stop = async (): Promise<void> => {
        for (const server of servers) await server.stop();
      };
      try {
        const contestants: Contestant[] = [];
        for (const peer of peers.filter(({ name }) => takesPart(name))) {
          const server = await BenchProcess.start(adapt(peer.command(workload.route)));
          servers.push(server);
          contestants.push(contestant(workload, peer, server, generator));
        }
        return { contestants, stop };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

function contestant(
  workload: Workload,
  { name, ours }: Peer,
  server: BenchProcess,
  generator: LoadGenerator,
): Contestant {
  const url = `${workload.tls ? "https" : "http"}://127.0.0.1:${server.port}/${workload.route}`;
  const load = { ...workload.load, url };
  const { latencies } = generator;
  return {
    name,
    ours,
    turn: (seconds) => turnOf(server, () => generator.run({ ...load, seconds })),
    residentBytes: () => server.residentBytes(),
    ...(latencies && { latencies: (): Promise<Latencies> => latencies({ ...load, seconds: 1 }) }),
  };
}
