/**
 * One workload, all peers: each takes its turn in every round, so that what slows the machine
 * down slows them all down.
 *
 * @module
 */

import type { LoadGenerator, LoadResult } from "./load.ts";
import type { BenchOptions } from "./options.ts";
import type { Peer } from "./peers.ts";
import { BenchProcess } from "./process.ts";
import { median } from "./statistics.ts";
import type { Goal, Workload } from "./workloads.ts";

/** What one peer did. */
export interface PeerResult {
  readonly name: string;
  readonly ours: boolean;
  /** The median of the rounds, as are the latencies. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /**
   * Processor time of the server for each request, in microseconds, all its threads together. Less
   * sensitive to what else the machine does than the rate. `null` where the system does not tell.
   */
  readonly processorMicroseconds: number | null;
  /** Resident memory after the last round, in bytes. */
  readonly residentBytes: number;
  readonly failures: number;
  /** Requests a second of each round. */
  readonly rounds: readonly number[];
}

/** Ours against a peer: the median of the rounds' ratios. */
export interface Ratio {
  readonly ours: string;
  readonly peer: string;
  readonly ratio: number;
  /** What is required, where something is. */
  readonly atLeast: number | undefined;
}

/** What came of one workload. */
export interface Comparison {
  readonly workload: string;
  readonly title: string;
  /** When it ended: a run with `--only` leaves the others as they were. */
  readonly date: string;
  readonly peers: readonly PeerResult[];
  readonly ratios: readonly Ratio[];
}

/** Runs `workload` against `peers`. */
export async function compare(
  workload: Workload,
  peers: readonly Peer[],
  generator: LoadGenerator,
  options: BenchOptions,
): Promise<Comparison> {
  const servers: BenchProcess[] = [];
  try {
    for (const peer of peers) servers.push(await BenchProcess.start(peer.command(workload.route)));
    const turns: Turn[][] = peers.map(() => []);
    const turn = async (server: BenchProcess, seconds: number): Promise<Turn> => {
      const before = server.processorSeconds();
      const load = { ...workload.load, url: address(workload, server), seconds };
      const result = await generator.run(load);
      const processorSeconds = server.processorSeconds() - before;
      return { ...result, processorMicroseconds: processorSeconds * 1e6 / result.requests };
    };
    for (const server of servers) await turn(server, 1);
    for (let round = 0; round < options.rounds; round++) {
      for (let step = 0; step < peers.length; step++) {
        // Every round begins with another peer: none is always the first after the warm-up.
        const index = (round + step) % peers.length;
        turns[index].push(await turn(servers[index], options.seconds));
      }
    }
    const results = peers.map((peer, index) =>
      summary(peer, turns[index], servers[index].residentBytes())
    );
    const { name, title } = workload;
    const date = new Date().toISOString().slice(0, 16) + "Z";
    return { workload: name, title, date, peers: results, ratios: ratios(results, workload.goals) };
  } finally {
    for (const server of servers) await server.stop();
  }
}

interface Turn extends LoadResult {
  readonly processorMicroseconds: number;
}

function address(workload: Workload, server: BenchProcess): string {
  return `${workload.tls ? "https" : "http"}://127.0.0.1:${server.port}/${workload.route}`;
}

function summary(peer: Peer, turns: readonly Turn[], residentBytes: number): PeerResult {
  return {
    name: peer.name,
    ours: peer.ours,
    requestsPerSecond: median(turns.map((turn) => turn.requestsPerSecond)),
    p50Ms: latency(turns.map((turn) => turn.p50Ms)),
    p99Ms: latency(turns.map((turn) => turn.p99Ms)),
    processorMicroseconds: finite(median(turns.map((turn) => turn.processorMicroseconds))),
    residentBytes,
    failures: turns.reduce((sum, turn) => sum + turn.failures, 0),
    rounds: turns.map((turn) => Math.round(turn.requestsPerSecond)),
  };
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function latency(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

function ratios(results: readonly PeerResult[], goals: readonly Goal[]): Ratio[] {
  const all: Ratio[] = [];
  for (const ours of results.filter((result) => result.ours)) {
    for (const peer of results.filter((result) => !result.ours)) {
      const goal = goals.find((goal) => goal.ours === ours.name && goal.peer === peer.name);
      all.push({
        ours: ours.name,
        peer: peer.name,
        ratio: median(ours.rounds.map((rate, round) => rate / peer.rounds[round])),
        atLeast: goal?.atLeast,
      });
    }
  }
  return all;
}
