/**
 * HTTP/2 servers compared: ours in both lanes, `Deno.serve` and `node:http2`, each in a process of
 * its own, driven in turn by h2load.
 *
 * `deno task bench:http2 [--quick] [--only=hello,tls] [--peers="Deno.serve,node:http2"] [--rounds=3] [--seconds=5] [--no-write]`
 *
 * @module
 */

import { compare, type Comparison } from "./support/comparison.ts";
import { comparisonTable, missedGoals } from "./support/comparison_table.ts";
import { h2loadGenerator } from "./support/h2load.ts";
import { http2ClearTextPeers, http2TlsPeers } from "./support/http2_peers.ts";
import { HTTP2_WORKLOADS } from "./support/http2_workloads.ts";
import { type Machine, machineFacts } from "./support/machine.ts";
import { parseOptions } from "./support/options.ts";
import { machineLine, readResults, writeResults, writeSection } from "./support/report.ts";

interface Results {
  readonly machine: Machine;
  readonly generator: string;
  readonly rounds: number;
  readonly secondsPerTurn: number;
  readonly comparisons: readonly Comparison[];
}

const options = parseOptions(Deno.args);
const machine = machineFacts();
const generator = h2loadGenerator();
const workloads = HTTP2_WORKLOADS.filter(({ name }) =>
  options.only.length === 0 || options.only.includes(name)
);
if (workloads.length === 0) {
  console.error(
    `No such workload; there are ${HTTP2_WORKLOADS.map(({ name }) => name).join(", ")}`,
  );
  Deno.exit(1);
}

console.log(`${machineLine(machine)} Load: ${generator.name}.\n`);
const measured: Comparison[] = [];
for (const workload of workloads) {
  const peers = (workload.tls ? http2TlsPeers() : http2ClearTextPeers()).filter(({ name }) =>
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
  writeResults("http2", results);
  const tables = results.comparisons.map(comparisonTable).join("\n\n");
  writeSection(
    "http2",
    `${machineLine(machine)} Load: ${generator.name}; ${options.rounds} rounds of ` +
      `${options.seconds} s a turn, alternating; medians.\n\n${tables}`,
  );
}

/** With `--only`, the other workloads keep the figures they have. */
function withEarlier(measured: readonly Comparison[]): Comparison[] {
  const earlier = (readResults("http2") as Results | undefined)?.comparisons ?? [];
  return HTTP2_WORKLOADS.flatMap(({ name }) =>
    measured.find(({ workload }) => workload === name) ??
      earlier.find(({ workload }) => workload === name) ?? []
  );
}
