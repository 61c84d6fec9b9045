/**
 * A benchmark that is a list of contests: runs those that are asked for, prints what came of them
 * and, unless it is told not to, writes it down.
 *
 * @module
 */

import { compare, type Comparison } from "./comparison.ts";
import { comparisonTable, missedGoals } from "./comparison_table.ts";
import type { Contest } from "./contest.ts";
import { type Machine, machineFacts } from "./machine.ts";
import { parseOptions } from "./options.ts";
import { machineLine, readResults, writeResults, writeSection } from "./report.ts";

/** A benchmark. */
export interface Benchmark {
  /** The name of its results and of its section in `bench/README.md`. */
  readonly name: string;
  /** What sends the load. */
  readonly generator: string;
  readonly contests: readonly Contest[];
}

interface Results {
  readonly machine: Machine;
  readonly generator: string;
  readonly rounds: number;
  readonly secondsPerTurn: number;
  readonly comparisons: readonly Comparison[];
}

/** Runs `benchmark` as the command line says. */
export async function runBenchmark({ name, generator, contests }: Benchmark): Promise<void> {
  const options = parseOptions(Deno.args);
  const machine = machineFacts();
  const chosen = contests.filter((contest) =>
    options.only.length === 0 || options.only.includes(contest.name)
  );
  if (chosen.length === 0) {
    console.error(`No such workload; there are ${contests.map(({ name }) => name).join(", ")}`);
    Deno.exit(1);
  }
  console.log(`${machineLine(machine)} Load: ${generator}.\n`);
  const measured: Comparison[] = [];
  for (const contest of chosen) {
    const comparison = await compare(contest, options);
    measured.push(comparison);
    console.log(comparisonTable(comparison) + "\n");
  }
  const missed = missedGoals(measured);
  console.log(missed.length === 0 ? "Every required ratio is met." : missed.join("\n"));
  if (!options.write) return;
  const results: Results = {
    machine,
    generator,
    rounds: options.rounds,
    secondsPerTurn: options.seconds,
    comparisons: withEarlier(name, contests, measured),
  };
  writeResults(name, results);
  const tables = results.comparisons.map(comparisonTable).join("\n\n");
  writeSection(
    name,
    `${machineLine(machine)} Load: ${generator}; ${options.rounds} rounds of ` +
      `${options.seconds} s a turn, alternating; medians.\n\n${tables}`,
  );
}

/** With `--only`, the other contests keep the figures they have. */
function withEarlier(
  name: string,
  contests: readonly Contest[],
  measured: readonly Comparison[],
): Comparison[] {
  const earlier = (readResults(name) as Results | undefined)?.comparisons ?? [];
  return contests.flatMap(({ name }) =>
    measured.find(({ workload }) => workload === name) ??
      earlier.find(({ workload }) => workload === name) ?? []
  );
}
