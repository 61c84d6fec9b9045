/**
 * Clients, each in a process of its own, that ask the same server in turn.
 *
 * @module
 */

import type { Contest, Contestant, Goal } from "./contest.ts";
import type { LoadResult } from "./load.ts";
import { denoCommand } from "./peers.ts";
import { BenchProcess, turnOf } from "./process.ts";

/** A client as results name it, and what `bench/clients/http_load.ts` calls it. */
export interface ClientPeer {
  readonly name: string;
  readonly ours: boolean;
  readonly client: string;
}

/** What clients are asked to do. */
export interface ClientWorkload {
  readonly name: string;
  readonly title: string;
  /** The file in `bench/servers/` that answers, and its arguments. */
  readonly server: readonly [file: string, ...args: string[]];
  /** What is asked for; the server serves it as its `--route`. */
  readonly route: string;
  readonly protocol: "http/1.1" | "h2";
  /** How many requests are under way at any time. */
  readonly inFlight: number;
  readonly goals: readonly Goal[];
}

/** Ours, and those a user would pick instead. */
export const CLIENT_PEERS: readonly ClientPeer[] = [
  { name: "avx request()", ours: true, client: "avx-request" },
  { name: "avx fetch()", ours: true, client: "avx-fetch" },
  { name: "Deno fetch", ours: false, client: "deno-fetch" },
  { name: "undici request", ours: false, client: "undici-request" },
  { name: "undici fetch", ours: false, client: "undici-fetch" },
];

/**
 * The contest of `peers` under `workload`. What is measured is the client: it has the core that
 * servers have elsewhere, and the server has the others.
 */
export function clientContest(
  workload: ClientWorkload,
  peers: readonly ClientPeer[] = CLIENT_PEERS,
): Contest {
  const { name, title, goals, route, protocol, inFlight } = workload;
  return {
    name,
    title,
    goals,
    subject: "client",
    start: async (takesPart, adapt = (command) => command) => {
      const started: BenchProcess[] = [];
      const stop = async (): Promise<void> => {
        for (const process of started.toReversed()) await process.stop();
      };
      try {
        const [file, ...args] = workload.server;
        const server = await BenchProcess.start(
          denoCommand(`../servers/${file}`, "load", [`--route=${route}`, ...args]),
        );
        started.push(server);
        const contestants: Contestant[] = [];
        for (const peer of peers.filter(({ name }) => takesPart(name))) {
          const process = await BenchProcess.start(adapt(denoCommand(
            "../clients/http_load.ts",
            "server",
            [
              `--client=${peer.client}`,
              `--protocol=${protocol}`,
              `--port=${server.port}`,
              `--route=${route}`,
              `--in-flight=${inFlight}`,
            ],
          )));
          started.push(process);
          contestants.push(contestant(peer, process));
        }
        return { contestants, stop };
      } catch (error) {
        await stop();
        throw error;
      }
    },
  };
}

function contestant({ name, ours }: ClientPeer, process: BenchProcess): Contestant {
  const run = async (seconds: number): Promise<LoadResult> => {
    await process.writeLine(String(seconds));
    const line = await process.nextLine();
    if (line === undefined) throw new Error(`Cannot measure ${name} as it has ended`);
    return JSON.parse(line);
  };
  return {
    name,
    ours,
    turn: (seconds) => turnOf(process, () => run(seconds)),
    residentBytes: () => process.residentBytes(),
  };
}
