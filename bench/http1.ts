/**
 * HTTP/1.1 servers compared: ours in both lanes, `Deno.serve`, `node:http` and a bare
 * `Deno.listen` loop, each in a process of its own, driven in turn by the same load generator.
 *
 * `deno task bench:http1 [--quick] [--only=hello,tls] [--peers="Deno.serve,bare loop"] [--rounds=3] [--seconds=5] [--no-write]`
 *
 * @module
 */

import { compare, type Comparison } from "./support/comparison.ts";
import { comparisonTable, missedGoals } from "./support/comparison_table.ts";
import { loadGenerator } from "./support/load.ts";
import { type Machine, machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { clearTextPeers, tlsPeers } from "./support/peers.ts";
import { machineLine, readResults, writeResults, writeSection } from "./support/report.ts";
import { WORKLOADS } from "./support/workloads.ts";

interface Results {
  readonly machine: Machine;
  readonly generator: string;
  readonly rounds: number;
  readonly secondsPerTurn: number;
  readonly comparisons: readonly Comparison[];
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const generator = loadGenerator();
const workloads = WORKLOADS.filter(({ name }) =>
  options.only.length === 0 || options.only.includes(name)
);
if (workloads.length === 0) {
  console.error(`No such workload; there are ${WORKLOADS.map(({ name }) => name).join(", ")}`);
  Deno.exit(1);
}

console.log(`${machineLine(machine)} Load: ${generator.name}.\n`);
const measured: Comparison[] = [];
for (const workload of workloads) {
  const peers = (workload.tls ? tlsPeers() : clearTextPeers()).filter(({ name }) =>
    options.peers.length === 0 || options.peers.includes(name)
  );
  const comparison = await compare(workload, peers, generator, options);
  measured.push(comparison);
  console.log(comparisonTable(comparison) + "\n");
}
const missed = missedGoals(measured);
console.log(missed.length === 0 ? "Every required ratio is met." : missed.join("\n"));

if (options.write) {
  const results: Results = {
    machine,
    generator: generator.name,
    rounds: options.rounds,
    secondsPerTurn: options.seconds,
    comparisons: withEarlier(measured),
  };
  writeResults("http1", results);
  const tables = results.comparisons.map(comparisonTable).join("\n\n");
  writeSection(
    "http1",
    `${machineLine(machine)} Load: ${generator.name}; ${options.rounds} rounds of ` +
      `${options.seconds} s a turn, alternating; medians.\n\n${tables}`,
  );
}

/** With `--only`, the other workloads keep the figures they have. */
function withEarlier(measured: readonly Comparison[]): Comparison[] {
  const earlier = (readResults("http1") as Results | undefined)?.comparisons ?? [];
  return WORKLOADS.flatMap(({ name }) =>
    measured.find(({ workload }) => workload === name) ??
      earlier.find(({ workload }) => workload === name) ?? []
  );
}
