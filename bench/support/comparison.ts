/**
 * One contest, all contestants: each takes its turn in every round, so that what slows the machine
 * down slows them all down.
 *
 * @module
 */

import type { Contest, Contestant, Goal, Turn } from "./contest.ts";
import type { Latencies } from "./load.ts";
import type { BenchOptions } from "./options.ts";
import { median } from "./statistics.ts";

/** What one peer did. */
export interface PeerResult {
  readonly name: string;
  readonly ours: boolean;
  /** The median of the rounds, as are the latencies unless they were measured apart. */
  readonly requestsPerSecond: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /**
   * Processor time for each request, in microseconds, all threads together. Less sensitive to what
   * else the machine does than the rate. `null` where the system does not tell.
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
  /** What the peers are: servers where it does not say. */
  readonly subject?: "server" | "client";
  /** When it ended: a run with `--only` leaves the others as they were. */
  readonly date: string;
  readonly peers: readonly PeerResult[];
  readonly ratios: readonly Ratio[];
}

/** Has the contestants of `contest` take their turns. */
export async function compare(contest: Contest, options: BenchOptions): Promise<Comparison> {
  const { rounds, seconds, peers } = options;
  const field = await contest.start((name) => peers.length === 0 || peers.includes(name));
  try {
    const { contestants } = field;
    const turns: Turn[][] = contestants.map(() => []);
    for (const contestant of contestants) await contestant.turn(1);
    for (let round = 0; round < rounds; round++) {
      for (let step = 0; step < contestants.length; step++) {
        // Every round begins with another one: none is always the first after the warm-up.
        const index = (round + step) % contestants.length;
        turns[index].push(await contestants[index].turn(seconds));
      }
    }
    const results: PeerResult[] = [];
    for (const [index, contestant] of contestants.entries()) {
      const { residentBytes } = contestant;
      results.push(summary(
        contestant,
        turns[index],
        residentBytes(),
        await latencies(contestant, turns[index]),
      ));
    }
    const { name, title, subject, goals } = contest;
    const date = new Date().toISOString().slice(0, 16) + "Z";
    return { workload: name, title, subject, date, peers: results, ratios: ratios(results, goals) };
  } finally {
    await field.stop();
  }
}

async function latencies(contestant: Contestant, turns: readonly Turn[]): Promise<Latencies> {
  const told = {
    p50Ms: latency(turns.map((turn) => turn.p50Ms)),
    p99Ms: latency(turns.map((turn) => turn.p99Ms)),
  };
  return told.p50Ms === null && contestant.latencies !== undefined
    ? await contestant.latencies()
    : told;
}

function summary(
  { name, ours }: Contestant,
  turns: readonly Turn[],
  residentBytes: number,
  { p50Ms, p99Ms }: Latencies,
): PeerResult {
  return {
    name,
    ours,
    requestsPerSecond: median(turns.map((turn) => turn.requestsPerSecond)),
    p50Ms,
    p99Ms,
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

/** Without the runtime, which a name has in parentheses where it is not the usual one. */
function ownName({ name }: PeerResult): string {
  return name.replace(/ \(on \w+\)$/, "");
}

function ratios(results: readonly PeerResult[], goals: readonly Goal[]): Ratio[] {
  const all: Ratio[] = [];
  for (const ours of results.filter((result) => result.ours)) {
    for (const peer of results.filter((result) => !result.ours)) {
      const goal = goals.find((goal) => goal.ours === ours.name && goal.peer === ownName(peer));
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
